"""Workbooks of old registers, and the office they are handed in to."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from apps.accounts.models import User
from apps.applications.tests import factories as f
from apps.awards.tests.factories import number_of
from apps.takeover.actions import (
    approve_register,
    check_register,
    compare_roll,
    import_register,
    upload_register,
    upload_roll,
)
from apps.takeover.models import RegisterUpload
from apps.takeover.workbook.layout import PAID, REGISTER, ROLL
from apps.takeover.workbook.template import template

# Handed in on 20 May; this office pays from June.
ON, JUNE = f.OPENED, f.JUNE
DECIDED = "2024-03-15"
VILLAGE, OTHER_VILLAGE = "220281100001", "天岗镇/天北社区"

Office = f.Office
office = f.office


class Book:
    """The lines of a register, to be filled into the template."""

    def __init__(self) -> None:
        self.lines: dict[str, list[list[Any]]] = defaultdict(list)
        self.heads: dict[str, str] = {}

    def add(self, sheet: str, *cells: Any) -> int:
        """Append a line; the number a person sees beside it."""
        columns = next(len(one.columns) for one in (*REGISTER, *ROLL) if one.name == sheet)
        self.lines[sheet].append([*cells, *[""] * (columns - len(cells))])
        return len(self.lines[sheet]) + 1

    def home(self, family: str, *, village: str = VILLAGE, account: str | None = "") -> None:
        """A home in town with an account."""
        self.add("家庭", family, village, "城市", "和平街1号")
        if account is not None:
            self.add("账户", family, "", "蛟河农商银行", account or f"04320000{len(self.lines['账户']):06d}")

    def person(
        self, family: str, name: str, born: date, relation: str = "子女", *, grade: int | str = "", **told: str
    ) -> str:
        """A member; the identity number."""
        number = str(number_of(born))
        disability = "肢体" if grade else ""
        self.add(
            "成员",
            family,
            number,
            name,
            relation,
            told.get("lives", ""),
            "",
            "",
            disability,
            grade,
            told.get("ill", ""),
        )
        if relation == "户主":
            self.heads[family] = number
        return number

    def zhaos(
        self, family: str = "A001", *, wage: Any = 10800, grant: bool = True, younger: int = 0, **home: Any
    ) -> list[str]:
        """The family of the other tests: 560 × 3 − 10800 ÷ 12 = 780; minor 280; disability 336: 1396.00."""
        self.home(family, **home)
        later = timedelta(days=younger)
        people = [
            self.person(family, "赵甲", date(1985, 1, 1) + later, "户主"),
            self.person(family, "赵小", date(2012, 5, 1) + later),
            self.person(family, "钱二", date(1986, 1, 1) + later, "配偶", grade=2),
        ]
        self.add("收入", family, people[0], "工资性收入", wage, "工资流水")
        self.add("财产", family, "", "存款", 2000)
        if grant:
            self.add("待遇", family, "低保", "", DECIDED)
        return people

    def phase_out(self, family: str = "P001", *, start: str = "2024-01", months: int = 24, used: Any = "") -> list[str]:
        """The Zhaos with 800 a head and month, above the standard and below twice it; on 渐退 since January."""
        people = self.zhaos(family, wage=12 * 3 * 800, grant=False)
        self.add("待遇", family, "低保渐退", "", "2023-12-15", "", "", start, months, used)
        self.add("渐退基数", family, "差额", "", 780)
        self.add("渐退基数", family, "未成年增发", people[1], 280)
        self.add("渐退基数", family, "重残增发", people[2], 336)
        return people

    def many(self, households: int) -> None:
        """That many Zhaos, half of them in the other township."""
        for n in range(households):
            self.zhaos(f"M{n:05d}", younger=n, village=(VILLAGE, OTHER_VILLAGE)[n % 2])

    def content(self) -> bytes:
        """The workbook."""
        return template(REGISTER, title="登记册", rows=self.lines)

    def roll(self) -> bytes:
        """The paid roll."""
        return template(ROLL, title="名册", rows=self.lines)

    def paid(self, family: str, amount: Any, *, number: str = "", name: str = "") -> int:
        """A line of the roll."""
        return self.add(PAID.name, family, number, name, amount)


def uploaded(o: Office, book: Book | bytes, *, first_month: date = JUNE) -> RegisterUpload:
    """Handed in by the chief."""
    content = book if isinstance(book, bytes) else book.content()
    return upload_register(content, file_name="原登记册.xlsx", first_month=first_month, acting_user=o.chief, on=ON)


def checked(o: Office, book: Book | bytes, **given: Any) -> RegisterUpload:
    """Checked by the office."""
    upload = uploaded(o, book, **given)
    assert check_register(upload.pk, acting_user=User.objects.system(), on=ON)
    return fresh(upload)


def approved(o: Office, book: Book | bytes) -> RegisterUpload:
    """Approved by the reviewer, its warnings with it."""
    upload = checked(o, book)
    assert upload.errors == [], upload.errors
    return approve_register(upload, seen=upload.plan_digest, accepted=True, acting_user=o.reviewer, on=ON)


def taken_over(o: Office, book: Book | bytes) -> RegisterUpload:
    """Written."""
    upload = approved(o, book)
    assert import_register(upload.pk, acting_user=o.reviewer, on=ON), fresh(upload).why_not
    return fresh(upload)


def both_townships(o: Office) -> None:
    """A family of each township taken over, and May compared."""
    book = Book()
    book.zhaos()
    book.zhaos("A002", village=OTHER_VILLAGE)
    taken_over(o, book)
    book.paid("A001", 1355)
    roll = upload_roll(book.roll(), file_name="五月.xlsx", month=date(2024, 5, 1), acting_user=o.chief, on=ON)
    compare_roll(roll.pk, acting_user=User.objects.system(), on=ON)


def fresh(upload: Any) -> Any:
    """As it stands now."""
    return type(upload).objects.select_related("uploaded_by", "approved_by").get(pk=upload.pk)

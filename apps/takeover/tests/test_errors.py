"""Everything a register can have wrong is told at its place: sheet, line, column, and what to do."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from apps.applications.tests import factories as f
from apps.awards.tests.factories import number_of
from apps.households.models import Household
from apps.takeover.enums import UploadState
from apps.takeover.tests import factories as t
from apps.takeover.workbook.layout import REGISTER

pytestmark = pytest.mark.django_db

Place = tuple[str, int, str, str]
Wrong = Callable[[t.Book], Place]
WRONG: dict[str, Wrong] = {}
HEAD_BORN = date(1985, 1, 1)


def wrong(make: Wrong) -> Wrong:
    """A register with one thing wrong beside a family that is right, and where that is told."""
    WRONG[make.__name__] = make
    return make


def put(book: t.Book, sheet: str, line: int, column: str, value: Any) -> None:
    """Change one cell."""
    columns = next(one.columns for one in REGISTER if one.name == sheet)
    book.lines[sheet][line - 2][[c.heading for c in columns].index(column)] = value


def changed(sheet: str, column: str, value: Any, says: str, *, line: int = 2) -> Wrong:
    """The Zhaos with one cell changed."""

    def make(book: t.Book) -> Place:
        book.zhaos()
        put(book, sheet, line, column, value)
        return sheet, line, column, says

    return make


def add(sheet: str, *cells: Any, column: str, says: str, person: str = "") -> Wrong:
    """The Zhaos with one line too many; ``person`` stands for the head's identity number among the cells."""

    def make(book: t.Book) -> Place:
        people = book.zhaos()
        return sheet, book.add(sheet, *(people[0] if cell == "HEAD" else cell for cell in cells)), column, says

    return make


CHECK_DIGIT = "220281198501010010"  # 8 is right
CELLS: dict[str, Wrong] = {
    "id number: check digit": changed("成员", "身份证号", CHECK_DIGIT, "校验位不符"),
    "id number: too short": changed("成员", "身份证号", "22028119850101001", "还差 1 位"),
    "id number: a number": changed("成员", "身份证号", 220281198501010018, "须按文本填写"),
    "id number: missing": changed("成员", "身份证号", "", "必须填写"),
    "account: a number": changed("账户", "账号", 43200001234567, "须按文本填写"),
    "account: too short": changed("账户", "账号", "12345", "12 至 19 位"),
    "account: card check digit": changed("账户", "账号", "6222020000000000035", "校验位不符"),
    "family: a number": changed("家庭", "家庭编号", 7, "须按文本填写"),
    "village: unknown": changed("家庭", "村（社区）", "220281100999", "没有这个村"),
    "area: unknown word": changed("家庭", "城乡类别", "城镇", "应为下列之一：城市、农村"),
    "phone: a number": changed("家庭", "联系电话", 13900001234, "须按文本填写"),
    "name: missing": changed("成员", "姓名", "", "必须填写"),
    "name: too long": changed("成员", "姓名", "赵" * 61, "太长，最多 60 个字"),
    "relation: unknown": changed("成员", "与户主关系", "儿媳", "应为下列之一", line=3),
    "head: none": lambda book: (changed("成员", "与户主关系", "子女", "")(book), ("家庭", 2, "家庭编号", "没有户主"))[
        1
    ],
    "head: two": changed("成员", "与户主关系", "户主", "已有户主（第 2 行）", line=3),
    "disability: grade missing": changed("成员", "残疾等级", "", "须同时填写", line=4),
    "disability: grade 5": changed("成员", "残疾等级", 5, "应为1至4", line=4),
    "certificate: of somebody else": changed(
        "成员", "残疾证号", "22028119850101001842", "前18位与身份证号不同", line=4
    ),
    "certificate: too short": changed("成员", "残疾证号", "2202811985010100", "残疾证号应为", line=4),
    "yes: another word": changed("成员", "重病", "有", "应填“是”或“否”"),
    "amount: three decimals": changed("收入", "十二个月金额", 108.123, "最多两位小数"),
    "amount: negative": changed("收入", "十二个月金额", -1, "不小于零"),
    "amount: a word": changed("收入", "十二个月金额", "一万", "不小于零"),
    "amount: too much": changed("收入", "十二个月金额", 10**11, "金额过大"),
    "income: whose": changed("收入", "身份证号", "", "请填写是谁的收入"),
    "income: of a stranger": changed("收入", "身份证号", number_of(HEAD_BORN), "不是这一户的成员"),
    "decision: no date": changed("待遇", "决定日期", "三月", "应为日期"),
    "decision: no such day": changed("待遇", "决定日期", "2024-02-30", "应为日期"),
    "decision: before the rules": changed("待遇", "决定日期", "2019-05-01", "早于现行规则"),
    "decision: not before the first month": changed(
        "待遇", "决定日期", "2024-06-01", "须早于首个发放月份（2024年6月）"
    ),
    "grant: unknown": changed("待遇", "待遇", "五保", "应为下列之一"),
    "grant: 低保 of one person": changed("待遇", "身份证号", number_of(HEAD_BORN), "不是这一户的成员"),
    "grant: columns of another": changed("待遇", "渐退月数", 18, "只有低保渐退才填"),
    "deduction: no ground": add("收入", "A001", "", "必要就业成本", 100, column="凭据", says="必须写明依据"),
    "asset: no amount": add("财产", "A001", "", "现金", column="金额", says="必须填写金额"),
    "house: exempted without ground": add(
        "财产", "A001", "", "机动车", "", "是", column="豁免理由", says="必须写明理由"
    ),
    "member: no such family": add(
        "成员", "没有", number_of(HEAD_BORN), "孙三", "户主", column="家庭编号", says="没有这个编号"
    ),
    "income: no such family": add("收入", "没有", "", "工资性收入", 1, column="家庭编号", says="没有这个编号"),
    "member: twice": add("成员", "A001", "HEAD", "赵甲", "子女", column="身份证号", says="与第 2 行是同一个人"),
    "family: twice": add("家庭", "A001", t.VILLAGE, "城市", column="家庭编号", says="与第 2 行编号相同"),
    "family: nobody in it": add("家庭", "空户", t.VILLAGE, "城市", column="家庭编号", says="没有这一户的成员"),
    "account: two": add("账户", "A001", "", "农商行", "043200009999", column="账号", says="已有账户（第 2 行）"),
    "grant: twice": add("待遇", "A001", "低保", "", t.DECIDED, column="待遇", says="与第 2 行重复"),
    "grant: 单人户 beside 低保": add(
        "待遇", "A001", "单人户低保", "HEAD", t.DECIDED, column="待遇", says="不能再有单人户"
    ),
    "grant: 特困 of nobody": add("待遇", "A001", "特困供养", "", t.DECIDED, column="身份证号", says="须填写发给谁"),
    "grant: 特困 without support": add(
        "待遇", "A001", "特困供养", "HEAD", t.DECIDED, column="供养方式", says="须填写供养方式"
    ),
    "grant: 特困 seven failures": add(
        "待遇", "A001", "特困供养", "HEAD", t.DECIDED, "分散供养", 7, column="不能自理项数", says="最多6项"
    ),
    "base: nobody in 渐退": add("渐退基数", "A001", "差额", "", 100, column="项目", says="没有渐退待遇"),
}
WRONG |= CELLS


def phasing(column: str, value: Any, says: str, sheet: str = "待遇", line: int = 2, at: str = "") -> Wrong:
    """The family in 渐退 with one cell changed."""

    def make(book: t.Book) -> Place:
        book.phase_out()
        put(book, sheet, line, column, value)
        return sheet, line, at or column, says

    return make


WRONG |= {
    "渐退: all used": lambda book: (book.phase_out(start="", used=24), ("待遇", 2, "已用月数", "已经用完"))[1],
    "渐退: more used than granted": phasing("已用月数", 25, "超过准予的 24 个月"),
    "渐退: used up by its first month": phasing("渐退首月", "2022-06", "已经用完", at="已用月数"),
    "渐退: more used than months since": phasing("已用月数", 6, "多于渐退首月至今的月数"),
    "渐退: begins later": phasing("渐退首月", "2024-07", "晚于首个发放月份"),
    "渐退: months missing": phasing("渐退月数", "", "须填渐退月数"),
    "渐退: months nobody grants": phasing("渐退月数", 20, "应为18或24个月", at="待遇"),
    "渐退: no month": phasing("渐退首月", "去年", "应为月份"),
    "渐退: supplement of nobody": phasing("身份证号", "", "增发须填写是谁的", "渐退基数", 3),
    "渐退: gap twice": phasing("项目", "差额", "差额是整户的", "渐退基数", 3, at="身份证号"),
    "渐退: no gap": lambda book: (
        book.phase_out(),
        book.lines["渐退基数"].pop(0),
        ("待遇", 2, "待遇", "缺少这一户的差额"),
    )[2],
}


@wrong
def no_grant_at_all(book: t.Book) -> Place:
    book.zhaos(grant=False)
    return "待遇", 2, "家庭编号", "没有这一户的待遇"


@wrong
def an_account_of_two_families(book: t.Book) -> Place:
    book.zhaos()
    book.zhaos("A002", account=book.lines["账户"][0][3])
    return "账户", 3, "账号", "与第 2 行是同一个账号"


@wrong
def single_person_without_a_ground(book: t.Book) -> Place:
    people = book.zhaos(wage=30000, grant=False)
    return "待遇", book.add("待遇", "A001", "单人户低保", people[0], t.DECIDED), "待遇", "本人既非重残也非重病"


@pytest.fixture
def o() -> Iterator[t.Office]:
    return t.office()


@pytest.mark.parametrize("name", WRONG)
def test_each_fault_is_told_at_its_place_and_nothing_can_be_approved(o: t.Office, name: str) -> None:
    book = t.Book()
    place = WRONG[name](book)
    upload = t.checked(o, book)
    assert upload.state == UploadState.FAULTY
    told = [tuple(error) for error in upload.errors]
    assert [one for one in told if one[:3] == place[:3] and place[3] in one[3]], told
    # A family that cannot be named leaves its seven other lines without one.
    assert upload.error_count == len(told) <= (8 if name == "family: a number" else 3)
    assert (upload.plan, upload.plan_digest, Household.objects.count()) == (None, "", 0)


def test_faults_never_repeat_what_stands_in_the_file(o: t.Office) -> None:
    book = t.Book()
    people = book.zhaos()
    put(book, "成员", 2, "身份证号", CHECK_DIGIT)
    put(book, "账户", 2, "账号", "98765")
    said = str(t.checked(o, book).errors)
    assert "98765" not in said
    assert not [number for number in (*people, CHECK_DIGIT) if number in said]
    assert "赵甲" not in said


def test_all_faults_of_a_file_are_told_at_once(o: t.Office) -> None:
    book = t.Book()
    for n in range(40):
        book.zhaos(f"A{n:03d}")
        put(book, "成员", 3 * n + 2, "身份证号", CHECK_DIGIT)
        put(book, "收入", n + 2, "十二个月金额", -1)
    upload = t.checked(o, book)
    assert {tuple(error[:2]) for error in upload.errors} >= {("收入", n + 2) for n in range(40)}
    assert {tuple(error[:2]) for error in upload.errors} >= {("成员", 3 * n + 2) for n in range(40)}


def test_headings_are_found_wherever_they_stand_and_missed_where_they_do_not(o: t.Office) -> None:
    book = t.Book()
    book.zhaos()
    assert t.checked(o, book).error_count == 0
    from apps.takeover.workbook import layout
    from apps.takeover.workbook.template import template

    sheets = tuple(s for s in layout.REGISTER if s.name != "账户")
    upload = t.checked(o, template(sheets, title="", rows=book.lines))
    assert ["账户", 1, "", "缺少这张工作表，请用模板填写。"] in upload.errors


def test_who_is_on_file_already_cannot_be_taken_over(o: t.Office) -> None:
    family = f.the_zhaos(o)
    f.confirmed(o, family)
    book = t.Book()
    book.zhaos(account=family.account.number)
    put(book, "成员", 2, "身份证号", family.head.number.text)
    for sheet in ("收入",):
        put(book, sheet, 2, "身份证号", family.head.number.text)
    told = {tuple(error[:3]): error[3] for error in t.checked(o, book).errors}
    assert "已在本系统登记" in told["成员", 2, "身份证号"]
    assert "已用于另一个家庭" in told["账户", 2, "账号"]

"""A paid month beside the rules: every difference has its place and, where one is known, its reason."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from apps.accounts.models import User
from apps.applications.tests import factories as f
from apps.awards.models import Award
from apps.core.money import yuan
from apps.core.refusal import Refused
from apps.eligibility.tests.test_changed_rule import new_law  # noqa: F401 - the fixture
from apps.takeover.actions import compare_roll, upload_roll
from apps.takeover.enums import Finding, RollState
from apps.takeover.models import ParallelLine, ParallelMonth
from apps.takeover.tests import factories as t

pytestmark = pytest.mark.django_db

MAY = date(2024, 5, 1)


@pytest.fixture
def o() -> Iterator[t.Office]:
    return t.office()


def compared(o: t.Office, book: t.Book, month: date = MAY) -> ParallelMonth:
    """The roll of a month, handed in and compared."""
    parallel = upload_roll(book.roll(), file_name="五月名册.xlsx", month=month, acting_user=o.chief, on=t.ON)
    assert compare_roll(parallel.pk, acting_user=User.objects.system(), on=t.ON)
    return ParallelMonth.objects.get(pk=parallel.pk)


def the_only_line(o: t.Office, book: t.Book, amount: Any, month: date = MAY, **told: str) -> ParallelLine:
    """One family on file, paid that."""
    t.taken_over(o, book)
    (family,) = {line[0] for line in book.lines["家庭"]}
    book.paid(family, amount, **told)
    return compared(o, book, month).lines.get()


def zhaos(**given: Any) -> t.Book:
    book = t.Book()
    book.zhaos(**given)
    return book


def in_phase_out(**given: Any) -> t.Book:
    book = t.Book()
    book.phase_out(**given)
    return book


def couple(born: date, *, income: int = 0) -> t.Book:
    """A couple without children, one of them born that day."""
    book = t.Book()
    book.home("A001")
    head = book.person("A001", "周甲", born, "户主")
    book.person("A001", "吴乙", date(1970, 1, 1), "配偶")
    if income:
        book.add("收入", "A001", head, "工资性收入", income)
    book.add("待遇", "A001", "低保", "", t.DECIDED)
    return book


def on_tekun() -> t.Book:
    """One man of 74 alone, partly able: 728 + 308 = 1036."""
    book = t.Book()
    book.home("A001")
    man = book.person("A001", "赵叔", date(1950, 3, 1), "户主")
    book.add("待遇", "A001", "特困供养", man, t.DECIDED, "分散供养", 2)
    return book


def with_disability() -> t.Book:
    """A man of 63 with a certificate of grade 3 (肢体), alone, without income: 560."""
    book = t.Book()
    book.home("A001")
    book.person("A001", "郑丙", date(1961, 2, 1), "户主", grade=3)
    book.add("待遇", "A001", "低保", "", t.DECIDED)
    return book


# What is due in May 2024, what was paid, which reading gives it, and a word of the sentence.
EXPLAINED: dict[str, tuple[Any, str, str, str, str]] = {
    # 550 × 3 − 900 = 750, and 50 % and 60 % of 550: 275 and 330.
    "old standard": (zhaos, "1396.00", "1355.00", "STANDARD", "2021年11月 起每人每月 550.00 元"),
    # 75 % of 1396 is due; the whole base, or half of it, was paid.
    "渐退 in full": (in_phase_out, "1047.00", "1396.00", "PHASE_OUT", "没有递减"),
    "渐退 at half": (in_phase_out, "1047.00", "698.00", "PHASE_OUT", "50%"),
    # The child's 280 left out; both supplements left out; the lower rates: 780 + 56 + 168.
    "a supplement missing": (zhaos, "1396.00", "1116.00", "SUPPLEMENT", "少发（子女）未成年增发 280.00"),
    "the gap alone": (zhaos, "1396.00", "780.00", "SUPPLEMENT", "只发差额"),
    "the lower rates": (zhaos, "1396.00", "1004.00", "SUPPLEMENT", "30％、20％、10％"),
    # 560 + 60 % of 560 = 896 when 老残一体 begins at sixty.
    "老残一体 from sixty": (with_disability, "560.00", "896.00", "SUPPLEMENT", "满60周岁"),
    # Turned 70 on 10 May: 50 % of 560 from June on, paid in May already.
    "birthday a month early": (lambda: couple(date(1954, 5, 10)), "1120.00", "1400.00", "BIRTHDAY", "应自次月起"),
    # Turned 70 on 10 April: due in May, not paid yet.
    "birthday a month late": (lambda: couple(date(1954, 4, 10)), "1400.00", "1120.00", "BIRTHDAY", "次月尚未增减"),
    # 1000 yuan a year: 560 × 2 − 1000 ÷ 12 = 1036.67; a head 518.33, rounded to 518 and doubled.
    "rounded a head": (lambda: couple(date(1980, 1, 1), income=1000), "1036.67", "1036.00", "ROUNDING", "差额先按人"),
    # The same, rounded up to the whole yuan.
    "rounded up": (lambda: couple(date(1980, 1, 1), income=1000), "1036.67", "1037.00", "ROUNDING", "元"),
    # 560 × 3 and the supplements: nothing taken off for income.
    "without income": (zhaos, "1396.00", "2296.00", "GAP", "没有减去收入"),
    # 560 × 2 − 900 = 220, and the supplements.
    "a person fewer": (zhaos, "1396.00", "836.00", "GAP", "少算一人"),
    "two months": (zhaos, "1396.00", "2792.00", "MONTHS", "一次发了 2 个月"),
    "nothing": (zhaos, "1396.00", "0.00", "ZERO", "没有发"),
    # 728 + 25 % of 1540 = 385; basic alone.
    "care at 25 %": (on_tekun, "1036.00", "1113.00", "CARE", "25%"),
    "no care": (on_tekun, "1036.00", "728.00", "CARE", "没有发照料护理费"),
}


@pytest.mark.parametrize("name", EXPLAINED)
def test_a_difference_is_explained_by_the_reading_that_gives_it(o: t.Office, name: str) -> None:
    make, due, paid, reading, says = EXPLAINED[name]
    line = the_only_line(o, make(), paid)
    assert str(yuan(line.due_fen)) == due
    assert str(yuan(line.paid_fen)) == paid
    assert (line.finding, line.reading) == (Finding.EXPLAINED, reading), line.why
    assert says in line.why


@pytest.mark.usefixtures("new_law")
def test_a_month_is_explained_by_the_rules_of_its_day_when_a_later_rule_stands_beside_them(o: t.Office) -> None:
    line = the_only_line(o, zhaos(), "1355.00")
    assert (line.finding, line.reading) == (Finding.EXPLAINED, "STANDARD"), line.why


def test_the_same_amount_is_equal_and_a_strange_one_stays_unexplained(o: t.Office) -> None:
    book = zhaos()
    book.zhaos("A002")
    t.taken_over(o, book)
    book.paid("A001", 1396, name="赵甲")
    book.paid("A002", "1234.56", name="王五")
    parallel = compared(o, book)
    first, second = parallel.lines.order_by("row")
    assert (first.finding, first.why, first.other_name) == (Finding.EQUAL, "", False)
    assert (second.finding, second.reading, second.other_name) == (Finding.UNEXPLAINED, "", True)
    assert "已知的算法都得不到" in second.why
    assert second.difference_fen == 123_456 - 139_600


def test_who_is_on_one_side_only(o: t.Office) -> None:
    book = zhaos()
    book.zhaos("A002")
    t.taken_over(o, book)
    book.paid("A001", 1396)
    missing = book.paid("不在册", 500)
    parallel = compared(o, book)
    assert parallel.figures == {
        "EQUAL": [1, 139_600, 139_600],
        "EXPLAINED": [0, 0, 0],
        "UNEXPLAINED": [0, 0, 0],
        "ROLL_ONLY": [1, 50_000, 0],
        "REGISTER_ONLY": [1, 0, 139_600],
    }
    roll, register = (parallel.lines.get(finding=one) for one in (Finding.ROLL_ONLY, Finding.REGISTER_ONLY))
    assert (roll.row, roll.said, roll.household, roll.due_fen) == (missing, "不在册", None, None)
    assert (register.household.taken_over.old_number, register.paid_fen) == ("A002", None)


def test_single_persons_are_matched_by_their_identity_number(o: t.Office) -> None:
    book = zhaos()
    uncle = book.person("A001", "赵叔", date(1950, 3, 1), "其他亲属")
    book.add("待遇", "A001", "特困供养", uncle, "2023-02-01", "分散供养", 2)
    t.taken_over(o, book)
    book.paid("A001", 1396, number=book.heads["A001"])  # the household's, named by its head
    book.paid("A001", 1036, number=uncle)
    book.paid("A001", 100, number="220281198501010018")  # a stranger
    found = compared(o, book).lines.order_by("row").values_list("finding", "scheme")
    assert list(found) == [(Finding.EQUAL, "DIBAO"), (Finding.EQUAL, "TEKUN"), (Finding.ROLL_ONLY, "")]


def test_a_roll_without_numbers_of_persons_names_the_only_award_there_is(o: t.Office) -> None:
    assert the_only_line(o, on_tekun(), 1036).finding == Finding.EQUAL


def test_families_of_this_office_are_found_by_their_number_here(o: t.Office) -> None:
    household = f.confirmed(o).household
    book = t.Book()
    book.paid(household.number, 1396)
    assert compared(o, book).lines.get().finding == Finding.ROLL_ONLY  # decided on 29 May: nothing due for May
    book = t.Book()
    book.paid(household.number, 1396)
    book.paid("另一户", 1)
    june = upload_roll(book.roll(), file_name="六月.xlsx", month=t.JUNE, acting_user=o.chief, on=f.PAY_DAY)
    compare_roll(june.pk, acting_user=o.chief, on=f.PAY_DAY)
    assert set(june.lines.values_list("finding", flat=True)) == {Finding.EQUAL, Finding.ROLL_ONLY}


def test_a_faulty_roll_is_told_line_by_line_and_not_compared(o: t.Office) -> None:
    book = zhaos()
    t.taken_over(o, book)
    book.paid("A001", 1396)
    book.paid("A001", -5)
    book.paid("", 5)
    parallel = compared(o, book)
    assert parallel.state == RollState.FAULTY
    assert [tuple(error[:3]) for error in parallel.errors] == [
        ("发放名册", 3, "实发金额"),
        ("发放名册", 4, "家庭编号"),
    ]
    assert not ParallelLine.objects.exists()


def test_one_unit_twice_is_a_fault(o: t.Office) -> None:
    book = zhaos()
    t.taken_over(o, book)
    for _ in range(2):
        book.paid("A001", 1396)
    assert "与第 2 行是同一户（人）" in compared(o, book).errors[0][3]


def test_nothing_changes_by_it_and_it_is_compared_once(o: t.Office) -> None:
    book = zhaos()
    t.taken_over(o, book)
    before = list(Award.history.values_list("pk", flat=True))
    book.paid("A001", 1)
    parallel = compared(o, book)
    assert not compare_roll(parallel.pk, acting_user=o.chief, on=t.ON)
    assert list(Award.history.values_list("pk", flat=True)) == before


def test_a_month_to_come_was_not_paid(o: t.Office) -> None:
    with pytest.raises(Refused) as refused:
        upload_roll(t.Book().roll(), file_name="", month=t.JUNE, acting_user=o.chief, on=t.ON)
    assert (refused.value.code, refused.value.field) == ("month_out_of_reach", "month")

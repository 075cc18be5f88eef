"""A rule that changes is a new dated function beside the old one; the later law below is invented, for tests only."""

import datetime as dt

import pytest

from apps.core.month import Month
from apps.eligibility.contract import answer_assessment
from apps.eligibility.policy import dibao
from apps.eligibility.policy.clause import PROVISIONS, clause
from apps.eligibility.policy.decide import decide
from apps.eligibility.policy.due import amount_due
from apps.eligibility.policy.enums import PartKind
from apps.eligibility.policy.standards import Law
from apps.eligibility.tests.builders import ADULT, event, facts, member, played, request
from apps.eligibility.tests.test_replay import SETS, unlike_what_was_stored

BEGINS = dt.date(2027, 1, 1)
BEFORE, AFTER = "2026-12-31", "2027-01-01"


def _invented_later():
    """From 2027 the gap is rounded up to whole yuan, and the elderly are those of 65."""

    @clause("§5", "{result:yuan} 元", gives="yuan", since=BEGINS, instead_of=dibao.gap)
    def gap_of_2027(standard, people, income):
        """差额按元向上取整。"""
        exact = max(0, 12 * standard * people - income)
        return -(-exact // 1200) * 100

    @clause("§5", "{person.ref}，{age} 周岁", quiet=True, since=BEGINS, instead_of=dibao.is_elderly)
    def is_elderly_of_2027(person, age, holders, law):
        """年满六十五周岁的老年人增发。"""
        return age >= 65


@pytest.fixture
def new_law():
    known, bare = set(PROVISIONS), {rule: rule.silent for rule in (dibao.gap, dibao.is_elderly)}
    _invented_later()
    yield
    for changed, silent in bare.items():
        changed.later.clear()
        changed.silent = silent
    for name in set(PROVISIONS) - known:
        del PROVISIONS[name]


OLD = {"ref": "A", "birth_date": "1960-01-01", "relation": "HEAD"}
INCOME = [{"member": "A", "kind": "WAGE", "amount": "1000.00"}]


def _answered(as_of):
    return answer_assessment(request(as_of=as_of, members=[OLD], incomes=INCOME), Law.shipped())


@pytest.mark.usefixtures("new_law")
def test_each_day_is_judged_by_its_own_rule():
    before, after = _answered(BEFORE)["awards"][0], _answered(AFTER)["awards"][0]
    assert [part["amount"] for part in before["parts"]] == ["476.67"], "560 − 1000 ÷ 12"
    assert [part["amount"] for part in after["parts"]] == ["477.00", "280.00"]


def test_an_old_case_replays_to_the_letter_after_the_law_has_changed(request):
    stored = _answered(BEFORE)
    request.getfixturevalue("new_law")
    assert _answered(BEFORE) == stored
    assert _answered(AFTER) != stored


@pytest.mark.usefixtures("new_law")
def test_all_that_was_ever_stored_replays_under_the_new_law():
    assert [told for path in SETS for told in unlike_what_was_stored(path)] == []


@pytest.mark.usefixtures("new_law")
def test_the_explanation_names_the_function_that_spoke():
    rules = {step["rule"] for step in _answered(AFTER)["steps"]}
    assert {"test_changed_rule.gap_of_2027", "test_changed_rule.is_elderly_of_2027"} <= rules
    assert "dibao.gap" not in rules
    assert "dibao.gap" in {step["rule"] for step in _answered(BEFORE)["steps"]}


@pytest.mark.usefixtures("new_law")
def test_a_running_award_follows_the_law_of_the_month_it_is_paid_for():
    award = decide(facts(members=[OLD], incomes=INCOME), dt.date(2026, 10, 15), Law.shipped()).awards[0].facts
    due = {month: amount_due(award, Month(*month), Law.shipped()) for month in ((2026, 12), (2027, 1))}
    assert [part.kind for part in due[2026, 12].parts] == [PartKind.GAP]
    assert [part.kind for part in due[2027, 1].parts] == [PartKind.GAP, PartKind.ELDERLY]
    assert played(event("2026-10-15", ADULT, member(), income="1000.00"), until="2027-01") == {
        "2026-11": "1036.67",
        "2026-12": "1036.67",
        "2027-01": "1037.00",
    }


@pytest.mark.usefixtures("new_law")
def test_changes_come_in_their_order():
    def never(standard, people, income):
        """不会生效。"""

    with pytest.raises(ValueError, match="2027-01-01"):
        clause("§5", since=BEGINS, instead_of=dibao.gap)(never)


@pytest.mark.parametrize("rule", [dibao.gap, dibao.is_elderly], ids=["gap", "is_elderly"])
def test_and_nothing_of_it_is_left_behind(rule):
    assert not rule.later
    assert rule.silent is rule.__wrapped__
    assert _answered(AFTER)["awards"][0]["parts"] == [{"kind": "GAP", "amount": "476.67"}]

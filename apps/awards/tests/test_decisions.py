"""From decisions to awards: what begins, changes, falls and ends, always from the next month."""

from dataclasses import replace
from datetime import date

import pytest

from apps.awards.actions import apply_decision, current_of
from apps.awards.enums import DecisionKind
from apps.awards.models import Award, AwardMember
from apps.awards.terms import facts_of
from apps.awards.tests import factories as f
from apps.awards.wording import difference
from apps.core.month import Month
from apps.core.refusal import Refused
from apps.eligibility.actions import assess
from apps.eligibility.policy.due import amount_due
from apps.eligibility.policy.enums import ExpenseKind
from apps.eligibility.policy.standards import Law
from apps.households.actions import declare
from apps.households.family import ExpenseEntry

pytestmark = pytest.mark.django_db
MARCH, NOVEMBER = date(2022, 3, 15), date(2022, 11, 20)


@pytest.fixture
def office() -> f.Office:
    return f.office()


def due(award: Award, month: str) -> int:
    return amount_due(facts_of(award.terms), Month.parse(month), Law.shipped()).total


def tells(office: f.Office, household, told, *, on: date) -> None:
    declare(household, told, acting_user=office.caseworker, on=on)


def test_an_award_starts_the_month_after_the_decision(office: f.Office) -> None:
    household = f.on_file(office, f.family(), on=MARCH)
    decision = f.decide_on(office, household, on=MARCH)
    award = household.awards.get()
    assert (decision.kind, decision.effective_month) == (DecisionKind.START, date(2022, 4, 1))
    assert decision.sentence == "自2022年4月起发放：低保3人，每月1,355.00元。"
    assert (award.scheme, award.first_month, award.last_month) == ("DIBAO", date(2022, 4, 1), None)
    assert due(award, "2022-04") == 135_500  # 550×3 − 10800÷12 = 750；+275 未成年；+330 重残
    assert set(award.members.values_list("person__name", flat=True)) == {"赵一", "赵小", "钱二"}
    assert current_of(household, Month(2022, 3)) is None
    assert current_of(household, Month(2022, 4))["parts"][1] == {
        "kind": "MINOR",
        "member": "赵小",
        "amount": "275.00",
    }


def test_a_rise_leads_into_phase_out_with_the_base_frozen(office: f.Office) -> None:
    told = f.family()
    household = f.on_file(office, told, on=MARCH)
    f.decide_on(office, household, on=MARCH)
    tells(office, household, f.family(told.members, income_fen=2_700_000), on=NOVEMBER)
    decision = f.decide_on(office, household, on=NOVEMBER)
    dibao, falling = household.awards.order_by("pk")
    assert decision.kind == DecisionKind.PHASE_OUT
    assert (dibao.last_month, dibao.state, dibao.ended_by) == (date(2022, 11, 1), "ENDED", decision)
    assert (falling.first_month, falling.last_month) == (date(2022, 12, 1), date(2024, 11, 1))
    said = "低保渐退3人，前12个月每月1,016.25元，之后每月677.50元，至2024年11月止"
    assert decision.sentence == f"自2022年12月起转入渐退：{said}。"
    # 1355 × 75 % = 1016.25 for twelve months, then × 50 %
    assert [due(falling, m) for m in ("2022-12", "2023-11", "2023-12", "2024-11", "2024-12")] == [
        101_625,
        101_625,
        67_750,
        67_750,
        0,
    ]
    assert current_of(household, Month(2023, 1))["phase_out_from"] == "2022-12"


def test_income_back_below_the_standard_ends_the_phase_out_and_remembers_it(office: f.Office) -> None:
    told = f.family()
    household = f.on_file(office, told, on=MARCH)
    f.decide_on(office, household, on=MARCH)
    tells(office, household, f.family(told.members, income_fen=2_700_000), on=NOVEMBER)
    f.decide_on(office, household, on=NOVEMBER)
    june = date(2023, 6, 10)
    tells(office, household, told, on=june)
    decision = f.decide_on(office, household, on=june)
    assert decision.kind == DecisionKind.CHANGE
    assert household.awards.due_in(date(2023, 7, 1)).get().scheme == "DIBAO"
    # December to June: seven of twenty-four months used
    assert current_of(household, Month(2023, 7))["earlier_phase_out"] == {"ended": "2023-07", "used": 7, "months": 24}


def test_twice_the_standard_stops_everything(office: f.Office) -> None:
    told = f.family()
    household = f.on_file(office, told, on=MARCH)
    f.decide_on(office, household, on=MARCH)
    tells(office, household, f.family(told.members, income_fen=2 * 12 * 3 * 55_000), on=NOVEMBER)
    decision = f.decide_on(office, household, on=NOVEMBER)
    assert (decision.kind, decision.sentence) == (
        DecisionKind.STOP,
        "自2022年12月起停发原待遇（认定结果：不符合）。",
    )
    assert not household.awards.due_from(date(2022, 12, 1)).exists()
    assert not AwardMember.objects.filter(last_month=None).exists()


def test_low_income_that_was_not_on_dibao_is_recognised_and_gets_no_phase_out(office: f.Office) -> None:
    members = (f.member("孙三", date(1980, 1, 1)),)
    household = f.on_file(office, f.family(members, income_fen=900_000), on=MARCH)
    decision = f.decide_on(office, household, on=MARCH)
    assert (decision.kind, household.awards.count()) == (DecisionKind.RECOGNISE, 0)
    assert decision.sentence == "认定为低收入家庭，不发放月度待遇。"
    recognition = household.recognitions.get()
    assert (recognition.category, recognition.since, recognition.until) == ("LOW_INCOME", MARCH, None)
    # Poorer in November: on 低保, and low income no more.
    tells(office, household, f.family(members, income_fen=0), on=NOVEMBER)
    assert f.decide_on(office, household, on=NOVEMBER).kind == DecisionKind.START
    recognition.refresh_from_db()
    assert recognition.until == NOVEMBER


def test_a_family_poor_for_its_expenses_is_recognised_for_twelve_months(office: f.Office) -> None:
    # Two standards are 1100, the disposable income 2970.50 a month: 15,000 a year less 9,000 for doctors is 500 < 550.
    told = f.family((f.member("孙三", date(1980, 1, 1)),), income_fen=1_500_000)
    told = replace(told, expenses=(ExpenseEntry(ExpenseKind.MEDICAL, 900_000),))
    household = f.on_file(office, told, on=MARCH)
    assert f.decide_on(office, household, on=MARCH).kind == DecisionKind.RECOGNISE
    recognition = household.recognitions.get()
    assert (recognition.category, recognition.until) == ("EXPENDITURE", MARCH.replace(year=MARCH.year + 1))
    assert not household.recognitions.in_force(recognition.until).exists()


def test_a_review_that_changes_nothing_says_so(office: f.Office) -> None:
    told = f.family()
    household = f.on_file(office, told, on=MARCH)
    f.decide_on(office, household, on=MARCH)
    tells(office, household, told, on=NOVEMBER)
    assert f.decide_on(office, household, on=NOVEMBER).kind == DecisionKind.KEEP
    assert due(household.awards.due_in(date(2022, 12, 1)).get(), "2022-12") == 135_500


def test_of_two_decisions_in_a_month_the_last_counts(office: f.Office) -> None:
    told = f.family()
    household = f.on_file(office, told, on=MARCH)
    f.decide_on(office, household, on=MARCH)
    tells(office, household, f.family(told.members, income_fen=0), on=date(2022, 3, 28))
    f.decide_on(office, household, on=date(2022, 3, 28))
    first, second = household.awards.order_by("pk")
    assert first.was_never_due
    assert first.stage(date(2022, 4, 1)) == ("CANCELLED", "未起发")
    assert household.awards.ever_due().get() == second
    assert due(second, "2022-04") == 225_500


def test_an_unknown_or_outdated_assessment_decides_nothing(office: f.Office) -> None:
    household = f.on_file(office, replace(f.family(), incomes=None), on=MARCH)
    with pytest.raises(Refused, match="没有查清"):
        f.decide_on(office, household, on=MARCH)
    told = f.family((f.member("李四", date(1970, 2, 2)),))
    household = f.on_file(office, told, on=MARCH)
    stale = assess(household.declarations.get(), as_of=MARCH, current=None, acting_user=office.reviewer, on=MARCH)
    with pytest.raises(Refused) as refused:
        apply_decision(household, assessment=stale, acting_user=office.reviewer, on=date(2022, 4, 2))
    assert refused.value.code == "assessment_outdated"


def test_an_award_that_moved_since_the_assessment_is_noticed(office: f.Office) -> None:
    told = f.family()
    household = f.on_file(office, told, on=MARCH)
    f.decide_on(office, household, on=MARCH)
    tells(office, household, f.family(told.members, income_fen=2_700_000), on=NOVEMBER)
    blind = assess(
        household.declarations.order_by("-pk").first(),
        as_of=NOVEMBER,
        current=None,
        acting_user=office.reviewer,
        on=NOVEMBER,
    )
    with pytest.raises(Refused, match="重新测算"):
        apply_decision(household, assessment=blind, acting_user=office.reviewer, on=NOVEMBER)


def test_a_person_paid_for_elsewhere_is_refused_by_name(office: f.Office) -> None:
    award = f.granted(office, on=MARCH)
    child = award.members.get(person__name="赵小").person
    other = f.on_file(
        office, f.family((f.member("周五", date(1960, 3, 3)),), income_fen=0), on=MARCH, town=office.other_town
    )
    declaration = other.declarations.get()
    assessment = assess(declaration, as_of=MARCH, current=None, acting_user=office.reviewer, on=MARCH)
    assessment.refs = {"周五": child.pk}
    with pytest.raises(Refused, match="赵小同一月份"):
        apply_decision(other, assessment=assessment, acting_user=office.reviewer, on=MARCH)


def test_only_a_reviewer_decides(office: f.Office) -> None:
    household = f.on_file(office, f.family(), on=MARCH)
    assessment = assess(household.declarations.get(), as_of=MARCH, current=None, acting_user=office.reviewer, on=MARCH)
    with pytest.raises(Refused, match="岗位"):
        apply_decision(household, assessment=assessment, acting_user=office.maker, on=MARCH)


def test_what_moved_is_told_in_amounts_people_can_read() -> None:
    before, now = [{"kind": "GAP", "amount": "1330.00"}], [{"kind": "GAP", "amount": "780.00"}]
    assert difference(before, now, {}) == "差额 1,330.00→780.00"

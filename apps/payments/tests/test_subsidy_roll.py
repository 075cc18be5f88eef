"""Who is on the roll of a 价格临时补贴: everybody of the sealed month, as corrections have left it, and nobody else."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection

from apps.accounts.middleware import sight_of
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.actions import confirm_month, exclude_unit, hold_unit, open_month
from apps.awards.models import MonthRun, SetAside
from apps.awards.tests import factories as f
from apps.core.month import Month
from apps.core.refusal import Refused
from apps.eligibility.facts import family_of
from apps.eligibility.policy.enums import AreaKind
from apps.households.actions import declare
from apps.households.models import Household, Person
from apps.payments import actions
from apps.payments.enums import RecalculationGround
from apps.payments.examination import look_through
from apps.payments.invariants import broken_invariants
from apps.payments.models import Batch, Finding, SubsidyRun
from apps.payments.subsidy_roll import excess_of, totals_of
from apps.payments.tests import course
from apps.payments.tests.office import declared
from apps.payments.tests.test_invariants import as_the_owner_without_guards as past_the_guards
from apps.payments.tests.test_subsidies import (
    A_PERSON,
    DECIDED,
    JUNE,
    MAY,
    PUBLISHED,
    THREE,
    confirmed,
    drawn,
    published,
    started,
    subsidy_of,
)
from apps.payments.views.statement import account_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(db: Any) -> f.Office:
    return f.office()


def on_benefit(office: f.Office, told: f.Family, *, on: date = DECIDED) -> Household:
    """A family decided on that day, with an account."""
    household = f.on_file(office, told, on=on)
    f.decide_on(office, household, on=on)
    return course.with_account(office, household, on=on)


def test_town_and_country_tekun_and_phase_out_are_on_it(office: f.Office) -> None:
    alone = f.family((f.member("周一", date(1980, 1, 1)),), income_fen=0)
    country = on_benefit(office, replace(alone, area_kind=AreaKind.RURAL))
    old = on_benefit(office, f.family((f.member("李老", date(1950, 1, 1), obligors=()),), income_fen=0))
    richer = course.granted(office, on=DECIDED)
    course.paid(office, MAY)
    # Above the standard and below twice of it: 渐退 from June. 560.00 × 12 × 3 = 20,160.00 < 30,000.00 < 40,320.00.
    told = f.family(family_of(richer.declarations.get()).members, income_fen=3_000_000)
    declare(richer, told, acting_user=office.caseworker, on=MAY)
    f.decide_on(office, richer, on=date(2024, 5, 20))
    course.paid(office, JUNE)
    assert [award.scheme for award in (old.awards.get(), richer.awards.latest("pk"))] == ["TEKUN", "DIBAO_PHASE_OUT"]
    run = confirmed(office, published(office))
    # 470.00 × 6.5 % = 30.55; 特困 by the standard, not by what it pays: 36.40; three in 渐退: 109.20.
    assert [subsidy_of(one)[0][1] for one in (country, old, richer)] == [3055, A_PERSON, THREE]
    (row,) = totals_of(run)
    assert (row.urban, row.rural, row.units, row.total_fen) == (4, 1, 3, 3055 + A_PERSON + THREE)
    assert broken_invariants() == []


def test_whoever_was_left_out_of_the_month_or_stopped_before_it_is_not(office: f.Office) -> None:
    paid, left_out = course.granted(office, on=DECIDED), course.granted(office, on=DECIDED)
    course.paid(office, MAY)
    run = f.calculate(open_month(JUNE, acting_user=office.maker, on=JUNE), on=JUNE)
    hold_unit(run, award=left_out.awards.get(), reason="收入存疑", acting_user=office.reviewer, on=JUNE)
    exclude_unit(SetAside.objects.get(), ground="查清以后补发", acting_user=office.checker, on=JUNE)
    confirm_month(MonthRun.objects.get(pk=run.pk), acting_user=office.checker, on=JUNE)
    actions.draw_up(MonthRun.objects.get(pk=run.pk), acting_user=office.maker, on=JUNE)
    confirmed(office, published(office))
    assert (len(subsidy_of(paid)), subsidy_of(left_out)) == (1, [])


def test_a_late_decision_joins_by_a_second_run_and_corrections_of_the_month_leave_the_subsidy_alone(
    office: f.Office,
) -> None:
    there = course.granted(office, on=DECIDED)
    late = course.with_account(office, f.on_file(office, f.family(), on=DECIDED), on=DECIDED)
    course.paid_through(office, Month(2024, 5), Month(2024, 6))
    index = published(office)
    confirmed(office, index)
    found_on = date(2024, 6, 20)
    decision = f.decide_on(office, late, on=found_on)
    with act(Verb.CONFIRM, acting_user=office.reviewer, on=found_on, subject=late):
        told = {"ground": RecalculationGround.LATE, "reckoned_on": DECIDED, "declaration": late.declarations.get()}
        actions.back_date(decision, **told, acting_user=office.reviewer, on=found_on)
    assert [row[:2] for row in course.found(late)] == [("2024-05", "LATE"), ("2024-06", "LATE")]
    course.corrected(office, late, on=found_on)
    run = confirmed(office, index, on=found_on)
    assert (run.seq, run.people, run.total_fen) == (2, 3, THREE)
    assert subsidy_of(late) == [("2024-06 SUBSIDY 2", THREE)]
    # The standard was lower after all, and the papers come late: June is corrected, its subsidy is not annulled for it.
    course.adopted(office, "500", start=JUNE, on=found_on)
    look_through()
    course.corrected(office, there, on=found_on)
    assert subsidy_of(there) == [("2024-06 SUBSIDY 1", THREE)]
    assert drawn(office, SubsidyRun.objects.get(seq=1), on=found_on).instructions.count() == 1
    # By that standard 500.00 × 6.5 % = 32.50 was owed.
    assert {(one.had_fen, one.owed_fen) for one in excess_of(index)} == {(A_PERSON, 3250)}
    assert broken_invariants() == []


def test_the_gate_asks_after_the_dead_and_the_stopped_of_a_subsidy(office: f.Office) -> None:
    first, second = course.granted(office, on=DECIDED), course.granted(office, on=DECIDED)
    course.paid_through(office, Month(2024, 5), Month(2024, 6))
    batch = drawn(office, confirmed(office, published(office)))
    with act(Verb.RECORD_DEATH, acting_user=office.caseworker, on=PUBLISHED):
        Person.objects.filter(name="赵小", memberships__household=first).update(died_on=date(2024, 5, 3))
    with act(Verb.ACCEPT_RELOCATION, acting_user=office.caseworker, on=PUBLISHED):
        Household.objects.filter(pk=second.pk).update(township=office.other_town)
    batch = actions.freeze(batch, **declared(batch), acting_user=office.maker, on=PUBLISHED)
    found = Finding.objects.of(batch).order_by("kind").values_list("kind", "instruction__entitlement__household")
    assert list(found) == [("DECEASED", first.pk), ("NOT_DUE", second.pk)]
    assert Batch.objects.get(pk=batch.pk).state == "FROZEN"
    without_the_gate_i9_says_so(batch)


def test_where_a_family_moved_to_its_subsidy_is_explained_and_what_is_too_much_of_it_seen(office: f.Office) -> None:
    family = course.granted(office, on=DECIDED)
    course.paid_through(office, Month(2024, 5), Month(2024, 6))
    confirmed(office, published(office))
    with act(Verb.ACCEPT_RELOCATION, acting_user=office.caseworker, on=PUBLISHED):
        Household.objects.filter(pk=family.pk).update(township=office.other_town)
        Person.objects.filter(name="赵小", memberships__household=family).update(died_on=date(2024, 5, 3))
    with sight_of(office.stranger):
        account = account_of(family, office.stranger)
    assert ("价格临时补贴", THREE) in [(one.label, one.amount_fen) for one in account.months[0].behind]
    assert [(one.person.name, one.had_fen, one.owed_fen) for _, one in account.too_much] == [("赵小", A_PERSON, 0)]


def without_the_gate_i9_says_so(batch: Batch) -> None:
    """Were nothing found: the dead in a subsidy, and the subsidy of a unit stopped before, break I9 each by itself."""
    with past_the_guards(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM payments_finding")
        assert told_by_i9(batch) == ["的补贴含送审前已登记死亡的人"]
        cursor.execute(
            "UPDATE households_person SET died_on = NULL; UPDATE awards_award SET last_month = '2024-05-01', "
            "ended_by_id = decision_id, state = 'ENDED' WHERE id = (SELECT max(id) FROM awards_award)"
        )
        assert told_by_i9(batch) == ["的补贴所依的待遇在送审前已停发"]


def told_by_i9(batch: Batch) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT what FROM invariant_i09 WHERE kind = 'batch' AND id = %s", [batch.pk])
        return [what.split(" ")[-1] for (what,) in cursor.fetchall()]


def test_a_run_waiting_is_as_it_would_be_now(office: f.Office) -> None:
    family = course.granted(office, on=DECIDED)
    course.paid_through(office, Month(2024, 5), Month(2024, 6))
    run = started(office, published(office))
    assert totals_of(run)[0].urban == 3
    with act(Verb.RECORD_DEATH, acting_user=office.caseworker, on=PUBLISHED):
        Person.objects.filter(pk=family.head_id).update(died_on=date(2024, 5, 30))
    assert (totals_of(run)[0].urban, run.people) == (2, 3)


def test_a_standard_adopted_meanwhile_is_not_confirmed_over(office: f.Office) -> None:
    family = course.granted(office, on=DECIDED)
    course.paid_through(office, Month(2024, 5), Month(2024, 6))
    index = published(office)
    run = started(office, index)
    course.adopted(office, "600", start=JUNE, on=PUBLISHED)
    with pytest.raises(Refused, match="标准有变"):
        actions.confirm_subsidy(run, acting_user=office.checker, on=PUBLISHED)
    actions.reject_proposal(run, reason="标准有变", acting_user=office.checker, on=PUBLISHED)
    confirmed(office, index)
    # 600.00 × 6.5 % = 39.00 for each of three.
    assert subsidy_of(family) == [("2024-06 SUBSIDY 1", 11700)]

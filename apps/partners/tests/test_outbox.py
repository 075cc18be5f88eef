"""The outbox tells what changed, in the transaction of the change, whatever path wrote it."""

from datetime import date

import pytest
from django.db import connection

from apps.applications.tests import factories as f
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.actions import confirm_month, end_for_death, leave, resume, suspend
from apps.awards.models import AwardMember, MonthRun
from apps.awards.tests import factories as awards
from apps.eligibility.facts import family_of
from apps.eligibility.policy.enums import Relation
from apps.households.family import MemberEntry
from apps.households.models import Household
from apps.partners.models import Change
from apps.partners.relay import publish_changes

JUNE, JULY = date(2024, 6, 1), date(2024, 7, 1)
LATER = date(2024, 6, 10)


@pytest.fixture
def o(db: None) -> f.Office:
    return f.office()


def told(household: Household | None = None) -> list[tuple[str, str, str, str, date]]:
    """Everything told so far, in its order: whom, kind, scheme before and after, since; and forget it."""
    rows = Change.objects.order_by("id").select_related("person")
    rows = rows.filter(household=household) if household else rows
    found = [(c.person.name, c.kind, c.before, c.status, c.since) for c in rows]
    Change.objects.all().delete()
    return found


def granted(o: f.Office, on: date = f.OPENED) -> Household:
    """The couple with a child on 低保 from June."""
    household: Household = awards.granted(o, on=on).household
    return household


def test_an_award_that_begins_is_new_for_each_person_it_pays(o: f.Office) -> None:
    household = granted(o)
    assert told(household) == [
        ("赵一", "NEW", "", "DIBAO", JUNE),
        ("钱二", "NEW", "", "DIBAO", JUNE),
        ("赵小", "NEW", "", "DIBAO", JUNE),
    ]


def test_a_decision_that_keeps_everything_tells_nothing(o: f.Office) -> None:
    household = granted(o)
    told()
    awards.decide_on(o, household, on=LATER)
    assert household.awards.count() == 2
    assert told() == []


def test_more_income_turns_dibao_into_phase_out_for_all_and_still_more_ends_it(o: f.Office) -> None:
    household = granted(o)
    told()
    for wage, on in ((2_400_000, LATER), (9_900_000, date(2024, 7, 10))):
        awards.declare(
            household, awards.family(tuple(_members(household)), income_fen=wage), acting_user=o.caseworker, on=on
        )
        awards.decide_on(o, household, on=on)
    paid = [one for one in told() if one[3] != "LOW_INCOME"]
    assert [(kind, before, now, since) for _, kind, before, now, since in paid] == [
        *[("CHANGED", "DIBAO", "DIBAO_PHASE_OUT", JULY)] * 3,
        *[("ENDED", "", "DIBAO_PHASE_OUT", date(2024, 8, 1))] * 3,
    ]


def _members(household: Household) -> tuple[MemberEntry, ...]:
    declaration = household.declarations.order_by("-pk").first()
    assert declaration is not None
    return family_of(declaration).members


def test_suspension_ends_and_resumption_begins(o: f.Office) -> None:
    household = granted(o)
    told()
    suspend(household, ground="下落不明", acting_user=o.reviewer, on=LATER)
    assert {(kind, since) for _, kind, _, _, since in told()} == {("ENDED", JULY)}
    resume(household, acting_user=o.reviewer, on=date(2024, 7, 5))
    assert {(kind, since) for _, kind, _, _, since in told()} == {("NEW", date(2024, 8, 1))}


def test_what_is_given_up_before_its_first_month_never_was(o: f.Office) -> None:
    household = granted(o)
    leave(household, signed_on=f.OPENED, acting_user=o.reviewer, on=f.OPENED)
    assert [kind for _, kind, _, _, since in told() if since == JUNE] == ["NEW"] * 3 + ["ENDED"] * 3


def test_a_family_recognised_as_low_income_is_told_member_by_member(o: f.Office) -> None:
    case = f.low_income(o)
    assert [(kind, now, since) for _, kind, _, now, since in told(case.household)] == [
        ("NEW", "LOW_INCOME", f.DECIDED)
    ] * 2


def test_a_confirmed_month_tells_other_amounts(o: f.Office) -> None:
    """A child who turns 18 in May: 280.00 less from June, told when June is confirmed, once for each of the two."""
    couple = (awards.member("孙父", date(1985, 1, 1)), awards.member("孙子", date(2006, 5, 15), Relation.CHILD))
    household = awards.granted(o, on=date(2024, 4, 10), members=couple).household
    awards.office_date(f.PAY_DAY)
    told()
    for month, expected in ((date(2024, 5, 1), []), (JUNE, ["孙父", "孙子"])):
        run = confirm_month(f.calculated(o, month), acting_user=o.checker, on=f.PAY_DAY)
        changes = list(Change.objects.order_by("id").select_related("person"))
        assert [one.person.name for one in changes] == expected
        amounts = set(run.lines.filter(household=household).values_list("amount_fen", flat=True))
        assert {one.amount_fen for one in changes} <= amounts
        f.money.draw_up(run, acting_user=o.maker, on=f.PAY_DAY)


def test_what_runs_out_by_itself_is_told_by_the_first_month_without_it(o: f.Office) -> None:
    """渐退 decided in June 2024: 24 months with a certificate in the house, July 2024 to June 2026."""
    household = granted(o)
    awards.declare(
        household, awards.family(tuple(_members(household)), income_fen=2_400_000), acting_user=o.caseworker, on=LATER
    )
    awards.decide_on(o, household, on=LATER)
    assert {
        str(until) for until in Change.objects.filter(status="DIBAO_PHASE_OUT").values_list("until", flat=True)
    } == {"2026-07-01"}
    told()
    with act(Verb.CONFIRM_MONTH, acting_user=o.checker, on=LATER):
        run = MonthRun.objects.create(
            month=date(2026, 7, 1), started_by=o.maker, started_on=LATER, units=0, total_fen=0, law_digest="0" * 64
        )
        for state in ("CALCULATED", "CONFIRMED"):
            run.state, run.confirmed_by = state, o.checker if state == "CONFIRMED" else None
            run.confirmed_on = LATER if run.confirmed_by else None
            run.save()
    assert {(kind, status, since) for _, kind, _, status, since in told()} == {
        ("ENDED", "DIBAO_PHASE_OUT", date(2026, 7, 1))
    }


def test_plain_sql_is_told_too(o: f.Office) -> None:
    household = granted(o)
    told()
    with act(Verb.END_AWARD, acting_user=o.reviewer, on=LATER, subject=household), connection.cursor() as cursor:
        cursor.execute("UPDATE awards_awardmember SET last_month = '2024-09-01' WHERE last_month IS NULL")
    assert {(kind, since) for _, kind, _, _, since in told()} == {("ENDED", date(2024, 10, 1))}
    assert AwardMember.objects.filter(last_month="2024-09-01").count() == 3


def test_a_place_in_the_line_is_given_once_and_in_order(o: f.Office) -> None:
    granted(o)
    assert publish_changes(f.PAY_DAY) == 3
    granted(o)
    assert publish_changes(f.PAY_DAY, limit=2) == 2
    assert publish_changes(f.PAY_DAY) == 1
    assert publish_changes(f.PAY_DAY) == 0
    rows = list(Change.objects.published().values_list("position", "id"))
    assert [position for position, _ in rows] == [1, 2, 3, 4, 5, 6]
    assert [pk for _, pk in rows] == sorted(pk for _, pk in rows)
    assert [c.position for c in Change.objects.after(4)] == [5, 6]


def test_a_death_ends_what_was_paid_for_that_person_alone(o: f.Office) -> None:
    household = granted(o)
    told()
    person = household.head
    with act(Verb.RECORD_DEATH, acting_user=o.caseworker, on=LATER, subject=household):
        person.died_on = LATER
        person.save()
        assert end_for_death(household, person=person, acting_user=o.reviewer, on=LATER) is None
    assert told() == []  # the others' award goes on until their review settles it

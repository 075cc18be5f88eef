"""A death: what it stops, what it opens, and what can no longer be written afterwards."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from apps.applications import actions
from apps.applications.models import Cause
from apps.applications.tests import factories as f
from apps.applications.tests.life import (
    JUNE_3,
    decided,
    dies,
    due,
    on_benefit,
    on_file,
    person_of,
)
from apps.audit.actions import act
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.awards.enums import DecisionKind
from apps.awards.facts import months_after_death
from apps.awards.models import Award, AwardMember, Decision
from apps.core.refusal import Refused
from apps.eligibility.actions import approve_standard
from apps.eligibility.law import law_in_force
from apps.eligibility.policy.enums import AreaKind, Relation, Scheme
from apps.eligibility.policy.facts import AwardFacts, Member
from apps.eligibility.tests.builders_standards import proposed_standard
from apps.households.family import Family
from apps.households.models import DeclaredMember, Household
from apps.households.models.person import Person

JUNE_1 = date(2024, 6, 1)


@pytest.fixture
def o(db: None) -> Iterator[f.Office]:
    return f.office(JUNE_3)


def test_a_death_in_a_family_of_three_is_settled_by_a_review(o: f.Office) -> None:
    """1396.00 goes on until the settlement; then 560 × 2 − 900 = 220 and 280 for the child: 500.00."""
    household = on_benefit(o)
    case = dies(o, household, "赵甲妻", JUNE_1)

    assert case is not None
    assert (case.cause, case.settle_by, case.changed_on) == (Cause.DEATH, date(2024, 9, 1), JUNE_1)
    assert "医院死亡证明" in case.cause_note
    wife = person_of(household, "赵甲妻")
    assert (wife.died_on, wife.memberships.get().until) == (JUNE_1, date(2024, 6, 2))
    running = household.awards.get()
    assert (running.last_month, due(running, 2024, 7)) == (None, 139_600)
    assert [row["person"] for row in case.draft()["members"]["members"]] == [
        str(person_of(household, name).pk) for name in ("赵甲", "赵甲子")
    ]

    decided(o, case, on_file(household, on=JUNE_3, without=("赵甲妻",)), JUNE_3)
    running.refresh_from_db()
    settled = household.awards.exclude(pk=running.pk).get()
    assert running.last_month == JUNE_1
    assert (settled.first_month, due(settled, 2024, 7)) == (date(2024, 7, 1), 22_000 + 28_000)
    assert {member.person.name for member in settled.members.all()} == {"赵甲", "赵甲子"}
    assert household.declarations.in_force(household, JUNE_1).members.count() == 2
    assert household.declarations.in_force(household, date(2024, 5, 31)).members.count() == 3


def test_the_act_is_on_record_and_cannot_be_repeated(o: f.Office) -> None:
    household = on_benefit(o)
    dies(o, household, "赵甲妻", JUNE_1)
    record = Record.objects.get(verb=Verb.RECORD_DEATH)
    assert (record.user, record.reason, record.subject_id) == (o.caseworker, "医院死亡证明", household.pk)
    assert Person.history.filter(act=record, died_on=JUNE_1).exists()
    with pytest.raises(Refused) as refused:
        dies(o, household, "赵甲妻", JUNE_1)
    assert refused.value.code == "already_dead"


@pytest.mark.parametrize(("died_on", "code"), [(date(2024, 6, 4), "day_to_come"), (date(1985, 12, 31), "before_birth")])
def test_a_day_of_death_has_to_be_possible(o: f.Office, died_on: date, code: str) -> None:
    household = on_benefit(o)
    with pytest.raises(Refused) as refused:
        dies(o, household, "赵甲妻", died_on)
    assert (refused.value.code, refused.value.field) == (code, "died_on")
    assert person_of(household, "赵甲妻").died_on is None


def test_another_township_cannot_record_it(o: f.Office) -> None:
    with pytest.raises(Refused, match="登记死亡"):
        dies(o.elsewhere(), on_benefit(o), "赵甲妻", JUNE_1)


def test_when_the_head_dies_the_review_names_another(o: f.Office) -> None:
    """Wife and child without the head's wage: 560 × 2 = 1120, minor 280, severe disability 336: 1736.00."""
    household = on_benefit(o)
    case = dies(o, household, "赵甲", JUNE_1)
    left = on_file(household, on=JUNE_3, without=("赵甲",))
    wife = next(one for one in left.members if one.name == "赵甲妻")
    led = replace(
        left, members=tuple(replace(one, relation=Relation.HEAD) if one is wife else one for one in left.members)
    )
    case = decided(o, case, led, JUNE_3)

    household.refresh_from_db()
    assert household.head.name == case.applicant_name == "赵甲妻"
    roles = {m.person.name: m.relation for m in household.memberships.filter(until=None)}
    assert roles == {"赵甲妻": Relation.HEAD, "赵甲子": Relation.CHILD}
    assert due(household.awards.get(last_month=None), 2024, 7) == 112_000 + 28_000 + 33_600


def test_while_the_head_lives_there_nobody_else_becomes_head(o: f.Office) -> None:
    household = on_benefit(o)
    case = actions.report_change(
        household, changed_on=JUNE_1, what="换户主", sections={}, acting_user=o.caseworker, on=JUNE_3
    )
    family = on_file(household, on=JUNE_3)
    swapped = {Relation.HEAD: Relation.SPOUSE, Relation.SPOUSE: Relation.HEAD}
    members = tuple(replace(one, relation=swapped.get(one.relation, one.relation)) for one in family.members)
    with pytest.raises(Refused) as refused:
        actions.submit(case, family=replace(family, members=members), acting_user=o.caseworker, on=JUNE_3)
    assert refused.value.code == "head_changed"


def test_the_dead_are_not_declared_again(o: f.Office) -> None:
    household = on_benefit(o)
    case = dies(o, household, "赵甲妻", JUNE_1)
    with pytest.raises(Refused) as refused:
        actions.submit(case, family=on_file(household, on=JUNE_3), acting_user=o.caseworker, on=JUNE_3)
    assert (refused.value.code, refused.value.field) == ("member_died", "members")


def test_nor_confirmed_in_a_case_that_was_under_way(o: f.Office) -> None:
    """One case at a time: the open one gets the deadline, and cannot be confirmed with the dead among its members."""
    case = f.publicised(o)
    dies(o, case.household, "赵甲妻", date(2024, 5, 25), on=f.DECIDED)
    with pytest.raises(Refused) as refused:
        actions.confirm(case, seen=f.seen_by_reviewer(case), acting_user=o.reviewer, on=f.DECIDED)
    assert refused.value.code == "member_died"


def alone(o: f.Office) -> Household:
    """An old man by himself on 特困 since June: 1.3 × 560 = 728.00, care not yet assessed."""
    head = f.member("孙独", date(1950, 3, 1))
    family = replace(f.the_zhaos(o), members=(head,), incomes=(), financial_assets=())
    household = on_benefit(o, replace(family, account=replace(family.account, number=f.account_number_of(head))))
    facts = AwardFacts(
        scheme=Scheme.TEKUN,
        area=AreaKind.URBAN,
        decided_on=f.DECIDED,
        people=(Member(str(household.head_id), head.birth_date, Relation.HEAD),),
    )
    with act(Verb.DECIDE_AWARD, acting_user=o.reviewer, on=f.DECIDED):
        Award.objects.filter(household=household).update(
            scheme=Scheme.TEKUN, person=household.head, terms=facts.to_json()
        )
    return household


def test_a_tekun_person_s_award_ends_with_the_month_of_death(o: f.Office) -> None:
    household = alone(o)
    assert dies(o, household, "孙独", date(2024, 6, 2)) is None
    award, decision = household.awards.get(), household.decisions.get(kind=DecisionKind.DEATH)
    assert (award.last_month, award.ended_by) == (date(2024, 6, 1), decision)
    assert due(award, 2024, 6) == 72_800
    assert decision.sentence == "孙独于2024年6月2日去世，自2024年7月起停发特困供养。"
    assert (decision.assessment, decision.person.name, decision.effective_month) == (None, "孙独", date(2024, 7, 1))
    household.refresh_from_db()
    assert household.review_due_on is None
    assert months_after_death(household, household.head, law_in_force()) == []
    assert not household.applications.filter(cause=Cause.DEATH).exists()


def test_found_four_months_late_the_months_between_are_listed(o: f.Office) -> None:
    """Died in June, found in October: paid to October, July to October were too much, 4 × 728 = 2912.00."""
    household = alone(o)
    f.calculated(o)
    dies(o, household, "孙独", date(2024, 6, 10), on=date(2024, 10, 8))
    award = household.awards.get()
    assert award.last_month == date(2024, 10, 1)
    assert "2024年7月起多发的部分另行核查追回" in award.ended_by.sentence
    household.head.refresh_from_db()
    over = months_after_death(household, household.head, law_in_force())
    assert [str(one.month) for one in over] == ["2024-07", "2024-08", "2024-09", "2024-10"]
    assert sum(one.amount_fen for one in over) == 291_200
    assert not any(one.calculated for one in over)


def test_what_was_paid_to_the_dead_is_not_reckoned_anew(o: f.Office) -> None:
    """728.00 was calculated for June; a standard back-dated to June (1.3 × 600 = 780.00) does not change that."""
    household = alone(o)
    f.calculated(o)
    dies(o, household, "孙独", date(2024, 5, 28), on=date(2024, 6, 10))
    late = date(2024, 6, 20)
    change = proposed_standard(o.chief, on=late, start=date(2024, 6, 1), ground="省厅文件晚到")
    approve_standard(change, acting_user=o.reviewer, on=late)
    household.head.refresh_from_db()
    over = months_after_death(household, household.head, law_in_force())
    assert [(str(one.month), one.amount_fen, one.calculated) for one in over] == [("2024-06", 72_800, True)]


def test_a_one_person_household_on_dibao_ends_too(o: f.Office) -> None:
    head = f.member("周独", date(1980, 3, 1))
    base: Family = f.the_zhaos(o)
    family = replace(
        base,
        members=(head,),
        incomes=(),
        financial_assets=(),
        account=replace(base.account, number=f.account_number_of(head)),
    )
    household = on_benefit(o, family)
    assert dies(o, household, "周独", JUNE_1) is None
    assert household.awards.get().last_month == JUNE_1
    assert not AwardMember.objects.filter(award__household=household, last_month=None).exists()
    assert Decision.objects.get(kind=DecisionKind.DEATH).decided_by == o.caseworker


def test_the_database_takes_no_dead_member(o: f.Office) -> None:
    household, neighbour = alone(o), on_benefit(o)
    dies(o, household, "孙独", JUNE_1)
    with act(Verb.DECLARE, acting_user=o.caseworker, on=JUNE_3), connection.cursor() as cursor:
        with pytest.raises(DatabaseError, match="a dead person is no member"), transaction.atomic():
            DeclaredMember.objects.create(
                declaration=neighbour.declarations.get(), person=household.head, position=9, relation=Relation.OTHER
            )
        with pytest.raises(DatabaseError, match="nothing begins for a dead person"), transaction.atomic():
            cursor.execute(
                "INSERT INTO awards_awardmember (award_id, person_id, first_month) VALUES (%s, %s, '2024-07-01')",
                [neighbour.awards.get().pk, household.head_id],
            )


def test_a_death_between_decision_and_first_payment_is_settled_too(o: f.Office) -> None:
    """Confirmed on 29 May for June, died on the 30th: what waits begins, and the review settles it."""
    household = on_benefit(o)
    case = dies(o, household, "赵甲妻", date(2024, 5, 30), on=date(2024, 5, 31))
    assert case is not None
    assert (case.cause, case.settle_by) == (Cause.DEATH, date(2024, 8, 30))
    assert household.awards.get().last_month is None

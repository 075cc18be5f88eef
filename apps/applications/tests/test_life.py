"""Change and correction, moving, dividing, joining, interrupting: what each does to file, case and award."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from apps.applications import actions
from apps.applications.forms.intake.review import sections_on_file
from apps.applications.models import Application, Cause, InterruptionGround, InterruptionKind, Kind
from apps.applications.tests import factories as f
from apps.applications.tests.life import JUNE_3, carried_on, decided, due, on_benefit, on_file, person_of
from apps.applications.transitions import InterruptionState
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.enums import DecisionKind
from apps.awards.facts import months_already_paid
from apps.core.month import Month
from apps.core.refusal import Refused
from apps.eligibility.policy.enums import AreaKind, IncomeKind, Relation, ReviewClass, Scheme
from apps.households.actions import record_work_refusal
from apps.households.family import IncomeEntry
from apps.households.models import Declaration, Household, Relocation, RelocationState

JUNE_1, JULY = date(2024, 6, 1), date(2024, 7, 1)


@pytest.fixture
def o(db: None) -> Iterator[f.Office]:
    return f.office(JUNE_3)


def wage(fen: int) -> tuple[IncomeEntry, ...]:
    return (IncomeEntry(0, IncomeKind.WAGE, fen, "工资流水"),)


def changed(o: f.Office, household: Household, on: date, since: date) -> Application:
    sections = sections_on_file(household, on=on)
    return actions.report_change(
        household, changed_on=since, what="户主涨工资", sections=sections, acting_user=o.caseworker, on=on
    )


def corrected(o: f.Office, household: Household, on: date) -> Application:
    return actions.correct_file(
        household,
        declaration=household.declarations.in_force(household, on),
        what="工资少报",
        noticed="社保核对发现",
        sections={},
        acting_user=o.caseworker,
        on=on,
    )


def wages_of(declaration: Declaration) -> int:
    return declaration.incomes.get().amount_fen


def test_a_change_is_true_from_its_day_and_the_old_facts_until_then(o: f.Office) -> None:
    """Reported on 3 July, so since 20 June: 1680 − 12960 ÷ 12 = 600, and 280 + 336: 1216.00 from August."""
    household, on = on_benefit(o), date(2024, 7, 3)
    case = changed(o, household, on, date(2024, 6, 20))
    assert (case.kind, case.cause, case.cause_note) == (Kind.REVIEW, Cause.CHANGE, "户主涨工资")
    decided(o, case, on_file(household, on=on, incomes=wage(1_296_000)), on)

    seen = {
        day: wages_of(household.declarations.in_force(household, day)) for day in (date(2024, 6, 19), date(2024, 6, 20))
    }
    assert seen == {date(2024, 6, 19): 1_080_000, date(2024, 6, 20): 1_296_000}
    # On the second of July the office did not know yet.
    known = household.declarations.in_force(household, date(2024, 6, 20), known_on=date(2024, 7, 2))
    assert wages_of(known) == 1_080_000
    assert due(household.awards.get(last_month=None), 2024, 8) == 60_000 + 28_000 + 33_600


def test_a_correction_was_true_from_the_first_day_of_what_it_corrects(o: f.Office) -> None:
    household, on = on_benefit(o), date(2024, 7, 3)
    wrong = household.declarations.get()
    case = corrected(o, household, on)
    assert (case.cause, case.corrects, case.cause_note) == (Cause.CORRECTION, wrong, "工资少报（社保核对发现）")
    decided(o, case, on_file(household, on=on, incomes=wage(1_296_000)), on)

    right = household.declarations.exclude(pk=wrong.pk).get()
    assert (right.corrects, right.effective_on, right.recorded_on) == (wrong, wrong.effective_on, on)
    # What is known now of the first day, and what was known then.
    first = wrong.effective_on
    assert household.declarations.in_force(household, first) == right
    assert household.declarations.in_force(household, first, known_on=date(2024, 7, 2)) == wrong


def test_a_change_before_the_facts_on_file_is_a_correction(o: f.Office) -> None:
    household = on_benefit(o)
    with pytest.raises(Refused) as refused:
        changed(o, household, JUNE_3, date(2024, 5, 19))
    assert (refused.value.code, refused.value.field) == ("before_the_file", "changed_on")
    assert "更正差错" in refused.value.message
    with pytest.raises(Refused) as refused:
        changed(o, household, JUNE_3, date(2024, 6, 4))
    assert refused.value.code == "day_to_come"


def test_the_months_already_calculated_are_named(o: f.Office) -> None:
    household = on_benefit(o)
    f.calculated(o)
    touched = months_already_paid(household, Month.of(f.OPENED))
    assert [(str(one.month), one.amount_fen) for one in touched] == [("2024-06", 139_600)]
    assert months_already_paid(household, Month(2024, 7)) == []


def test_each_decision_sets_the_next_review_and_the_end_clears_it(o: f.Office) -> None:
    """A minor and a severely disabled wife: 重点, twelve months from the decision of 29 May."""
    household = on_benefit(o)
    household.refresh_from_db()
    assert (household.review_class, household.review_due_on) == (ReviewClass.PRIORITY, date(2025, 5, 29))
    interruption = interrupted(o, household, InterruptionKind.EXIT, signed_on=JUNE_1)
    actions.approve_interruption(interruption, acting_user=o.reviewer, on=JUNE_3)
    household.refresh_from_db()
    assert (household.review_class, household.review_due_on) == ("", None)


def offered(o: f.Office, household: Household, on: date = JUNE_3) -> Relocation:
    return actions.propose_relocation(
        household, to_township=o.other_town, moved_on=JUNE_1, reason="随子女居住", acting_user=o.caseworker, on=on
    )


def taken(o: f.Office, relocation: Relocation, kind: AreaKind = AreaKind.URBAN) -> Application | None:
    return actions.accept_relocation(
        relocation,
        village=o.other_village,
        area_kind=kind,
        address="天北路 2 号",
        sections=sections_on_file(relocation.household, on=JUNE_3),
        acting_user=o.stranger,
        on=JUNE_3,
    )


def test_a_family_moves_with_its_award_and_its_history(o: f.Office) -> None:
    household = on_benefit(o)
    f.calculated(o)
    relocation = offered(o, household)
    household.refresh_from_db()
    assert household.township == o.town
    assert taken(o, relocation) is None
    household.refresh_from_db()
    relocation.refresh_from_db()
    assert (household.township, household.village, relocation.state) == (
        o.other_town,
        o.other_village,
        RelocationState.ACCEPTED,
    )
    award = household.awards.get()
    assert (award.township, award.lines.get().township) == (o.other_town, o.town)
    case = household.applications.get()
    assert case in Application.objects.visible_to(o.caseworker)
    assert case not in Application.objects.visible_to(o.stranger)
    assert case in Application.objects.readable_by(o.stranger)
    assert household not in Household.objects.visible_to(o.caseworker)


def test_from_town_to_country_the_new_township_reviews(o: f.Office) -> None:
    household = on_benefit(o)
    case = taken(o, offered(o, household), AreaKind.RURAL)
    assert case is not None
    assert (case.cause, case.township, case.changed_on) == (Cause.MOVE, o.other_town, JUNE_1)
    assert case.draft()["family"]["village"] == str(o.other_village.pk)


def test_a_relocation_is_taken_by_the_new_township_only_and_once(o: f.Office) -> None:
    household = on_benefit(o)
    relocation = offered(o, household)
    with pytest.raises(Refused) as refused:
        taken(replace(o, stranger=o.caseworker), relocation)
    assert refused.value.code == "not_permitted"
    with pytest.raises(Refused) as refused:
        offered(o, household)
    assert refused.value.code == "relocation_proposed"
    actions.decline_relocation(relocation, reason="没有实际居住", acting_user=o.stranger, on=JUNE_3)
    with pytest.raises(Refused) as refused:
        taken(o, relocation)
    assert refused.value.code == "illegal_move"


def test_an_open_case_is_finished_before_the_family_moves(o: f.Office) -> None:
    household = on_benefit(o)
    changed(o, household, JUNE_3, JUNE_1)
    with pytest.raises(Refused) as refused:
        offered(o, household)
    assert refused.value.code == "case_open"


def split(o: f.Office, household: Household, on: date = JUNE_3) -> tuple[Application | None, Application]:
    wife, child = person_of(household, "赵甲妻"), person_of(household, "赵甲子")
    roles = {wife: Relation.HEAD, child: Relation.CHILD}
    return actions.split_household(
        household,
        leaving=list(roles.items()),
        day=JUNE_1,
        reason="离婚",
        staying=sections_on_file(household, on=on, without=[wife.pk, child.pk]),
        founding=sections_on_file(household, on=on, without=[household.head_id]),
        acting_user=o.caseworker,
        on=on,
    )


def test_a_family_divides_and_nobody_is_paid_twice(o: f.Office) -> None:
    """He alone earns 900 a month, over 560 and under 1120: 渐退. She: 1120 + 280 + 336 = 1736.00."""
    household = on_benefit(o)
    review, founded = split(o, household)
    assert review is not None
    assert (review.cause, review.changed_on) == (Cause.REGROUPING, JUNE_1)
    new = founded.household
    assert (new.head.name, founded.kind, new.number[:9]) == ("赵甲妻", Kind.NEW, household.number[:9])
    assert {m.person.name: m.relation for m in new.memberships.all()} == {"赵甲妻": "HEAD", "赵甲子": "CHILD"}

    old = on_file(household, on=JUNE_3)
    hers = replace(old, members=tuple(m for m in old.members if m.name != "赵甲"), incomes=(), financial_assets=())
    account = replace(f.the_zhaos(o).account, number="04321986010100000", holder=0)
    hers = replace(
        hers.without([]),
        members=tuple(replace(m, relation=Relation.HEAD if m.name == "赵甲妻" else m.relation) for m in hers.members),
        account=replace(account, holder=1),
        keeps_account=False,
    )
    founded = actions.submit(founded, family=hers, acting_user=o.caseworker, on=JUNE_3)
    with pytest.raises(Refused) as refused:
        carried_on(o, founded, JUNE_3)
    assert refused.value.code == "already_paid"

    decided(o, review, on_file(household, on=JUNE_3, without=("赵甲妻", "赵甲子")), JUNE_3)
    founded.refresh_from_db()
    day = date(2024, 6, 12)
    actions.confirm(founded, seen=f.seen_by_reviewer(founded, day), acting_user=o.reviewer, on=day)
    assert due(new.awards.get(), 2024, 7) == 112_000 + 28_000 + 33_600
    his = household.awards.get(first_month=JULY)
    assert his.scheme == Scheme.DIBAO_PHASE_OUT
    assert {m.person.name for m in his.members.all()} == {"赵甲"}


def test_somebody_has_to_stay_and_somebody_to_lead(o: f.Office) -> None:
    household = on_benefit(o)
    everybody = [(m.person, Relation(m.relation)) for m in household.memberships.all()]
    for leaving, code in ((everybody, "nobody_stays"), ([(everybody[1][0], Relation.CHILD)], "one_head")):
        with pytest.raises(Refused) as refused:
            actions.split_household(
                household,
                leaving=leaving,
                day=JUNE_1,
                reason="分家",
                staying={},
                founding={},
                acting_user=o.caseworker,
                on=JUNE_3,
            )
        assert refused.value.code == code


def test_two_families_become_one_and_the_second_award_ends_with_the_decision(o: f.Office) -> None:
    """Two families of 1396.00 each; together 560 × 6 − 1800 = 1560, two minors 560, two disabled 672: 2792.00."""
    first, second = on_benefit(o), on_benefit(o, f.the_zhaos(o, name="李乙"))
    sections = sections_on_file(first, on=JUNE_3, joined=second, relations=dict.fromkeys(members_of(second), ""))
    rows = sections["members"]["members"]
    assert [row.get("relation", "") for row in rows] == ["HEAD", "CHILD", "SPOUSE", "", "", ""]
    assert [row["member"] for row in sections["incomes"]["incomes"]] == ["m1", "m4"]
    case = actions.merge_households(
        first, other=second, day=JUNE_1, reason="再婚", sections=sections, acting_user=o.caseworker, on=JUNE_3
    )
    assert (case.cause, case.merges) == (Cause.REGROUPING, second)
    assert first.memberships.filter(until=None).count() == 6
    assert second.awards.get().last_month is None  # nobody goes without until the decision

    mine, theirs = on_file(first, on=JUNE_3), on_file(second, on=JUNE_3)
    joined = mine.joined_by(theirs)
    placed = [replace(m, relation=Relation.OTHER) if n >= 3 else m for n, m in enumerate(joined.members)]
    decided(o, case, replace(joined, members=tuple(placed)), JUNE_3)
    ended = second.awards.get()
    assert (ended.last_month, ended.ended_by.kind) == (JUNE_1, DecisionKind.MERGE)
    assert due(first.awards.get(last_month=None), 2024, 7) == 156_000 + 2 * 28_000 + 2 * 33_600
    second.refresh_from_db()
    assert second.review_due_on is None


def members_of(household: Household) -> list[int]:
    return list(household.memberships.filter(until=None).values_list("person", flat=True))


def interrupted(o: f.Office, household: Household, kind: InterruptionKind, on: date = JUNE_3, **told: object) -> object:
    return actions.propose_interruption(
        household, kind=kind, reason="情况见附件", acting_user=o.caseworker, on=on, **told
    )


def test_an_exit_needs_a_signed_request_and_ends_everything(o: f.Office) -> None:
    household = on_benefit(o)
    with pytest.raises(Refused) as refused:
        interrupted(o, household, InterruptionKind.EXIT)
    assert refused.value.code == "signature_needed"
    interruption = actions.approve_interruption(
        interrupted(o, household, InterruptionKind.EXIT, signed_on=JUNE_1), acting_user=o.reviewer, on=JUNE_3
    )
    assert (interruption.state, interruption.decision.kind) == (InterruptionState.APPROVED, DecisionKind.EXIT)
    assert interruption.decision.sentence == "应家庭2024年6月1日的书面申请，自2024年7月起停发全部待遇。"
    assert household.awards.get().last_month == JUNE_1


def test_a_phase_out_goes_on_counting_while_it_is_suspended(o: f.Office) -> None:
    """Income 560 × 3 × 12 = 20160 exactly: 渐退 from July, 24 months to June 2026, 1396.00 × 75 % = 1047.00.

    Suspended in September for October and November, resumed in November: December is the sixth month, not the fourth.
    """
    household = on_benefit(o)
    on = date(2024, 6, 4)
    decided(o, changed(o, household, on, on), on_file(household, on=on, incomes=wage(2_016_000)), on)
    before = household.awards.get(scheme=Scheme.DIBAO_PHASE_OUT)
    assert (before.first_month, before.last_month) == (JULY, date(2026, 6, 1))

    autumn = date(2024, 9, 10)
    interruption = interrupted(o, household, InterruptionKind.SUSPEND, autumn, ground=InterruptionGround.NOT_FOUND)
    actions.approve_interruption(interruption, acting_user=o.reviewer, on=autumn)
    before.refresh_from_db()
    assert before.last_month == date(2024, 9, 1)
    assert before.ended_by.sentence == "因查无下落，自2024年10月起暂停发放，待遇条件保留，查清后恢复或终止。"

    back = date(2024, 11, 5)
    interruption = actions.approve_interruption(
        interrupted(o, household, InterruptionKind.RESUME, back), acting_user=o.reviewer, on=back
    )
    after = household.awards.get(decision=interruption.decision)
    assert (after.first_month, after.last_month, after.terms) == (date(2024, 12, 1), date(2026, 6, 1), before.terms)
    assert [due(after, 2024, 11), due(after, 2024, 12), due(after, 2025, 6), due(after, 2025, 7)] == [
        0,
        104_700,
        104_700,
        69_800,
    ]
    assert interruption.decision.sentence.endswith("渐退月数在暂停期间照常计算。")


def test_nobody_decides_on_their_own_proposal_and_nothing_is_resumed_that_was_not_suspended(o: f.Office) -> None:
    household = on_benefit(o)
    with pytest.raises(Refused) as refused:
        interrupted(o, household, InterruptionKind.RESUME)
    assert refused.value.code == "not_suspended"
    interruption = interrupted(o, household, InterruptionKind.SUSPEND, ground=InterruptionGround.NOT_COOPERATING)
    with pytest.raises(Refused) as refused:
        actions.approve_interruption(interruption, acting_user=o.caseworker, on=JUNE_3)
    assert refused.value.code == "not_permitted"
    declined = actions.decline_interruption(interruption, reason="已配合", acting_user=o.reviewer, on=JUNE_3)
    assert (declined.state, declined.answer) == (InterruptionState.DECLINED, "已配合")
    assert household.awards.get().last_month is None


def test_refusals_of_work_are_counted_and_change_nothing_by_themselves(o: f.Office) -> None:
    household = on_benefit(o)
    head = household.head
    for n in (1, 2, 3):
        record_work_refusal(
            household,
            person=head,
            offered_on=date(2024, 6, n),
            offered_by="镇劳动保障所",
            work="保洁员",
            why_no_good_reason="无病无残，离家二里",
            acting_user=o.caseworker,
            on=JUNE_3,
        )
    assert head.work_refusals.count() == 3
    assert household.awards.get().last_month is None


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE applications_interruption SET decided_by_id = proposed_by_id", "interruption_decided_by_another"),
        ("UPDATE applications_interruption SET state = 'APPROVED'", "approved_interruption_has_a_decision"),
        ("UPDATE applications_interruption SET ground = ''", "suspension_has_a_ground"),
        ("UPDATE households_relocation SET decided_by_id = proposed_by_id", "relocation_accepted_by_another"),
        ("UPDATE households_relocation SET state = 'ACCEPTED'", "relocation_accepted_says_where"),
        ("UPDATE households_relocation SET to_township_id = from_township_id", "relocation_goes_elsewhere"),
        ("DELETE FROM households_workrefusal", "permission denied"),
    ],
)
def test_the_database_keeps_what_two_people_and_a_reason_are_for(o: f.Office, statement: str, said: str) -> None:
    household = on_benefit(o)
    interrupted(o, household, InterruptionKind.SUSPEND, ground=InterruptionGround.NOT_FOUND)
    offered(o, household)
    refused = pytest.raises(DatabaseError, match=said)
    with act(Verb.LOAD_DEMO, acting_user=o.admin, on=JUNE_3), refused, transaction.atomic():
        connection.cursor().execute(statement)


def test_a_move_that_was_declined_does_not_come_back(o: f.Office) -> None:
    household = on_benefit(o)
    actions.decline_relocation(offered(o, household), reason="没有实际居住", acting_user=o.stranger, on=JUNE_3)
    refused = pytest.raises(DatabaseError, match="cannot move from DECLINED to PROPOSED")
    with act(Verb.LOAD_DEMO, acting_user=o.admin, on=JUNE_3), refused, transaction.atomic():
        connection.cursor().execute("UPDATE households_relocation SET state = 'PROPOSED'")

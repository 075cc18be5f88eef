"""A wrong confirmation taken back: by whom, from when, and what of the money stays as it is."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from apps.accounts.models import Posting, User
from apps.accounts.roles import Role
from apps.applications import actions
from apps.applications.models import Application, Revocation
from apps.applications.tests import afterwards as after
from apps.applications.tests import factories as f
from apps.applications.tests.test_letters import desk, text
from apps.applications.transitions import RevocationState, State
from apps.audit.actions import act
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.awards.enums import AwardState, DecisionKind
from apps.awards.models import Award, CalcLine
from apps.core.refusal import Refused
from apps.payments.enums import InstructionState
from apps.payments.facts import paid_through
from apps.payments.models import Entitlement, Instruction

pytestmark = pytest.mark.django_db
JUNE, JULY = date(2024, 6, 1), date(2024, 7, 1)


@pytest.fixture
def o() -> f.Office:
    return f.office(f.REVOKED_ON)


def taken_back(o: f.Office, case: Application, on: date = f.REVOKED_ON) -> Revocation:
    return actions.revoke(after.doubted(o, case, on), acting_user=o.chief, on=on)


def test_before_the_first_month_nothing_is_ever_due(o: f.Office) -> None:
    """Confirmed on 29 May from June, taken back on 31 May: June has the other family's line alone, 1396.00."""
    wrong, right = f.confirmed(o), f.confirmed(o, f.the_zhaos(o, name="钱甲"))
    paper = taken_back(o, wrong)
    case = Application.objects.get(pk=wrong.pk)
    award = case.decision.started.get()
    assert (case.state, paper.state) == (State.REVOKED, RevocationState.APPROVED)
    assert (award.state, award.last_month, award.was_never_due) == (AwardState.ENDED, date(2024, 5, 1), True)
    decision = award.ended_by
    assert decision == paper.decision
    assert (decision.kind, decision.effective_month, decision.assessment) == (DecisionKind.REVOKE, JUNE, None)
    assert case.number in decision.sentence
    run = f.calculated(o)
    assert [(line.household, line.amount_fen) for line in run.lines.all()] == [(right.household, 139_600)]


def test_after_a_paid_month_the_next_stops_and_what_was_paid_stays(o: f.Office) -> None:
    """June was paid: 1396.00. Taken back on 10 June: nothing from July; the June money is not touched."""
    case = f.confirmed(o)
    f.paid(o)
    money = list(Instruction.objects.values_list("state", "amount_fen"))
    assert money == [(InstructionState.PAID, 139_600)]
    lines = list(CalcLine.objects.values_list("month", "amount_fen"))
    paper = taken_back(o, case, date(2024, 6, 10))
    assert paper.decision.effective_month == JULY
    assert Award.objects.get().last_month == JUNE
    assert paid_through(case.decision) == [(JUNE, 139_600)]
    assert list(Instruction.objects.values_list("state", "amount_fen")) == money
    assert list(CalcLine.objects.values_list("month", "amount_fen")) == lines
    assert Entitlement.objects.count() == 1
    page = text(desk(o.chief).get(paper.get_absolute_url()))
    assert "1,396.00" in page
    assert "须另行作出追回决定" in page


def test_a_recognition_ends_with_it(o: f.Office) -> None:
    """Wages of 30,000: 2,500 a month for three is over 560 each and below twice of it: 低收入, recognised only."""
    case = f.confirmed(o, f.the_zhaos(o, wage_fen=3_000_000))
    if not case.decision.recognitions.exists():
        pytest.fail("the family should be recognised")
    taken_back(o, case)
    assert case.decision.recognitions.get().until == f.REVOKED_ON


def test_neither_who_found_it_nor_who_confirmed(o: f.Office) -> None:
    case = f.confirmed(o)
    with act(Verb.APPOINT, acting_user=o.admin, on=f.REVOKED_ON):
        for user in (o.reviewer, o.caseworker):
            Posting.objects.create(user=user, area=o.county, role=Role.BUREAU_CHIEF, since=f.REVOKED_ON)
    paper = after.doubted(o, case)
    for user in (o.reviewer, o.caseworker):
        again = User.objects.get(pk=user.pk)
        for move in (
            lambda who=again: actions.revoke(paper, acting_user=who, on=f.REVOKED_ON),
            lambda who=again: actions.reject_revocation(paper, answer="无误", acting_user=who, on=f.REVOKED_ON),
        ):
            with pytest.raises(Refused) as refused:
                move()
            assert refused.value.code == "own_work"
    assert Application.objects.get(pk=case.pk).state == State.CONFIRMED
    assert Award.objects.get().state == AwardState.RUNNING


def test_the_database_wants_three_people(o: f.Office) -> None:
    case = f.confirmed(o)
    paper = after.doubted(o, case)
    with act(Verb.REJECT_REVOCATION, acting_user=o.chief, on=f.REVOKED_ON):
        mine = Revocation.objects.filter(pk=paper.pk)
        for user, named in ((o.caseworker, "proposed_by"), (o.reviewer, "confirmed_by")):
            with pytest.raises(IntegrityError, match=f"revocation_decided_by_not_{named}"), transaction.atomic():
                mine.update(decided_by=user, state=RevocationState.REJECTED, answer="无误", decided_on=f.REVOKED_ON)
        with pytest.raises(IntegrityError, match="revocation_decided_when_closed"), transaction.atomic():
            mine.update(decided_by=o.chief, state=RevocationState.APPROVED, decided_on=f.REVOKED_ON)


def test_only_a_confirmed_case_once_at_a_time(o: f.Office) -> None:
    for case in (f.publicised(o), f.refused(o, f.the_zhaos(o, name="钱甲"))):
        with pytest.raises(Refused) as refused:
            after.doubted(o, case)
        assert refused.value.code == "illegal_move"
    case = f.confirmed(o, f.the_zhaos(o, name="孙甲"))
    paper = after.doubted(o, case)
    with pytest.raises(Refused) as refused:
        after.doubted(o, case)
    assert refused.value.code == "revocation_waits"
    actions.reject_revocation(paper, answer="车辆已报废。", acting_user=o.chief, on=f.REVOKED_ON)
    again = after.doubted(o, case)
    actions.revoke(again, acting_user=o.chief, on=f.REVOKED_ON)
    with pytest.raises(Refused) as refused:
        actions.revoke(again, acting_user=o.chief, on=f.REVOKED_ON)
    assert refused.value.code == "illegal_move"


def test_a_later_decision_is_not_undone(o: f.Office) -> None:
    """The family was reviewed since: the first confirmation goes, what the review began goes on."""
    family = f.the_zhaos(o)
    first = f.confirmed(o, family)
    f.reviewed(o, first.household, family, date(2024, 6, 12))
    taken_back(o, first, date(2024, 6, 24))
    running = Award.objects.filter(state=AwardState.RUNNING).get()
    assert running.decision != first.decision


def test_it_is_told_on_the_case_s_own_page_and_in_a_letter(o: f.Office) -> None:
    case = f.confirmed(o)
    given = {"ground": "UNTRUE", "text": "隐瞒一辆营运货车。"}
    answer = desk(o.caseworker).post(f"/cases/{case.uuid}/revoke/", given, follow=True)
    paper = case.revocations.get()
    assert answer.redirect_chain[-1][0] == paper.get_absolute_url()
    assert "撤销确认待决定" in text(desk(o.chief).get("/"))
    at = f"{paper.get_absolute_url()}confirm/"
    page = text(desk(o.chief).get(at))
    assert "撤销，6月起停发" in page
    assert "不自动恢复" in page
    assert desk(o.chief).post(at, {}).status_code == 302
    records = [record.verb for record in Record.objects.about(case).filter(within=None)]
    assert records[-2:] == [Verb.PROPOSE_REVOCATION, Verb.REVOKE]
    page = text(desk(o.caseworker).get(case.get_absolute_url()))
    assert "已撤销" in page
    letter = text(desk(o.caseworker).get(f"{paper.get_absolute_url()}letter/"))
    assert "虚报、隐瞒、伪造，骗取救助。隐瞒一辆营运货车。" in letter
    assert "自2024年6月起，停发" in letter
    assert "行政复议" in letter
    assert f"蛟民救撤〔2024〕{case.number}号" in letter
    assert "社会救助确认通知书" in text(desk(o.caseworker).get(f"/cases/{case.uuid}/letter/"))


def test_its_page_heads_with_the_end_and_not_with_the_old_amount(o: f.Office) -> None:
    page = text(desk(o.reviewer).get(f.revoked(o).get_absolute_url()))
    assert "确认已撤销，不再发放" in page
    assert "step-total" not in page
    assert "当时按此每月 1,396.00 元" in page

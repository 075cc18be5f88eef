"""Objections to a notice: they block, they are answered by another person, and they can change the outcome."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from apps.accounts.roles import Role
from apps.applications import actions
from apps.applications.models import Application, Objection, RefusalGround
from apps.applications.tests import factories as f
from apps.applications.tests.test_actions import also, refused
from apps.applications.transitions import ObjectionState, State
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.models import Award
from apps.eligibility.policy.enums import IncomeKind
from apps.households.family import IncomeEntry


@pytest.fixture
def o(db: None) -> f.Office:
    return f.office()


def confirm(o: f.Office, case: Application, on: date = f.DECIDED) -> Application:
    return actions.confirm(case, seen=f.seen_by_reviewer(case, on), acting_user=o.reviewer, on=on)


def refuse(o: f.Office, case: Application, on: date = f.DECIDED) -> Application:
    given: dict[str, Any] = {"ground": RefusalGround.INCOME, "text": "另有租金收入。", "acting_user": o.reviewer}
    return actions.refuse(case, **given, on=on)


def test_an_open_objection_stops_every_decision_and_the_database_knows_it(o: f.Office) -> None:
    case = f.publicised(o)
    f.objected(o, case)
    refused(lambda: confirm(o, case), "objection_open")
    refused(lambda: refuse(o, case), "objection_open")
    for state in (State.CONFIRMED, State.REFUSED):
        declared = act(Verb.CONFIRM, acting_user=o.reviewer, on=f.DECIDED, subject=case)
        with pytest.raises(DatabaseError, match="unanswered objection"), transaction.atomic(), declared:
            Application.objects.filter(pk=case.pk).update(state=state)


def test_a_dismissed_objection_lets_the_notice_go_on_but_the_bureau_visits(o: f.Office) -> None:
    case = f.publicised(o)
    objection = f.objected(o, case)
    answered = actions.dismiss_objection(objection, answer="门面房属其兄。", acting_user=o.leader, on=f.POSTED)
    assert (answered.state, answered.answered_by, answered.answer) == ("DISMISSED", o.leader, "门面房属其兄。")
    assert case.notices.get().taken_down_on is None
    # 有异议的案件，民政局必须入户（57号第20条）
    refused(lambda: confirm(o, case), "not_drawn")
    assert confirm(o, f.spot_checked(o, case)).state == State.CONFIRMED


def test_an_objection_that_changes_the_outcome(o: f.Office) -> None:
    family = f.the_zhaos(o)
    case = f.publicised(o, family)
    objection = f.objected(o, case)
    assert actions.uphold_objection(objection, answer="查实有租金。", acting_user=o.leader, on=f.ENDS).state == "UPHELD"
    case = Application.objects.get(pk=case.pk)
    assert (case.state, case.notice_ends_on, case.notices.get().taken_down_on) == (State.ACCEPTED, None, f.ENDS)
    assert case.return_reason == "公示异议成立：查实有租金。"
    case = actions.return_for_correction(case, reason="补报租金收入", acting_user=o.caseworker, on=f.ENDS)
    # 560×12×3 = 20160；工资 10800 + 租金 40000 = 50800，超过 2×20160：不再符合任何待遇
    told = (*family.incomes, IncomeEntry(0, IncomeKind.PROPERTY, 4_000_000, "租赁合同"))
    case = actions.submit(case, family=replace(family, incomes=told), acting_user=o.caseworker, on=f.ENDS)
    case = f.visit(actions.accept(case, acting_user=o.caseworker, on=f.ENDS), acting_user=o.caseworker, on=f.ENDS)
    case = actions.propose(case, agrees=False, text="收入超标，拟不同意。", acting_user=o.leader, on=f.ENDS)
    case = actions.post_notice(case, place="公示栏", acting_user=o.caseworker, on=f.ENDS)
    assert case.notices.count() == 2
    day = case.notice_ends_on + timedelta(days=1)
    assert refuse(o, case, day).state == State.REFUSED
    assert not Award.objects.exists()


def test_an_upheld_objection_means_a_second_notice_before_anything_is_confirmed(o: f.Office) -> None:
    case = f.publicised(o)
    actions.uphold_objection(f.objected(o, case), answer="重新核实。", acting_user=o.leader, on=f.DECIDED)
    refused(lambda: confirm(o, case), "illegal_move")
    case = f.visit(case, acting_user=o.caseworker, on=f.DECIDED)
    case = actions.propose(case, agrees=True, text="仍符合。", acting_user=o.leader, on=f.DECIDED)
    refused(lambda: confirm(o, case), "illegal_move")
    case = actions.post_notice(case, place="公示栏", acting_user=o.caseworker, on=f.DECIDED)
    refused(lambda: confirm(o, case), "notice_running")
    day = case.notice_ends_on + timedelta(days=1)
    assert confirm(o, f.spot_checked(o, case, on=day), day).state == State.CONFIRMED


def test_who_wrote_it_down_does_not_answer_it(o: f.Office) -> None:
    objection = f.objected(o, f.publicised(o))
    both = also(o, o.caseworker, Role.TOWNSHIP_LEADER, o.town)
    for answer in (actions.dismiss_objection, actions.uphold_objection):
        refused(lambda answer=answer: answer(objection, answer="不实", acting_user=both, on=f.POSTED), "own_work")
    declared = act(Verb.DISMISS_OBJECTION, acting_user=both, on=f.POSTED)
    with pytest.raises(IntegrityError, match="objection_answered_by_another"), transaction.atomic(), declared:
        Objection.objects.update(state=ObjectionState.DISMISSED, answered_by=both, answered_on=f.POSTED, answer="x")


def test_an_answer_is_given_once_and_stays(o: f.Office) -> None:
    objection = f.objected(o, f.publicised(o))
    refused(
        lambda: actions.dismiss_objection(objection, answer=" ", acting_user=o.leader, on=f.POSTED), "reason_needed"
    )
    actions.dismiss_objection(objection, answer="不实。", acting_user=o.leader, on=f.POSTED)
    for answer in (actions.dismiss_objection, actions.uphold_objection):
        refused(
            lambda answer=answer: answer(objection, answer="再答", acting_user=o.deputy, on=f.POSTED), "illegal_move"
        )
    declared = act(Verb.DISMISS_OBJECTION, acting_user=o.leader, on=f.POSTED)
    with pytest.raises(DatabaseError, match="cannot move"), transaction.atomic(), declared:
        Objection.objects.update(state=ObjectionState.UPHELD)


@pytest.mark.parametrize("on", [f.OPENED, f.POSTED + timedelta(days=1)])
def test_an_objection_belongs_to_the_days_of_its_notice(o: f.Office, on: date) -> None:
    case = f.publicised(o)
    given: dict[str, Any] = {"text": "有房。", "acting_user": o.caseworker, "on": f.POSTED}
    assert refused(lambda: actions.raise_objection(case, raised_on=on, **given), "raised_on").field == "raised_on"

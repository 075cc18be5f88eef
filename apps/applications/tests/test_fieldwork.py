"""Steps left out with a ground, appraisal, collective study, longer time; and who may not be spared."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from apps.applications import actions
from apps.applications.models import Application, Cause, CheckScope, CollectiveGround, SpecialGround, Step, Waiver
from apps.applications.tests import factories as f
from apps.applications.tests.test_actions import refused
from apps.applications.transitions import State
from apps.audit.actions import act
from apps.audit.models import Record
from apps.audit.verbs import Verb


@pytest.fixture
def o(db: None) -> f.Office:
    return f.office()


def ready(o: f.Office) -> Application:
    """Accepted, checked, no near relative."""
    return f.plain(f.checked(f.accepted(o), acting_user=o.caseworker))


def skip(o: f.Office, case: Application, ground: str = "核对已掌握住房、车辆、存款。") -> Application:
    return actions.skip_visit(case, ground=ground, acting_user=o.caseworker, on=f.POSTED)


def test_a_plain_case_goes_without_visit_and_appraisal_and_says_why_and_who(o: f.Office) -> None:
    case = skip(o, ready(o))
    assert (case.state, case.investigated_by, case.investigated_on) == (State.INVESTIGATED, o.caseworker, f.POSTED)
    actions.skip_appraisal(case, ground="邻里无争议。", acting_user=o.caseworker, on=f.POSTED)
    assert list(Waiver.objects.order_by("pk").values_list("step", "ground", "by__username")) == [
        (Step.VISIT, "核对已掌握住房、车辆、存款。", "caseworker"),
        (Step.APPRAISAL, "邻里无争议。", "caseworker"),
    ]
    assert Record.objects.get(verb=Verb.SKIP_VISIT).reason == "核对已掌握住房、车辆、存款。"
    case = actions.propose(case, agrees=True, text="拟同意。", acting_user=o.leader, on=f.POSTED)
    assert case.state == State.PROPOSED
    assert not case.investigations.exists()


def test_who_left_the_visit_out_does_not_sign_the_opinion(o: f.Office) -> None:
    from apps.accounts.roles import Role
    from apps.applications.tests.test_actions import also

    case = skip(o, ready(o))
    both = also(o, o.caseworker, Role.TOWNSHIP_LEADER, o.town)
    refused(lambda: actions.propose(case, agrees=True, text="同意", acting_user=both, on=f.POSTED), "own_work")


def test_no_step_is_left_out_without_a_ground_or_without_a_whole_check(o: f.Office) -> None:
    assert refused(lambda: skip(o, ready(o), " "), "reason_needed").field == "ground"
    unchecked = f.plain(f.accepted(o, f.the_zhaos(o, name="钱乙")))
    refused(lambda: skip(o, unchecked), "check_missing")


def near(o: f.Office, case: Application) -> Application:
    return f.plain(case, near_relative=True)


def not_asked(o: f.Office, case: Application) -> Application:
    return f.plain(case, near_relative=None)


def complained(o: f.Office, case: Application) -> Application:
    with act(Verb.SUBMIT, acting_user=o.caseworker, on=f.POSTED):
        Application.objects.filter(pk=case.pk).update(cause=Cause.COMPLAINT)
    return Application.objects.get(pk=case.pk)


def doubtful(o: f.Office, case: Application) -> Application:
    return f.found(case, CheckScope.DEPOSIT, 500_000, acting_user=o.caseworker)


def explained(o: f.Office, case: Application) -> Application:
    case = doubtful(o, case)
    actions.explain_difference(case, keys=["DEPOSIT"], ground="补助", acting_user=o.caseworker, on=f.POSTED)
    return case


NOT_PLAIN = {
    near: "申请人是经办人员近亲属",
    not_asked: "尚未填写",
    complained: "有投诉举报",
    doubtful: "申报与核对结果不一致",
    explained: "申报与核对结果不一致",
}


@pytest.mark.parametrize("kind", NOT_PLAIN, ids=lambda one: one.__name__)
def test_a_case_that_is_not_plain_is_visited_whatever_way_it_is_tried(
    o: f.Office, kind: Callable[[f.Office, Application], Application]
) -> None:
    case = kind(o, ready(o))
    told = refused(lambda: skip(o, case), "not_plain")
    assert told.message.startswith(NOT_PLAIN[kind])
    given: dict[str, Any] = {"ground": "无争议", "acting_user": o.caseworker, "on": f.POSTED}
    refused(lambda: actions.skip_appraisal(case, **given), "not_plain")
    declared = act(Verb.SKIP_VISIT, acting_user=o.caseworker, on=f.POSTED, subject=case)
    for step in Step:
        with pytest.raises(DatabaseError, match="cannot be left out"), transaction.atomic(), declared:
            Waiver.objects.create(application=case, step=step, ground="x", by=o.caseworker, on=f.POSTED)
        declared = act(Verb.SKIP_VISIT, acting_user=o.caseworker, on=f.POSTED, subject=case)


def test_a_visit_that_found_it_otherwise_needs_an_appraisal(o: f.Office) -> None:
    case = f.visit(ready(o), acting_user=o.caseworker, agrees=False, findings="另有一处住房。")
    given: dict[str, Any] = {"ground": "无争议", "acting_user": o.caseworker, "on": f.POSTED}
    refused(lambda: actions.skip_appraisal(case, **given), "not_plain")
    opinion: dict[str, Any] = {"agrees": True, "text": "同意", "acting_user": o.leader, "on": f.POSTED}
    refused(lambda: actions.propose(case, **opinion), "not_appraised")
    assert actions.propose(f.appraised(case, acting_user=o.caseworker), **opinion).state == State.PROPOSED


def test_an_unsigned_visit_is_not_written_down(o: f.Office) -> None:
    told = refused(lambda: f.visit(f.accepted(o), acting_user=o.caseworker, signed=False), "unsigned")
    assert told.field == "signed"


def study(o: f.Office, case: Application, attendees: list[str]) -> Any:
    return actions.decide_together(
        case,
        held_on=f.POSTED,
        attendees=attendees,
        matter="父亲失去联系，收入以承诺为据。",
        conclusion="按承诺认定，一年后复核。",
        acting_user=o.leader,
        on=f.POSTED,
    )


def test_a_case_that_rests_on_a_promise_waits_for_the_township_to_study_it(o: f.Office) -> None:
    case = f.investigated(o)
    refused(lambda: study(o, case, ["甲", "乙", "丙"]), "not_asked")
    actions.ask_collective(case, ground=CollectiveGround.PROMISE, acting_user=o.caseworker, on=f.POSTED)
    opinion: dict[str, Any] = {"agrees": True, "text": "同意", "acting_user": o.leader, "on": f.POSTED}
    told = refused(lambda: actions.propose(case, **opinion), "not_studied")
    assert "事实以本人承诺为据，须经乡镇集体研究" in told.message
    assert refused(lambda: study(o, case, ["甲", "乙", "乙 "]), "too_few").field == "attendees"
    assert study(o, case, ["甲", "乙", "丙"]).attendees == ["甲", "乙", "丙"]
    assert actions.propose(case, **opinion).state == State.PROPOSED


def test_longer_time_has_a_ground_of_the_order(o: f.Office) -> None:
    case = actions.extend(f.accepted(o), ground=SpecialGround.SEPARATED, acting_user=o.leader, on=f.POSTED)
    assert Application.objects.get(pk=case.pk).special_ground == "SEPARATED"
    refused(
        lambda: actions.extend(
            f.confirmed(o, f.the_zhaos(o, name="孙三")), ground=SpecialGround.HARD, acting_user=o.leader, on=f.DECIDED
        ),
        "illegal_move",
    )

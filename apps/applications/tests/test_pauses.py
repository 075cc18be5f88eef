"""The clock of a case stopped and started by the office's acts; told to the leader; counted anew with a calendar."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import chinese_calendar
import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, connections, transaction

from apps.accounts.models import User
from apps.applications import actions
from apps.applications.actions import clocks
from apps.applications.deadlines import deadline
from apps.applications.enums import Due, PauseReason
from apps.applications.models import Application, Pause
from apps.applications.tests import factories as f
from apps.audit.actions import act
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core import workdays
from apps.core.models import OfficeDate
from apps.core.refusal import Refused
from apps.office.tasks import due_today


@pytest.fixture
def o(db: None) -> f.Office:
    return f.office(f.POSTED)


def fresh(case: Application) -> Application:
    return Application.objects.get(pk=case.pk)


def pause(case: Application, o: f.Office, on: date, reason: PauseReason = PauseReason.CHECK, text: str = "") -> None:
    actions.pause_clock(case, reason=reason, text=text, acting_user=o.caseworker, on=on)


def resume(case: Application, o: f.Office, on: date) -> None:
    actions.resume_clock(case, acting_user=o.caseworker, on=on)


def said(case: Application, today: date) -> tuple[str, str, str]:
    found = deadline(fresh(case), today=today)
    assert found is not None
    return found.label, found.sub, found.tone


def due(case: Application) -> tuple[str, date | None]:
    case = fresh(case)
    return case.due_what, case.due_on


def test_every_step_puts_the_next_deadline_down(o: f.Office) -> None:
    """Accepted Tuesday 21 May 2024: investigation by Friday 24; the whole thirty days later."""
    case = f.submitted(o)
    assert due(case) == ("", None)
    actions.accept(case, acting_user=o.caseworker, on=f.POSTED)
    assert due(case) == (Due.INVESTIGATION, date(2024, 5, 24))
    f.looked_into(case, acting_user=o.caseworker)
    # 22–24, 27–31 May (8); 3–7 June (13); 11–14 (17); 17–21 (22); 24–28 (27); 1, 2, 3 July.
    assert due(case) == (Due.WHOLE, date(2024, 7, 3))
    actions.propose(case, agrees=True, text="拟同意。", acting_user=o.leader, on=f.POSTED)
    assert due(case) == (Due.WHOLE, date(2024, 7, 3))
    actions.post_notice(case, place="公示栏", acting_user=o.caseworker, on=f.POSTED)
    # Received 29 May: 30, 31 May, 3–7 June, 11, 12, 13.
    assert due(case) == (Due.COUNTY, date(2024, 6, 13))
    actions.confirm(case, seen=f.seen_by_reviewer(case), acting_user=o.reviewer, on=f.DECIDED)
    assert due(case) == ("", None)


def test_a_case_sent_back_is_not_late_for_an_investigation_it_had(o: f.Office) -> None:
    case = actions.return_for_survey(f.publicised(o), reason="补查存款", acting_user=o.reviewer, on=f.DECIDED)
    assert (case.sent_back_on, due(case)) == (f.DECIDED, (Due.WHOLE, date(2024, 7, 3)))


def test_while_it_stands_nothing_is_due_and_afterwards_the_days_are_added(o: f.Office) -> None:
    case = f.accepted(o)
    pause(case, o, date(2024, 5, 23), PauseReason.APPLICANT, "住院")
    assert due(case) == ("", None)
    assert said(case, date(2024, 5, 30)) == ("已暂停", "申请人原因 · 5月23日起", "plain")
    resume(case, o, date(2024, 5, 29))
    # Paused 23, 24, 27, 28: four working days. 22 counted, 29 and 30 are the second and the third.
    assert due(case) == (Due.INVESTIGATION, date(2024, 5, 30))
    assert said(case, date(2024, 5, 29)) == ("还剩 1 个工作日", "启动调查 · 5月30日", "warn")
    told = Record.objects.about(case).filter(verb__in=[Verb.PAUSE_CLOCK, Verb.RESUME_CLOCK])
    assert [(one.verb, one.reason, one.on) for one in told] == [
        (Verb.PAUSE_CLOCK, "申请人原因 住院", date(2024, 5, 23)),
        (Verb.RESUME_CLOCK, "", date(2024, 5, 29)),
    ]


def test_pausing_hides_no_deadline_that_has_run_out(o: f.Office) -> None:
    case = f.accepted(o)
    pause(case, o, date(2024, 5, 27))
    assert due(case) == (Due.INVESTIGATION, date(2024, 5, 24))
    assert said(case, date(2024, 5, 27)) == ("已逾期，计时暂停", "核对结果未回 · 5月27日起", "bad")
    assert Application.objects.overdue(date(2024, 5, 27)).get() == case


def test_what_can_and_cannot_be_paused(o: f.Office) -> None:
    def by_a_stranger() -> None:
        actions.pause_clock(case, reason=PauseReason.CHECK, text="", acting_user=o.stranger, on=f.POSTED)

    def refused(do: Any) -> str:
        with pytest.raises(Refused) as told:
            do()
        return told.value.code

    case = f.accepted(o)
    assert refused(lambda: pause(f.submitted(o, f.the_zhaos(o, name="钱乙")), o, f.POSTED)) == "no_clock"
    assert refused(lambda: pause(case, o, f.POSTED, PauseReason.OTHER, " ")) == "reason_needed"
    assert refused(lambda: resume(case, o, f.POSTED)) == "not_paused"
    assert (
        refused(
            lambda: actions.pause_clock(case, reason=PauseReason.CHECK, text="", acting_user=o.stranger, on=f.POSTED)
        )
        == "not_permitted"
    )
    pause(case, o, f.POSTED)
    assert refused(lambda: pause(case, o, f.POSTED)) == "already_paused"


def test_no_decision_while_it_stands_and_a_case_that_goes_takes_its_pause_along(o: f.Office) -> None:
    case = f.publicised(o)
    pause(case, o, f.POSTED)
    with pytest.raises(Refused) as told:
        actions.confirm(case, seen=f.seen_by_reviewer(case), acting_user=o.reviewer, on=f.DECIDED)
    assert told.value.code == "paused"
    actions.withdraw(case, reason="本人要求", acting_user=o.caseworker, on=f.DECIDED)
    ended = Pause.objects.get()
    assert (ended.until, ended.resumed_by) == (f.DECIDED, o.caseworker)


@pytest.mark.parametrize(
    "second",
    [(date(2024, 5, 22), None), (date(2024, 5, 1), date(2024, 5, 22)), (date(2024, 6, 1), date(2024, 6, 2))],
)
def test_the_database_allows_no_two_pauses_at_once(o: f.Office, second: tuple[date, date | None]) -> None:
    case = f.accepted(o)
    pause(case, o, f.POSTED)
    since, until = second
    by = o.caseworker.pk if until else None
    with (
        pytest.raises(IntegrityError, match="one_pause_at_a_time"),
        act(Verb.PAUSE_CLOCK, acting_user=o.caseworker, on=f.POSTED),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO applications_pause (application_id, since, until, reason, text, by_id, resumed_by_id)"
            " VALUES (%s, %s, %s, 'CHECK', '', %s, %s)",
            [case.pk, since, until, o.caseworker.pk, by],
        )


def test_the_leader_is_told_once_a_deadline(o: f.Office) -> None:
    case, system = f.accepted(o), User.objects.system()
    assert actions.escalate_overdue(acting_user=system, on=date(2024, 5, 24)) == 0
    OfficeDate.objects.update(day=date(2024, 5, 27))
    due_today()
    due_today()
    record = Record.objects.get(verb=Verb.ESCALATE)
    assert (record.user, record.subject_id, record.area) == (system, case.pk, o.town)
    assert record.reason == "启动调查应于 5月24日 前办结"
    assert record.payload == {"what": Due.INVESTIGATION, "due_on": "2024-05-24"}
    assert fresh(case).escalated_on == date(2024, 5, 27)
    # Investigated late: the next deadline is another one, and may be told again.
    f.visit(case, acting_user=o.caseworker, on=date(2024, 5, 27))
    assert fresh(case).escalated_on is None
    assert actions.escalate_overdue(acting_user=system, on=date(2024, 7, 4)) == 1
    assert actions.escalate_overdue(acting_user=system, on=date(2024, 7, 5)) == 0
    assert Record.objects.filter(verb=Verb.ESCALATE).count() == 2


def test_several_workers_tell_of_each_case_once(own_database: Any) -> None:
    o = f.office(f.POSTED)
    for name in ("赵甲", "钱乙", "孙丙", "李丁", "周戊"):
        f.accepted(o, f.the_zhaos(o, name=name))
    system = User.objects.system()

    def tell(_: int) -> int:
        try:
            return actions.escalate_overdue(acting_user=system, on=date(2024, 5, 27))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(tell, range(3))) == 5
    assert Record.objects.filter(verb=Verb.ESCALATE).count() == 5


def test_a_published_calendar_moves_what_was_provisional(
    o: f.Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Accepted Thursday 28 December of a year nobody has published; then 1 January turns out to be a day off."""
    monkeypatch.setattr(clocks, "PORTION", 2)
    day = date(2034, 12, 28)
    cases = [f.submitted(o, f.the_zhaos(o, name=name)) for name in ("赵甲", "钱乙", "孙丙")]
    for case in cases:
        actions.accept(case, acting_user=o.caseworker, on=day)
    # Friday 29, Monday 1, Tuesday 2.
    assert {due(case) for case in cases} == {(Due.INVESTIGATION, date(2035, 1, 2))}
    assert said(cases[0], day)[1] == "启动调查 · 1月2日（暂定）"
    call_command("recount_deadlines")
    assert "0 件" in capsys.readouterr().out
    assert not Record.objects.filter(verb=Verb.RECOUNT_DEADLINES).exists()

    monkeypatch.setattr(chinese_calendar, "is_workday", lambda at: at.weekday() < 5 and at != date(2035, 1, 1))
    assert not workdays.is_workday(date(2035, 1, 1))
    call_command("recount_deadlines")
    assert "3 件" in capsys.readouterr().out
    assert {due(case) for case in cases} == {(Due.INVESTIGATION, date(2035, 1, 3))}
    assert [one.payload["cases"] for one in Record.objects.filter(verb=Verb.RECOUNT_DEADLINES)] == [2, 1]
    assert [one.due_on for one in cases[0].history.order_by("-history_id")[:2]] == [date(2035, 1, 3), date(2035, 1, 2)]

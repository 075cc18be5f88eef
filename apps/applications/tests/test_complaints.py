"""What somebody holds to be wrong is looked into by somebody else, in a case of its own; nothing is edited."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from apps.accounts.roles import Role
from apps.applications import actions
from apps.applications.delivery import reconsideration_until
from apps.applications.models import Application, Cause, Complaint, ComplaintKind, Kind
from apps.applications.tests import afterwards as after
from apps.applications.tests import factories as f
from apps.applications.tests.test_letters import desk, earning, text
from apps.applications.transitions import ComplaintState, State
from apps.audit.actions import act
from apps.audit.history import changes
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core.models import OfficeDate
from apps.core.refusal import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def o() -> f.Office:
    return f.office(after.COMPLAINED)


def written(case: Application) -> dict[str, Any]:
    """Everything a case's row says."""
    row = {field.attname: getattr(case, field.attname) for field in case._meta.concrete_fields}
    return row | {"draft_sealed": bytes(case.draft_sealed)}


def to_the_bureau(o: f.Office, case: Application, family: f.Family) -> Application:
    """The reopened case through all steps, as far as the bureau's desk."""
    on = after.COMPLAINED
    case = actions.submit(case, family=family, acting_user=o.caseworker, on=on)
    case = f.looked_into(actions.accept(case, acting_user=o.caseworker, on=on), acting_user=o.caseworker, on=on)
    case = actions.propose(case, agrees=True, text="复查后同意。", acting_user=o.leader, on=on)
    return actions.post_notice(case, place="公示栏", acting_user=o.caseworker, on=on)


def test_a_refused_family_is_heard_again_by_another_reviewer(o: f.Office) -> None:
    """560 × 3 − 10800 ÷ 12 = 780; minor 280; disability 336: what was refused is 1396.00 after all."""
    family = f.the_zhaos(o)
    old = f.refused(o, family)
    before = written(old)
    complaint = after.complained(o, old, kind=ComplaintKind.RECONSIDERATION)
    reopens, nobody = f"{complaint.get_absolute_url()}reopen/", "没有别的审核人可以决定"
    assert nobody in text(desk(o.second_reviewer).get(reopens))
    assert nobody not in text(desk(o.chief).get(reopens))
    fresh = after.reopened(o, complaint)
    assert (fresh.kind, fresh.cause, fresh.follows, fresh.barred) == (
        Kind.NEW,
        Cause.RECONSIDERATION,
        old,
        o.reviewer,
    )
    told = text(desk(o.caseworker).get(fresh.get_absolute_url()))
    assert Verb.REOPEN_CASE.label in told[told.index("经过") :]
    # On the desk of who had the old case, with what is to be looked into.
    assert (fresh.handler, fresh.cause_note) == (o.caseworker, "反映的情况需要核实，重新审查。")
    assert (fresh.applicant_name, len(fresh.draft()["members"]["members"])) == ("赵甲", 3)

    case = to_the_bureau(o, fresh, family)
    assert case.household == old.household
    refuses = "不予确认…"
    assert refuses not in text(desk(o.reviewer).get(case.get_absolute_url()))
    assert refuses in text(desk(o.second_reviewer).get(case.get_absolute_url()))
    day = case.notice_ends_on + timedelta(days=1)
    with pytest.raises(Refused) as refused:
        actions.confirm(case, seen=f.seen_by_reviewer(case, day), acting_user=o.reviewer, on=day)
    assert refused.value.code == "own_work"
    case = actions.confirm(case, seen=f.seen_by_reviewer(case, day), acting_user=o.second_reviewer, on=day)
    assert (case.state, case.decision.started.get().first_month) == (State.CONFIRMED, date(2024, 7, 1))
    assert "1,396.00" in case.decision.sentence
    assert written(Application.objects.get(pk=old.pk)) == before


def test_the_first_decider_may_not_refuse_again_either_and_the_database_agrees(o: f.Office) -> None:
    family = f.the_zhaos(o)
    fresh = after.reopened(o, after.complained(o, f.refused(o, family)))
    case = to_the_bureau(o, fresh, family)
    with act(Verb.REFUSE, acting_user=o.reviewer, on=after.COMPLAINED), connection.cursor() as cursor:
        with pytest.raises(IntegrityError, match="application_decided_by_not_barred"), transaction.atomic():
            cursor.execute(
                "UPDATE applications_application SET decided_by_id = %s WHERE id = %s", [o.reviewer.pk, case.pk]
            )
        cursor.execute(
            "UPDATE applications_application SET decided_by_id = %s WHERE id = %s", [o.second_reviewer.pk, case.pk]
        )


def test_a_family_on_benefit_is_reviewed(o: f.Office) -> None:
    old = f.confirmed(o)
    fresh = after.reopened(o, after.complained(o, old))
    assert (fresh.kind, fresh.cause, fresh.household) == (Kind.REVIEW, Cause.COMPLAINT, old.household)
    assert fresh.is_complained_of
    assert not Application.objects.get(pk=old.pk).is_complained_of


def test_a_family_whose_benefit_was_stopped_applies_anew(o: f.Office) -> None:
    stopped = earning(o, 9_600_000)
    day = date(2024, 7, 2)
    filed = actions.file_complaint(
        stopped,
        kind=ComplaintKind.LITIGATION,
        received_on=day,
        text="法院判决重新作出决定。",
        acting_user=o.reviewer,
        on=day,
    )
    fresh = after.reopened(o, filed, on=day)
    assert (fresh.kind, fresh.cause) == (Kind.NEW, Cause.LITIGATION)


def test_of_a_revocation_who_revoked_is_barred(o: f.Office) -> None:
    case = f.revoked(o)
    filed = after.complained(o, case)
    with pytest.raises(Refused) as refused:
        after.reopened(o, filed, on=date(2024, 6, 3))
    assert refused.value.code == "own_work"
    fresh = actions.reopen_case(filed, answer="重审。", sections={}, acting_user=o.second_reviewer, on=date(2024, 6, 3))
    assert fresh.barred == o.chief


def test_who_decided_does_not_answer(o: f.Office) -> None:
    filed = after.complained(o, f.refused(o))
    with pytest.raises(Refused) as refused:
        actions.dismiss_complaint(filed, answer="查无此事。", acting_user=o.reviewer, on=after.COMPLAINED)
    assert refused.value.code == "own_work"
    answered = actions.dismiss_complaint(filed, answer="查无此事。", acting_user=o.second_reviewer, on=after.COMPLAINED)
    assert (answered.state, answered.decider, answered.answered_by) == ("DISMISSED", o.reviewer, o.second_reviewer)
    with pytest.raises(Refused) as refused:
        after.reopened(o, filed)
    assert refused.value.code == "illegal_move"


def test_the_database_wants_another_person_and_an_answer(o: f.Office) -> None:
    filed = after.complained(o, f.refused(o))
    base = {"state": ComplaintState.DISMISSED, "answered_on": after.COMPLAINED, "decider": o.reviewer}
    with act(Verb.DISMISS_COMPLAINT, acting_user=o.chief, on=after.COMPLAINED):
        for wrong in (
            {"answered_by": o.reviewer, "answer": "不实"},
            {"answered_by": o.chief, "answer": ""},
            {"answered_by": None, "answer": "不实"},
            {"answered_by": o.chief, "answer": "不实", "state": ComplaintState.REOPENED},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                Complaint.objects.filter(pk=filed.pk).update(**{**base, **wrong})
        Complaint.objects.filter(pk=filed.pk).update(**base, answered_by=o.chief, answer="不实")


def test_an_open_case_is_flagged_until_it_was_answered(o: f.Office) -> None:
    case, other = f.publicised(o), f.publicised(o, f.the_zhaos(o, name="钱甲"))
    filed = after.complained(o, case)
    assert list(Application.objects.complained_of()) == [case]
    assert (case.is_complained_of, other.is_complained_of) == (True, False)
    with pytest.raises(Refused) as refused:
        after.reopened(o, filed)
    assert refused.value.code == "still_open"
    actions.dismiss_complaint(filed, answer="已入户核实。", acting_user=o.chief, on=after.COMPLAINED)
    assert not Application.objects.complained_of().exists()


def test_no_draft_and_no_remedy_before_a_decision(o: f.Office) -> None:
    for case, kind, code in (
        (f.drafted(o), ComplaintKind.COMPLAINT, "not_filed"),
        (f.publicised(o), ComplaintKind.RECONSIDERATION, "not_decided"),
    ):
        with pytest.raises(Refused) as refused:
            after.complained(o, case, kind=kind)
        assert refused.value.code == code


def test_one_open_case_a_family_still_holds(o: f.Office) -> None:
    old = f.confirmed(o)
    first, second = after.complained(o, old), after.complained(o, old, text="有车。")
    after.reopened(o, first)
    with pytest.raises(Refused) as refused:
        after.reopened(o, second)
    assert refused.value.code == "case_open"
    assert Complaint.objects.get(pk=second.pk).state == ComplaintState.OPEN


def test_who_complained_is_sealed_and_shown_to_who_answers_as_a_recorded_act(o: f.Office) -> None:
    filed = after.complained(o, f.refused(o))
    assert "吴某".encode() not in bytes(filed.complainant_sealed)
    assert filed.full_complainant() == "邻居吴某"
    assert [row.state for row in changes(filed)] == ["OPEN"]
    for user in (o.caseworker, o.leader, o.auditor):
        page = text(desk(user).get(filed.get_absolute_url()))
        assert "吴某" not in page
        assert "只有答复人能查看" in page
        assert desk(user).post(f"{filed.get_absolute_url()}complainant/", {"reason": "核实情况"}).status_code == 403
    shown = desk(o.chief).post(f"{filed.get_absolute_url()}complainant/", {"reason": "需要当面核实"})
    assert "邻居吴某" in text(shown)
    record = Record.objects.filter(verb=Verb.REVEAL).get()
    assert (record.user, record.payload) == (o.chief, {"field": "complainant"})


def test_by_way_of_the_pages(o: f.Office) -> None:
    case = f.refused(o)
    given = {"kind": "COMPLAINT", "received_on": "2024-05-30", "complainant": "", "text": "有固定工资。"}
    answer = desk(o.caseworker).post(f"/cases/{case.uuid}/complain/", given, follow=True)
    assert "未具名" in text(answer)
    assert "投诉、复议待答复" in text(desk(o.desk(Role.BUREAU_CHIEF)).get("/"))
    assert "投诉、复议待答复" not in text(desk(o.reviewer).get("/")), "who decided cannot answer it"
    filed = case.complaints.get()
    answer = desk(o.chief).post(f"{filed.get_absolute_url()}reopen/", {"answer": "重新核实收入。"}, follow=True)
    fresh = case.followed_by.get()
    assert answer.redirect_chain[-1][0] == fresh.get_absolute_url()
    assert case.number in text(answer)
    assert fresh.number in text(desk(o.caseworker).get(case.get_absolute_url()))


@pytest.mark.parametrize(
    ("delivered", "until"),
    [
        (date(2024, 5, 29), date(2024, 7, 29)),  # the sixtieth day is Sunday 28 July
        (date(2024, 6, 3), date(2024, 8, 2)),
        (date(2023, 12, 12), date(2024, 2, 18)),  # 10 February is the first day of 春节; the 18th is worked
    ],
)
def test_sixty_days_end_on_a_working_day(delivered: date, until: date) -> None:
    assert reconsideration_until(delivered) == until


def test_a_late_reconsideration_is_registered_and_said_to_be_late(o: f.Office) -> None:
    case = f.refused(o)
    client, at = desk(o.caseworker), f"/cases/{case.uuid}/complain/"
    assert "还没有登记送达" in text(client.get(at))
    after.delivered(o, case)
    OfficeDate.objects.update(day=date(2024, 7, 31))
    assert "申请行政复议到 7月29日 为止" in text(client.get(at))
    typed = {"kind": "RECONSIDERATION", "received_on": "2024-07-30", "text": "不服。"}
    answer = client.post(at, typed, follow=True)
    assert "收到时已超过六十日（到 7月29日 为止）" in text(answer)
    assert "已等 1 天" in text(answer)
    assert "1 天" in text(desk(o.second_reviewer).get("/complaints/"))
    assert Complaint.objects.get().state == ComplaintState.OPEN

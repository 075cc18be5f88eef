"""Letters handed over: which wait, until when, and what is put on record."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from apps.applications.actions import letter_to_deliver
from apps.applications.delivery import DELIVERY, delivery_due
from apps.applications.models import Application, Delivery, Letter, Way
from apps.applications.tests import afterwards as after
from apps.applications.tests import factories as f
from apps.applications.tests.test_letters import desk, earning, text
from apps.applications.transitions import State
from apps.audit.actions import act
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core.refusal import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def o() -> f.Office:
    return f.office(f.DECIDED)


def waiting() -> list[Application]:
    return list(Application.objects.awaiting_delivery())


def test_a_refusal_is_told_within_three_working_days(o: f.Office) -> None:
    """Decided on Wednesday 29 May 2024: Thursday, Friday, Monday 3 June."""
    case = f.refused(o)
    assert delivery_due(case) == (DELIVERY, date(2024, 6, 3))
    assert waiting() == [case]
    after.delivered(o, case)
    assert waiting() == []


def test_a_stop_is_told_as_quickly_but_a_start_has_no_day_in_law(o: f.Office) -> None:
    """Wages of 96,000 a year: everything stops. Decided on Thursday 20 June: Friday, Monday, Tuesday 25 June."""
    stopped = earning(o, 9_600_000)
    assert stopped.decided_on == date(2024, 6, 20)
    assert delivery_due(stopped) == (DELIVERY, date(2024, 6, 25))
    started = Application.objects.get(state=State.CONFIRMED, kind="NEW")
    assert delivery_due(started) is None
    assert set(waiting()) == {stopped, started}


def test_a_revocation_has_a_letter_of_its_own_with_days_of_its_own(o: f.Office) -> None:
    """The confirmation was told on 29 May; taken back on Friday 31 May: Monday to Wednesday 5 June."""
    confirmed = f.confirmed(o)
    after.delivered(o, confirmed)
    paper = after.doubted(o, confirmed)
    case = f.actions.revoke(paper, acting_user=o.chief, on=f.REVOKED_ON).application
    case.refresh_from_db()
    assert delivery_due(case) == (DELIVERY, date(2024, 6, 5))
    assert waiting() == [case]
    assert letter_to_deliver(case) == (Letter.REVOCATION, f.REVOKED_ON)
    after.delivered(o, case, on=date(2024, 6, 3))
    assert waiting() == []
    assert [d.letter for d in case.deliveries.order_by("pk")] == [Letter.DECISION, Letter.REVOCATION]


def test_what_is_recorded(o: f.Office) -> None:
    case = f.refused(o)
    given = after.delivered(o, case, way=Way.VILLAGE, receiver="赵甲妻", relation="配偶", note="村会计代送")
    assert (given.letter, given.by, given.on, given.delivered_on) == ("DECISION", o.caseworker, f.DECIDED, f.DECIDED)
    assert (given.get_way_display(), given.receiver, given.relation) == ("村（社区）代送", "赵甲妻", "配偶")
    record = Record.objects.about(case).last()
    assert record is not None
    assert (record.verb, record.payload) == (Verb.DELIVER, {"way": "VILLAGE"})


@pytest.mark.parametrize("on", [date(2024, 5, 28), date(2024, 5, 30)])
def test_not_before_the_decision_and_not_in_the_future(o: f.Office, on: date) -> None:
    case = f.refused(o)
    with pytest.raises(Refused) as refused:
        f.actions.deliver(case, handover=after.handover(on), acting_user=o.caseworker, on=f.DECIDED)
    assert (refused.value.code, refused.value.field) == ("delivery_date", "delivered_on")
    assert "5月29日" in refused.value.message


def test_once_and_only_after_a_decision(o: f.Office) -> None:
    with pytest.raises(Refused) as refused:
        after.delivered(o, f.publicised(o))
    assert refused.value.code == "nothing_to_deliver"
    case = f.refused(o, f.the_zhaos(o, name="钱甲"))
    after.delivered(o, case)
    with pytest.raises(Refused):
        after.delivered(o, case)
    assert case.deliveries.count() == 1


def test_the_database_keeps_it_too(o: f.Office) -> None:
    case = f.refused(o)
    row = {"letter": "DECISION", "way": "POST", "receiver": "甲", "relation": "本人", "by": o.caseworker}
    bad = [
        {"application": case, "delivered_on": date(2024, 6, 1), "on": f.DECIDED},
        {"application": None, "delivered_on": f.DECIDED, "on": f.DECIDED},
        {"application": case, "letter": "ENDING", "delivered_on": f.DECIDED, "on": f.DECIDED},
    ]
    with act(Verb.DELIVER, acting_user=o.caseworker, on=f.DECIDED):
        for wrong in bad:
            with pytest.raises(IntegrityError), transaction.atomic():
                Delivery.objects.create(**{**row, **wrong})
        Delivery.objects.create(**row, application=case, delivered_on=f.DECIDED, on=f.DECIDED)
        with pytest.raises(IntegrityError), transaction.atomic():
            Delivery.objects.create(**row, application=case, delivered_on=f.DECIDED, on=f.DECIDED)


def test_the_desk_sees_what_waits_and_puts_it_on_record(o: f.Office) -> None:
    case = f.refused(o)
    client = desk(o.caseworker)
    assert "通知书待送达" in text(client.get("/"))
    assert "送达通知书 · 6月3日" in text(client.get("/deliveries/"))
    page = text(client.get(case.get_absolute_url()))
    assert "还没有送达" in page
    assert "送达回证" in page
    assert f"/cases/{case.uuid}/deliver/" in page[: page.index("为什么是这个数")], "the step that waits heads the page"
    assert "送达的是 5月29日 作出的《不予确认通知书》" in text(client.get(f"/cases/{case.uuid}/deliver/"))
    given = {"delivered_on": "2024-05-29", "way": "POST", "receiver": "赵甲", "relation": "本人"}
    answer = client.post(f"/cases/{case.uuid}/deliver/", given)
    assert (answer.status_code, "邮寄请写单号" in text(answer)) == (422, True)
    answer = client.post(f"/cases/{case.uuid}/deliver/", {**given, "note": "EMS 1001"})
    assert answer.status_code == 302
    assert "邮寄送达，赵甲（本人）签收，EMS 1001" in text(client.get(case.get_absolute_url()))
    assert "没有待送达的通知书" in text(client.get("/deliveries/"))
    assert "EMS 1001" in text(client.get(f"/cases/{case.uuid}/receipt/"))

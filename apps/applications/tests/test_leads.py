"""主动发现: from a village assistant's report to an application, or to a reason why not."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Area
from apps.accounts.roles import Level
from apps.applications.actions import apply_from_lead, close_lead, contact_lead, report_lead
from apps.applications.models import Lead, LeadResult, LeadSource
from apps.applications.tests import factories as f
from apps.audit.actions import act
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core.refusal import Refused

pytestmark = pytest.mark.django_db

TOLD = {"name": "吴老伯", "phone": "13900001234", "circumstances": "独居，房顶漏雨。", "source": LeadSource.VISIT}


@pytest.fixture
def o() -> f.Office:
    return f.office()


@pytest.fixture
def next_village(o: f.Office) -> Area:
    with act(Verb.LOAD_AREAS, acting_user=o.chief, on=f.HIRED):
        return Area.objects.create(
            code="220281100002", name="站后村", level=Level.VILLAGE, kind=Area.Kind.VILLAGE, parent=o.town
        )


def reported(o: f.Office, **told: str) -> Lead:
    return report_lead(o.village, **{**TOLD, **told}, acting_user=o.assistant, on=f.OPENED)


def client_of(user: object) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


def page(user: object, name: str, *args: object) -> str:
    return client_of(user).get(reverse(name, args=args)).content.decode()


def test_an_assistant_reports_from_the_own_village(o: f.Office) -> None:
    client = client_of(o.assistant)
    shown = client.get(reverse("lead-new")).content.decode()
    assert "站前社区" in shown
    typed = {**TOLD, "source": "VISIT", "village": str(o.village.pk)}
    assert client.post(reverse("lead-new"), typed).url == reverse("lead-list")
    lead = Lead.objects.get()
    assert (lead.state, lead.reported_by, lead.village) == ("OPEN", o.assistant, o.village)
    assert lead.due == date(2024, 5, 23), "three working days after Monday the 20th"
    assert "吴老伯" in client.get(reverse("lead-list")).content.decode()
    assert b"13900001234" not in bytes(lead.phone_sealed)
    assert "房顶" not in str(Record.objects.filter(verb=Verb.REPORT_LEAD).values())


def test_another_village_is_not_on_offer_nor_taken(o: f.Office, next_village: Area) -> None:
    client = client_of(o.assistant)
    typed = {**TOLD, "source": "VISIT", "village": str(next_village.pk)}
    assert client.post(reverse("lead-new"), typed).status_code == 422
    for village in (next_village, o.other_village):
        with pytest.raises(Refused):
            report_lead(village, **TOLD, acting_user=o.assistant, on=f.OPENED)
    assert report_lead(next_village, **TOLD, acting_user=o.caseworker, on=f.OPENED).village == next_village


def test_each_sees_the_leads_of_the_own_reach_and_no_family(o: f.Office, next_village: Area) -> None:
    f.confirmed(o)
    mine = reported(o)
    near = report_lead(next_village, **{**TOLD, "name": "郑奶奶"}, acting_user=o.caseworker, on=f.OPENED)
    far = report_lead(o.other_village, **{**TOLD, "name": "冯大爷"}, acting_user=o.stranger, on=f.OPENED)
    seen = {
        user: set(Lead.objects.visible_to(user))
        for user in (o.assistant, o.caseworker, o.stranger, o.reviewer, o.admin)
    }
    assert seen == {
        o.assistant: {mine},
        o.caseworker: {mine, near},
        o.stranger: {far},
        o.reviewer: {mine, near, far},
        o.admin: set(),
    }
    assert "郑奶奶" not in page(o.assistant, "lead-list")
    assert client_of(o.assistant).get(near.get_absolute_url()).status_code == 404
    for name in ("household-list", "search", "application-new"):
        assert client_of(o.assistant).get(reverse(name)).status_code == 403
    assert "赵甲" not in page(o.assistant, "worklist")


def test_spoken_to_then_taken_in_with_what_is_known(o: f.Office) -> None:
    lead = contact_lead(reported(o), note="已电话联系，愿意申请。", acting_user=o.caseworker, on=f.POSTED)
    assert (lead.state, lead.contacted_by, lead.contacted_on) == ("CONTACTED", o.caseworker, f.POSTED)
    client = client_of(o.caseworker)
    answer = client.post(reverse("lead-apply", args=[lead.uuid]), {"scheme": "TEKUN"})
    lead.refresh_from_db()
    case = lead.application
    assert answer.url == reverse("application-draft", args=[case.uuid])
    assert (lead.state, case.state, case.scheme, case.applicant_name) == ("APPLIED", "DRAFT", "TEKUN", "吴老伯")
    draft = case.draft()
    assert draft["family"] == {"village": str(o.village.pk), "phone": "13900001234"}
    assert draft["members"]["members"][0]["name"] == "吴老伯"
    shown = client.get(answer.url).content.decode()
    assert 'value="吴老伯"' in shown
    assert "13900001234" not in shown
    assert "已转申请" in page(o.assistant, "lead-detail", lead.uuid)
    assert case.number not in page(o.assistant, "lead-detail", lead.uuid)


def test_closed_with_a_reason_the_village_can_read(o: f.Office) -> None:
    lead = reported(o)
    with pytest.raises(Refused, match="请写明情况"):
        close_lead(lead, result=LeadResult.DECLINED, note=" ", acting_user=o.caseworker, on=f.OPENED)
    given = {"result": "DECLINED", "note": "儿子已接走赡养。"}
    assert client_of(o.caseworker).post(reverse("lead-close", args=[lead.uuid]), given).status_code == 302
    shown = page(o.assistant, "lead-detail", lead.uuid)
    assert "本人不申请" in shown
    assert "儿子已接走赡养" in shown
    for again in (
        lambda: contact_lead(lead, note="再联系", acting_user=o.caseworker, on=f.OPENED),
        lambda: apply_from_lead(lead, acting_user=o.caseworker, on=f.OPENED),
    ):
        with pytest.raises(Refused, match="现在不能办"):
            again()
    assert "没有等着联系的线索" in page(o.caseworker, "lead-list")


def test_an_assistant_reports_and_no_more(o: f.Office) -> None:
    lead = reported(o)
    with pytest.raises(Refused, match="不能办理"):
        contact_lead(lead, note="自己联系", acting_user=o.assistant, on=f.OPENED)
    for name in ("lead-contact", "lead-apply", "lead-close", "lead-phone"):
        assert client_of(o.assistant).get(reverse(name, args=[lead.uuid])).status_code == 403
    assert "登记联系" not in page(o.assistant, "lead-detail", lead.uuid)


def test_an_assistant_is_greeted_with_what_an_assistant_does(o: f.Office) -> None:
    shown = page(o.assistant, "worklist")
    for name in ("lead-new", "notice-list", "disclosure-index"):
        assert f'href="{reverse(name)}"' in shown.split("<main")[1], name
    assert "没有等您办的事" not in shown
    assert "在申请页上点" not in page(o.assistant, "notice-list"), "a page an assistant cannot open"


def test_a_lead_nobody_has_touched_does_not_deny_that_it_was_reported(o: f.Office) -> None:
    lead = reported(o)
    for user in (o.assistant, o.caseworker):
        assert "还没有记录" not in page(user, "lead-detail", lead.uuid)
    beside_the_form = page(o.caseworker, "lead-contact", lead.uuid)
    assert "房顶漏雨" in beside_the_form, "what to speak of stands where one writes what came of it"
    assert reverse("lead-phone", args=[lead.uuid]) in beside_the_form
    contact_lead(lead, note="已上门，情况属实。", acting_user=o.caseworker, on=f.OPENED)
    assert Verb.CONTACT_LEAD.label in page(o.caseworker, "lead-detail", lead.uuid)


def test_the_telephone_is_masked_and_revealed_with_a_reason(o: f.Office) -> None:
    lead = reported(o)
    assert "139****1234" in page(o.caseworker, "lead-detail", lead.uuid)
    answer = client_of(o.caseworker).post(reverse("lead-phone", args=[lead.uuid]), {"reason": "电话联系本人"})
    assert "13900001234" in answer.content.decode()
    assert Record.objects.get(verb=Verb.REVEAL).reason == "电话联系本人"


def test_late_leads_stand_first_and_say_so(o: f.Office) -> None:
    report_lead(o.village, **TOLD, acting_user=o.assistant, on=date(2024, 5, 13))
    reported(o, name="郑奶奶")
    shown = page(o.caseworker, "lead-list")
    assert "逾期未联系" in shown
    assert "还剩 3 个工作日" in shown
    assert shown.index("吴老伯") < shown.index("郑奶奶")


def test_the_database_keeps_the_moves_and_the_reasons(o: f.Office) -> None:
    lead = reported(o)
    with act(Verb.CLOSE_LEAD, acting_user=o.caseworker, on=f.OPENED):
        with pytest.raises(IntegrityError, match="lead_closed_has_a_result"), transaction.atomic():
            Lead.objects.filter(pk=lead.pk).update(state="CLOSED")
        with pytest.raises(IntegrityError, match="lead_applied_has_a_case"), transaction.atomic():
            Lead.objects.filter(pk=lead.pk).update(state="APPLIED")
    closed = close_lead(lead, result=LeadResult.DECLINED, note="不申请", acting_user=o.caseworker, on=f.OPENED)
    reopened = Lead.objects.filter(pk=closed.pk)
    with pytest.raises(DatabaseError, match="cannot move"), act(Verb.CONTACT_LEAD, acting_user=o.chief, on=f.OPENED):
        reopened.update(state="OPEN")
    with pytest.raises(DatabaseError, match="without a declared act"), transaction.atomic():
        undeclared(lead)


def undeclared(lead: Lead) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('jiaohe.act', '', true)")
        cursor.execute("UPDATE applications_lead SET name = '别人' WHERE id = %s", [lead.pk])


def test_without_a_telephone_it_is_asked_where_they_live_and_the_draft_knows_it(o: f.Office) -> None:
    typed = {**TOLD, "source": "VISIT", "village": str(o.village.pk), "phone": ""}
    client = client_of(o.assistant)
    answer = client.post(reverse("lead-new"), typed)
    assert answer.status_code == 422
    assert "没有电话的，请写清住在哪里" in answer.content.decode()
    assert client.post(reverse("lead-new"), {**typed, "address": "供销社后院"}).status_code == 302
    lead = Lead.objects.get()
    assert "供销社".encode() not in bytes(lead.address_sealed)
    for user, shown in ((o.caseworker, True), (o.assistant, True), (o.auditor, False)):
        assert ("供销社后院" in page(user, "lead-detail", lead.uuid)) is shown
    case = apply_from_lead(lead, acting_user=o.caseworker, on=f.OPENED).application
    assert case is not None
    assert case.draft()["family"]["address"] == "供销社后院"

"""The pages of referrals, alerts and webhooks, used as the caseworker and the administrators do."""

import io
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from apps.applications.tests import factories as f
from apps.audit.actions import act
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.awards.tests import factories as awards
from apps.households.models import Household
from apps.partners.actions import approve_grant, hand_over_key
from apps.partners.enums import Dataset
from apps.partners.facts.waiting import tasks
from apps.partners.models import Alert, Delivery, Referral, Webhook
from apps.partners.tests.factories import granted, program, proposed
from apps.partners.tests.scene import alert_about, letter, webhook_of

ON = f.PAY_DAY


def as_(user: Any) -> Browser:
    browser = Browser()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def test_from_the_family_s_page_to_the_result(o: f.Office, family: Household) -> None:
    desk = as_(o.caseworker)
    family_page = reverse("family-assistance", args=[family.uuid])
    assert family_page in desk.get(family.get_absolute_url()).content.decode()
    there = reverse("referral-new-person", args=[family.uuid, "insurance_fixed", family.head_id])
    assert there in desk.get(family_page).content.decode()
    told = {"need": "资助参保", "agreed_by": "赵甲", "agreed_on": "2024-06-03"}
    refused = desk.post(there, told | {"agreed_on": "2024-06-04"})
    assert (refused.status_code, "不能晚于今天" in refused.content.decode()) == (409, True)
    desk.post(there, told)
    sent = Referral.objects.get()
    assert desk.get(there).status_code == 200
    assert "已经转办" in desk.post(there, told).content.decode()
    for step, form in (
        ("referral-fetched", {}),
        ("referral-accept", {}),
        ("referral-finish", {"result": "HELPED", "note": "资助 380 元", "finished_on": "2024-06-03"}),
    ):
        page = desk.get(reverse("referral-detail", args=[sent.uuid])).content.decode()
        assert reverse(step, args=[sent.uuid]) in page
        assert reverse(step, args=[sent.uuid]) not in as_(o.reviewer).get(sent.get_absolute_url()).content.decode()
        assert desk.post(reverse(step, args=[sent.uuid]), form).status_code == 302
    assert "资助 380 元" in desk.get(family_page).content.decode()


def test_an_item_the_family_may_not_claim_is_a_409(o: f.Office, family: Household) -> None:
    answer = as_(o.caseworker).get(reverse("referral-new", args=[family.uuid, "dilapidated_house"]))
    assert (answer.status_code, "不能转办" in answer.content.decode()) == (409, True)


def test_an_alert_is_settled_on_its_page_and_leads_to_the_acts(o: f.Office, family: Household) -> None:
    told = alert_about(family.head, ON)
    desk = as_(o.caseworker)
    assert "登记死亡" in desk.get(told.get_absolute_url()).content.decode()
    there = reverse("alert-settle", args=[told.uuid])
    early = desk.post(there, {"result": "RECORDED", "note": "村里证明"})
    assert (early.status_code, "先“登记死亡”" in early.content.decode()) == (409, True)
    assert desk.post(there, {"result": "NOT_TRUE", "note": "入户，本人健在"}).status_code == 302
    assert Alert.objects.get().result == "NOT_TRUE"
    assert as_(o.stranger).get(told.get_absolute_url()).status_code == 404


def test_lists_ask_the_database_no_more_for_more_families(o: f.Office, family: Household) -> None:
    desk, at = as_(o.caseworker), reverse("assistance-list")
    desk.get(at)
    with CaptureQueriesContext(connection) as few:
        desk.get(at)
    for number in range(4):
        alone = (awards.member(f"钱{number}", f.HIRED.replace(year=1990)),)
        awards.granted(o, on=f.OPENED, members=alone, income_fen=100_000)
    with CaptureQueriesContext(connection) as more:
        page = desk.get(at).content.decode()
    assert "钱3" in page
    assert len(more) == len(few)


def test_the_list_leaves_with_a_reason_and_a_record(o: f.Office, family: Household) -> None:
    desk, at = as_(o.caseworker), reverse("assistance-export")
    assert desk.post(at, {"reason": ""}).status_code == 422
    answer = desk.post(f"{at}?item=insurance_fixed", {"reason": "送医保局核对"})
    rows = list(load_workbook(io.BytesIO(answer.content)).active.values)
    assert [row[4] for row in rows if row[1] == "参保定额资助"] == ["赵甲", "赵甲子", "赵甲妻"]
    record = Record.objects.get(verb=Verb.EXPORT)
    assert (record.payload["rows"], record.payload["conditions"]) == (3, {"item": "insurance_fixed"})


def test_two_administrators_open_a_webhook_and_one_sends_a_dead_letter_again(o: f.Office, family: Household) -> None:
    asking = program(o, ready=False)
    form = {"client": asking.client.pk, "url": "https://yb.example/changes", "statuses": ["DIBAO"], "purpose": "参保"}
    admin, second = as_(o.admin), as_(o.security)
    early = admin.post(reverse("webhook-new"), form)
    assert (early.status_code, "先授权" in early.content.decode()) == (409, True)
    granted(o, asking, Dataset.CHANGES)
    admin.post(reverse("webhook-new"), form)
    there = Webhook.objects.get()
    approve, key_page = (reverse(name, args=[there.uuid]) for name in ("webhook-approve", "webhook-key"))
    assert "先交付密钥" in second.post(approve).content.decode()
    shown = admin.post(key_page).content.decode()
    key = Webhook.objects.get().secret()
    assert key in shown
    assert key not in admin.get(key_page).content.decode() + admin.get(there.get_absolute_url()).content.decode()
    assert second.get(key_page).status_code == 403
    (task,) = tasks(o.security, ON)
    assert (task.label, task.value) == ("推送地址待核准", "1 个")
    assert "1 个地址" in second.get(task.url).content.decode()
    assert tasks(o.admin, ON) == []
    assert second.post(approve).status_code == 302
    assert tasks(o.security, ON) == []
    assert "0 个地址" in second.get(task.url).content.decode()
    try_page = reverse("webhook-try", args=[there.uuid])
    assert try_page in admin.get(there.get_absolute_url()).content.decode()
    assert try_page not in second.get(there.get_absolute_url()).content.decode()
    assert admin.post(try_page).status_code == 302
    assert "正在等对方回答" in admin.get(there.get_absolute_url()).content.decode()
    again = admin.post(try_page)
    assert (again.status_code, "刚刚试推送过" in again.content.decode()) == (409, True)
    letter_page = reverse("delivery-resend", kwargs=letter(type("S", (), {"o": o}), ""))
    assert "HTTP 500" in admin.get(there.get_absolute_url()).content.decode()
    assert admin.post(letter_page, {"reason": " "}).status_code == 422
    admin.post(letter_page, {"reason": "对方证书已换新"})
    assert not Delivery.objects.filter(state="DEAD").exists()
    assert "赵甲" not in admin.get(there.get_absolute_url()).content.decode()
    assert Record.objects.get(verb=Verb.RESEND_DELIVERY).reason == "对方证书已换新"


def test_grants_that_wait_stand_on_the_chief_s_first_page_and_each_on_the_list_behind_it(o: f.Office) -> None:
    asking = program(o, ready=False)
    waiting = [proposed(o, asking, dataset) for dataset in (Dataset.STATUS, Dataset.CHANGES)]
    chief, listed = as_(o.chief), reverse("grants-waiting")
    for left in (2, 1, 0):
        assert [(one.label, one.count, one.url) for one in tasks(o.chief, ON)] == [
            ("接口授权待批准", left, listed) for _ in range(min(left, 1))
        ]
        page = chief.get(listed).content.decode()
        assert [reverse("grant-approve", args=[one.pk]) in page for one in waiting] == [left == 2, left >= 1]
        assert (listed in chief.get(reverse("worklist")).content.decode()) is (left > 0)
        if left:
            approve_grant(waiting[2 - left], acting_user=o.chief, on=ON)
    assert tasks(o.security, ON) == []


def test_a_new_key_ends_the_old_one_and_no_key_stands_in_the_database(o: f.Office) -> None:
    there = webhook_of(o)
    old = there.secret()
    _, new = hand_over_key(there, acting_user=o.admin, on=ON)
    kept = Webhook.objects.get(pk=there.pk)
    assert new == kept.secret() != old
    records = Record.objects.about(there).filter(verb=Verb.HAND_OVER_KEY)
    assert [one.user for one in records] == [o.admin, o.admin]
    rows = [*Webhook.objects.values(), *Webhook.history.values(), *Record.objects.values()]
    assert new not in str([{name: bytes(v) if isinstance(v, memoryview) else v for name, v in r.items()} for r in rows])


def test_who_proposed_a_webhook_cannot_approve_it_whatever_path_is_taken(o: f.Office) -> None:
    proposed = webhook_of(o)
    declared = act(Verb.APPROVE_WEBHOOK, acting_user=o.admin, on=ON, subject=proposed)
    with pytest.raises(IntegrityError, match="webhook_two_people"), transaction.atomic(), declared:
        Webhook.objects.filter(pk=proposed.pk).update(approved_by=o.admin, approved_on=ON)

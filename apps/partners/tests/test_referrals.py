"""转办 and 部门提示: asked by a caseworker, answered by the bureau, never touching a payment."""

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client as Browser
from django.urls import reverse

from apps.applications.models import Lead, LeadSource
from apps.applications.tests import factories as f
from apps.audit.actions import act
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.awards.models import Award, AwardMember
from apps.core.refusal import Refused
from apps.core.workdays import add_workdays
from apps.households.models import Household
from apps.partners import actions
from apps.partners.enums import Bureau
from apps.partners.facts.waiting import tasks, unanswered
from apps.partners.models import Alert, AlertKind, AlertResult, Referral, ReferralResult
from apps.partners.tests.scene import alert_about, referral_of
from apps.payments.models import Entitlement

ON = f.PAY_DAY  # Monday 2024-06-03


def given(o: f.Office, on: date = ON, partner: str = "") -> dict[str, Any]:
    who = o.caseworker if not partner else f.User.objects.system()
    return {"acting_user": who, "on": on} | ({"partner": partner} if partner else {})


def page(user: Any, name: str, *args: Any) -> str:
    browser = Browser()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    answer = browser.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_referral_from_asking_to_its_result_with_both_deadlines(o: f.Office, family: Household) -> None:
    sent = referral_of(family, o.caseworker, ON)
    # 5 working days after Monday 3 June, with 端午 on Monday 10: Tuesday 11 June.
    assert sent.accept_by == date(2024, 6, 11)
    assert sent.due == sent.accept_by
    taken = actions.accept_referral(sent, **given(o, date(2024, 6, 5)))
    # 15 working days after Wednesday 5 June: 6, 7, 11–14, 17–21, 24–27 June.
    assert (taken.state, taken.finish_by) == ("ACCEPTED", date(2024, 6, 27))
    done = actions.finish_referral(
        taken, result=ReferralResult.HELPED, note="资助 380 元", finished_on=date(2024, 6, 20),
        **given(o, date(2024, 6, 21)),
    )  # fmt: skip
    assert (done.state, done.result, done.due) == ("FINISHED", "HELPED", None)
    said = page(o.reviewer, "family-assistance", family.uuid)
    assert "已救助" in said
    assert "资助 380 元" in said


def test_only_what_may_be_claimed_is_referred_with_consent_and_once(o: f.Office, family: Household) -> None:
    asked = {"need": "路费", "agreed_by": "赵甲", "agreed_on": ON}
    with pytest.raises(Refused, match="不能转办"):
        actions.refer(family, item="insurance_full", person_id=family.head_id, **asked, **given(o))
    for gone, words in (
        ({"agreed_by": " "}, "征得本人同意"),
        ({"agreed_on": date(2024, 6, 4)}, "晚于"),
        ({"need": ""}, "什么帮助"),
    ):
        with pytest.raises(Refused, match=words):
            actions.refer(family, item="electricity", person_id=None, **asked | gone, **given(o))
    with pytest.raises(Refused, match="不能办理"):
        actions.refer(family, item="electricity", person_id=None, **asked, acting_user=o.stranger, on=ON)
    first = actions.refer(family, item="electricity", person_id=None, **asked, **given(o))
    with pytest.raises(Refused, match="已经转办"):
        actions.refer(family, item="electricity", person_id=None, **asked, **given(o))
    actions.take_back_referral(first, reason="本人不需要", **given(o))
    actions.refer(family, item="electricity", person_id=None, **asked, **given(o))
    assert family.referrals.count() == 2


def test_a_refusal_says_why_and_nothing_follows_it(o: f.Office, family: Household) -> None:
    sent = referral_of(family, o.caseworker, ON)
    with pytest.raises(Refused, match="原因"):
        actions.refuse_referral(sent, reason=" ", **given(o))
    refused = actions.refuse_referral(sent, reason="已参加职工医保", **given(o))
    for step in (actions.accept_referral, actions.take_back_referral):
        with pytest.raises(Refused, match="不能办"):
            step(refused, **given(o), **({"reason": "再试"} if step is actions.take_back_referral else {}))


def test_a_result_lies_between_acceptance_and_today(o: f.Office, family: Household) -> None:
    taken = actions.accept_referral(referral_of(family, o.caseworker, ON), **given(o, date(2024, 6, 5)))
    for day in (date(2024, 6, 4), date(2024, 6, 7)):
        with pytest.raises(Refused, match="办结日期"):
            actions.finish_referral(
                taken, result=ReferralResult.HELPED, note="好", finished_on=day, **given(o, date(2024, 6, 6))
            )


@pytest.mark.parametrize("wrong", ["state = 'FINISHED'", "state = 'REFUSED'", "agreed_by = ''", "state = 'NEW'"])
def test_the_database_keeps_the_moves_and_what_goes_with_them(o: f.Office, family: Household, wrong: str) -> None:
    sent = referral_of(family, o.caseworker, ON)
    declared = act(Verb.REFER, acting_user=o.caseworker, on=ON)
    with pytest.raises(DatabaseError), transaction.atomic(), declared, connection.cursor() as cursor:
        cursor.execute(f"UPDATE partners_referral SET {wrong} WHERE id = %s", [sent.pk])  # noqa: S608


def test_late_bureaus_stand_on_the_first_page_of_the_township_that_asked(o: f.Office, family: Household) -> None:
    sent = referral_of(family, o.caseworker, ON)
    assert [task.label for task in tasks(o.caseworker, sent.accept_by)] == []
    late = date(2024, 6, 12)
    assert [(task.label, task.count) for task in tasks(o.caseworker, late)] == [("转办逾期", 1)]
    assert tasks(o.stranger, late) == []
    f.awards.office_date(late)
    assert "转办逾期" in page(o.caseworker, "worklist")
    assert "逾期 1 个工作日" in page(o.caseworker, "referral-list")


MONEY = (Award, AwardMember, Entitlement)


def test_a_death_told_by_the_police_opens_work_and_touches_no_payment(o: f.Office, family: Household) -> None:
    before = [list(model.objects.order_by("pk").values()) for model in MONEY]
    told = alert_about(family.head, ON)
    assert told.due_on == add_workdays(ON, 2)
    assert alert_about(family.head, ON) == told  # the same reference is the same alert
    assert [task.label for task in tasks(o.caseworker, ON)] == ["部门提示待核实"]
    said = page(o.caseworker, "alert-detail", told.uuid)
    assert reverse("family-death", args=[family.uuid]) in said
    assert reverse("family-death", args=[family.uuid]) not in page(o.reviewer, "alert-detail", told.uuid)
    # "True, and recorded" is not taken before it is.
    with pytest.raises(Refused, match="还没有登记死亡"):
        actions.settle_alert(told, result=AlertResult.RECORDED, note="村里证明", acting_user=o.caseworker, on=ON)
    assert [list(model.objects.order_by("pk").values()) for model in MONEY] == before
    settled = actions.settle_alert(
        told, result=AlertResult.SOMEBODY_ELSE, note="同名，电话核实本人健在", acting_user=o.caseworker, on=ON
    )
    assert settled.state == "SETTLED"
    assert [list(model.objects.order_by("pk").values()) for model in MONEY] == before
    assert tasks(o.caseworker, ON) == []


def test_somebody_on_no_file_leaves_no_alert(o: f.Office) -> None:
    number = f.member("路人", date(1970, 1, 1)).number
    with act(Verb.OPEN_HOUSEHOLD, acting_user=o.caseworker, on=ON):
        person = f.Household._meta.get_field("head").related_model.new(name="路人", number=number)
        person.save()
    made = actions.receive_alert(
        person, bureau=Bureau.POLICE, told=actions.Told("x", AlertKind.DEATH, ON, ""),
        acting_user=f.User.objects.system(), on=ON,
    )  # fmt: skip
    assert made is None
    assert Alert.objects.count() == 0


def test_a_lead_from_a_bureau_is_a_lead_like_any_other(o: f.Office) -> None:
    lead = actions.receive_lead(
        o.village, bureau=Bureau.MEDICAL_INSURANCE, name="吴老伯", phone="13900001234", circumstances="住院自付八万。",
        acting_user=f.User.objects.system(), on=ON,
    )  # fmt: skip
    assert (lead.source, lead.due) == (LeadSource.BUREAU, add_workdays(ON, 3))
    assert lead.circumstances() == "医疗保障转来：住院自付八万。"
    assert Lead.objects.visible_to(o.caseworker).filter(pk=lead.pk).exists()
    assert not Lead.objects.visible_to(o.stranger).filter(pk=lead.pk).exists()
    f.actions.contact_lead(lead, note="已电话联系", acting_user=o.caseworker, on=ON)


def test_a_check_nobody_answers_is_on_the_first_page_and_holds_up_nothing(o: f.Office) -> None:
    case = f.accepted(o, f.the_zhaos(o, name="孙乙"))  # accepted 21 May
    f.actions.request_check(case, acting_user=o.caseworker, on=f.POSTED)
    # Three working days after Tuesday 21 May: Friday 24 May.
    assert list(unanswered(o.caseworker, date(2024, 5, 24))) == []
    waiting = list(unanswered(o.caseworker, date(2024, 5, 27)))
    assert [one.application for one in waiting] == [case]
    assert list(unanswered(o.stranger, date(2024, 5, 27))) == []
    assert "孙乙" in page(o.caseworker, "check-overdue")
    visited = f.visit(case, acting_user=o.caseworker)  # the work goes on
    assert visited.state == "INVESTIGATED"
    request = visited.check_requests.get()
    f.actions.answer_rest(request, source_office="市医保局", as_of=ON, acting_user=o.caseworker, on=ON)
    assert list(unanswered(o.caseworker, ON)) == []


def test_each_step_is_one_record(o: f.Office, family: Household) -> None:
    sent = referral_of(family, o.caseworker, ON)
    actions.fetch_referral(sent, **given(o, partner="蛟河市医疗保障局"))
    actions.fetch_referral(Referral.objects.get(pk=sent.pk), **given(o, partner="蛟河市医疗保障局"))
    records = Record.objects.about(sent)
    assert [(one.verb, one.payload) for one in records] == [("FETCH_REFERRAL", {"partner": "蛟河市医疗保障局"})]

"""What the first page says waits: accounts, month and money, each at the desk that can do something about it."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.applications import actions
from apps.applications.facts.checks import report_of
from apps.applications.models import Application, CheckScope
from apps.applications.tests import factories as f
from apps.applications.tests.afterwards import delivered
from apps.awards.actions import confirm_month
from apps.core.models import OfficeDate
from apps.eligibility.tests.builders_standards import proposed_standard
from apps.households.actions import approve_account
from apps.households.models import BankAccount
from apps.payments import actions as money
from apps.payments.enums import BatchState
from apps.payments.models import Batch
from apps.payments.simulator import reply

pytestmark = pytest.mark.django_db
OTHER = "6222020000000000020"


@pytest.fixture
def o() -> f.Office:
    return f.office(f.PAY_DAY)


@pytest.fixture
def family(o: f.Office) -> Application:
    """On benefit, and told so."""
    case = f.confirmed(o)
    delivered(o, case)
    return case


def desk(user: User) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=user.pk), backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(response: Any) -> str:
    return response.content.decode()


def tasks(user: User) -> dict[str, tuple[str, str]]:
    found = desk(user).get("/").context["money_tasks"]
    return {task.label: (task.value, task.url) for task in found}


def test_a_proposed_standard_waits_on_the_reviewer_s_desk(o: f.Office) -> None:
    proposed_standard(o.chief, on=f.OPENED, start=date(2024, 12, 1))
    assert tasks(o.reviewer)["政策标准待核准"] == ("1 件", reverse("standard-list"))
    assert "政策标准待核准" not in tasks(o.chief)


def test_a_payment_that_came_back_walks_from_desk_to_desk(o: f.Office, family: Application) -> None:
    f.paid(o, failing={1: "14"})
    failed, accounts = reverse("failed-list"), reverse("account-list")
    assert tasks(o.caseworker) == {"收款失败待更正": ("1 户", failed)}
    assert tasks(o.leader) == tasks(o.stranger) == {}
    assert "更正后可重新发放" not in tasks(o.maker)
    account = f.change_account(family.household, OTHER, acting_user=o.caseworker)
    assert tasks(o.caseworker) == {}
    assert tasks(o.leader) == tasks(o.reviewer) == {"收款账户待核准": ("1 个", accounts)}
    assert tasks(o.other_leader) == {}
    approve_account(account, acting_user=o.leader, on=f.PAY_DAY)
    assert tasks(o.leader) == {}
    assert tasks(o.maker)["更正后可重新发放"] == ("1 笔", failed)


def test_the_list_of_accounts_leads_to_the_approval(o: f.Office, family: Application) -> None:
    account = f.change_account(family.household, OTHER, acting_user=o.caseworker)
    shown = text(desk(o.leader).get(reverse("account-list")))
    for words in ("赵甲", "吉林银行", "**** 0020", reverse("account-approve", args=[account.uuid])):
        assert words in shown
    assert "赵甲" not in text(desk(o.other_leader).get(reverse("account-list")))


def test_an_account_that_comes_with_a_case_waits_for_the_case(o: f.Office) -> None:
    f.submitted(o)
    assert "收款账户待核准" not in tasks(o.leader)
    assert "赵甲" not in text(desk(o.leader).get(reverse("account-list")))
    shown = text(desk(o.leader).get(reverse("account-list"), {"show": "all"}))
    assert "随申请确认时一并核准" in shown
    assert reverse("account-approve", args=[BankAccount.objects.get().uuid]) not in shown


def test_a_month_is_called_for_only_when_it_can_be_begun(o: f.Office, family: Application) -> None:
    months, batches = reverse("month-list"), reverse("batch-list")
    assert tasks(o.maker) == {"2024年6月待核定": ("1", months)}
    run = confirm_month(f.calculated(o), acting_user=o.checker, on=f.PAY_DAY)
    assert tasks(o.maker) == {"待编制批次的月份": ("1", batches)}
    OfficeDate.objects.update(day=date(2024, 7, 3))
    assert tasks(o.maker) == {"待编制批次的月份": ("1", batches)}
    shown = text(desk(o.maker).get(months))
    assert "2024年7月还不能开始核定" in shown
    assert "开始核定 2024年7月" not in shown
    assert f'请先办完 <a href="{run.get_absolute_url()}">2024年6月</a>：待编制批次' in shown
    assert not Batch.objects.exists()


def test_the_tiles_add_up_to_the_heading(o: f.Office) -> None:
    for name, made in (("甲", f.drafted), ("乙", lambda o, n: f.accepted(o, f.the_zhaos(o, name=n)))):
        made(o, name)
    shown = desk(o.caseworker).get("/")
    assert shown.context["count"] == sum(tile.count for tile in shown.context["pressing"]) == 2
    assert "<b>0</b>" not in text(shown)


def test_only_who_can_begin_an_application_is_told_to(o: f.Office) -> None:
    assert "从“新申请”开始" in text(desk(o.caseworker).get("/"))
    for other in (o.leader, o.reviewer, o.auditor):
        shown = text(desk(other).get("/"))
        assert "没有轮到您的事" in shown
        assert reverse("application-new") not in shown


def waiting_for(user: User) -> list[str]:
    return [case.number for case, _ in desk(user).get("/").context["cases"]]


def test_a_difference_brings_the_case_back_to_who_handles_it(o: f.Office) -> None:
    case = f.investigated(o)
    assert (waiting_for(o.caseworker), waiting_for(o.leader)) == ([], [case.number])
    case = f.found(case, CheckScope.DEPOSIT, 500_000, acting_user=o.caseworker)
    assert (waiting_for(o.caseworker), waiting_for(o.leader)) == ([case.number], [])
    page = desk(o.caseworker).get(case.get_absolute_url())
    assert next((one.label, one.tone) for one in page.context["buttons"]) == ("说明差异", "primary")
    keys = [one.key for one in report_of(case, on=f.POSTED).unexplained]
    actions.explain_difference(case, keys=keys, ground="补助款，有凭证", acting_user=o.caseworker, on=f.POSTED)
    assert (waiting_for(o.caseworker), waiting_for(o.leader)) == ([], [case.number])


def test_what_comes_to_light_during_the_notice_too(o: f.Office) -> None:
    case = f.publicised(o)
    assert waiting_for(o.caseworker) == []
    f.found(case, CheckScope.VEHICLE, None, acting_user=o.caseworker)
    assert waiting_for(o.caseworker) == [case.number]


def test_a_visit_alone_is_not_yet_the_leaders_turn(o: f.Office) -> None:
    case = f.visit(f.checked(f.accepted(o), acting_user=o.caseworker), acting_user=o.caseworker)
    # 入户已登记，民主评议还没有
    assert (waiting_for(o.caseworker), waiting_for(o.leader)) == ([case.number], [])
    f.appraised(case, acting_user=o.caseworker)
    assert (waiting_for(o.caseworker), waiting_for(o.leader)) == ([], [case.number])


def test_a_request_nobody_answers_falls_due_in_three_working_days(o: f.Office) -> None:
    case = f.accepted(o)
    request = actions.request_check(case, acting_user=o.caseworker, on=f.POSTED)
    case.refresh_from_db()
    assert case.check_asked_on == f.POSTED
    actions.answer_rest(request, source_office="核对平台", as_of=f.POSTED, acting_user=o.caseworker, on=f.POSTED)
    case.refresh_from_db()
    assert (case.check_asked_on, case.unexplained) == (None, False)


def test_what_a_second_person_decides_about_bank_files_is_on_their_desk(o: f.Office, family: Application) -> None:
    sent = f.batch_at(o, BatchState.SUBMITTED)
    money.ask_again(sent, reason="网银没有收到文件", acting_user=o.maker, on=f.PAY_DAY)
    assert tasks(o.checker)["银行文件再次下载待同意"] == ("1", reverse("batch-list"))
    assert "网银没有收到文件" in text(desk(o.checker).get(reverse("batch-list")))
    given = {"bank": "DKYH", "name": "定宽银行", "layout": "DKWB-1", "since": date(2024, 8, 1), "ground": "协议2号"}
    money.propose_agency(**given, acting_user=o.chief, on=f.PAY_DAY)
    assert tasks(o.checker)["代发银行待核准"] == ("1", reverse("agency-list"))
    extra = reply(sent.bank_file.content(), on=f.PAY_DAY, failing={}, extra=True)
    money.import_return(sent, content=extra, acting_user=o.maker, on=f.PAY_DAY)
    assert tasks(o.chief)["回盘多出支付待查明"] == ("1", reverse("alarm-list"))
    answer = reply(sent.bank_file.content(), on=f.PAY_DAY, failing={})
    money.import_return(sent, content=answer, acting_user=o.maker, on=f.PAY_DAY)
    paper = {"code": "52", "returned_on": f.PAY_DAY, "ground": "退票通知1号"}
    money.propose_late_return(sent.instructions.earliest("pk"), **paper, acting_user=o.maker, on=f.PAY_DAY)
    assert tasks(o.checker)["退票待确认"] == ("1 笔", reverse("batch-list"))


def test_the_money_of_the_month_has_its_day(o: f.Office, family: Application) -> None:
    """June's money by 10 June, which is the 端午 holiday: four working days remain on 3 June."""
    shown = desk(o.chief).get("/").context["pay_day"]
    assert (shown.month.label(), shown.stands.due, shown.stands.label) == (
        "2024年6月",
        date(2024, 6, 10),
        "还剩 4 个工作日",
    )
    assert desk(o.caseworker).get("/").context["pay_day"] is None
    waits = [one.due for one in desk(o.caseworker).get(family.get_absolute_url()).context["countings"]]
    assert waits == [date(2024, 6, 10)]
    f.paid(o)
    assert desk(o.chief).get("/").context["pay_day"] is None
    assert desk(o.caseworker).get(family.get_absolute_url()).context["countings"] == []


def test_money_that_is_late_is_late_into_the_next_month(o: f.Office, family: Application) -> None:
    f.calculated(o)
    OfficeDate.objects.update(day=date(2024, 7, 1))
    shown = desk(o.checker).get("/").context["pay_day"]
    # 11 to 30 June: fourteen working days, and 1 July
    assert (shown.month.label(), shown.stands.tone, shown.stands.label) == ("2024年6月", "bad", "逾期 15 个工作日")

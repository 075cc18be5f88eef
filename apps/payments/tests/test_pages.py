"""The pages of the month, as the maker, the checker, the chief and a township see them."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.payments.enums import BatchState, InstructionState
from apps.payments.invariants import INVARIANTS
from apps.payments.models import Batch, Instruction, ReturnFile
from apps.payments.simulator import reply
from apps.payments.tests.office import TODAY, PayOffice

pytestmark = pytest.mark.django_db

Login = Callable[[str], Client]
# What the signed roster of the small office's May says.
ROSTER = {"declared_count": 4, "declared_total_fen": "1263.00"}


def at(name: str, *args: Any) -> str:
    return reverse(name, args=args)


def text(response: Any) -> str:
    return response.content.decode()


def test_the_month_is_clicked_through_by_three_people(office: PayOffice, login: Login) -> None:
    maker, checker, chief = login("maker"), login("checker"), login("chief")
    assert "编制2024年5月批次" in text(maker.get(at("batch-list")))
    assert "1,263.00" in text(maker.get(at("month-draw", office.run.pk)))
    drawn = maker.post(at("month-draw", office.run.pk))
    batch = Batch.objects.get()
    assert drawn["Location"] == batch.get_absolute_url()
    assert "送审 4 笔、1,263.00 元" in text(maker.get(at("batch-detail", batch.pk)))
    assert maker.post(at("batch-freeze", batch.pk), ROSTER).status_code == 302

    shown = text(checker.get(at("batch-approve", batch.pk)))
    assert maker.get(at("month-draw", office.run.pk)).status_code == 409
    batch.refresh_from_db()
    assert "批准 4 笔、1,263.00 元" in shown
    assert batch.content_sha256 in shown
    assert checker.post(at("batch-approve", batch.pk), {"content_sha256": batch.content_sha256}).status_code == 302
    assert "放行 4 笔、1,263.00 元" in text(chief.get(at("batch-detail", batch.pk)))
    assert chief.post(at("batch-release", batch.pk)).status_code == 302

    assert maker.post(at("batch-download", batch.pk), {"reason": ""}).status_code == 422
    file = maker.post(at("batch-download", batch.pk), {"reason": "送农商行网银"})
    assert file.content.startswith(b"H|FF202405-001|CNY|4|1263.00|20240520\r\n")
    assert "测试maker 已于 2024-05-20 下载" in text(maker.get(at("batch-download-again", batch.pk)))
    assert maker.post(at("batch-submit", batch.pk)).status_code == 302

    answer = maker.post(at("batch-simulate", batch.pk), {"failing": "1", "code": "14"}).content
    brought = maker.post(at("batch-return", batch.pk), {"file": SimpleUploadedFile("r.txt", answer)}, follow=True)
    assert "到账 3 笔，未成功 1 笔" in text(brought)
    assert "待更正" in text(brought)
    assert "账号不存在" in text(maker.get(at("failed-list")))
    assert "请至少选一笔" in text(maker.post(at("payment-reissue")))
    office.new_account(office.households[0], "6217000010009999999")
    assert "重新发放已更正的 1 笔" in text(maker.get(at("failed-list")))
    failed = Instruction.objects.get(state=InstructionState.REJECTED)
    assert maker.post(at("payment-reissue"), {"entitlements": [failed.entitlement_id]}).status_code == 302
    assert "已另批发放：1 笔、300.00 元" in text(checker.get(at("batch-close", batch.pk)))
    assert checker.post(at("batch-close", batch.pk)).status_code == 302
    batch.refresh_from_db()
    assert batch.state == BatchState.CLOSED
    assert f"{len(INVARIANTS)} 项全部相符" in text(checker.get(at("batch-detail", batch.pk)))


def test_a_batch_is_sent_with_what_the_signed_roster_says(office: PayOffice, login: Login) -> None:
    batch, maker = office.draft(), login("maker")
    for wrong, told in (
        ({"declared_count": 5}, "花名册签的是 5 笔，批次里是 4 笔"),
        ({"declared_total_fen": "1262.99"}, "花名册签的是 1,262.99 元，批次里是 1,263.00 元"),
    ):
        answer = maker.post(at("batch-freeze", batch.pk), ROSTER | wrong)
        assert (answer.status_code, told in text(answer)) == (409, True)
    assert maker.post(at("batch-freeze", batch.pk), {}).status_code == 422
    assert maker.post(at("batch-freeze", batch.pk), ROSTER).status_code == 302


def test_the_checker_is_shown_the_accounts_that_changed_lately(office: PayOffice, login: Login) -> None:
    office.new_account(office.households[0], "6217000010009999999")
    batch = office.cleared(office.frozen())
    page = text(login("checker").get(at("batch-approve", batch.pk)))
    assert "近三十天更换过的账户" in page
    assert "**** 9999" in page
    assert "**** 0001" not in page


def test_until_the_file_was_taken_out_that_is_the_way_on(office: PayOffice, login: Login) -> None:
    batch, maker = office.sealed(), login("maker")
    page = maker.get(at("batch-detail", batch.pk))
    assert (page.context["records"][0].title, page.context["records"][0].who) == ("编制发放批次", "测试maker")
    before = text(page)
    assert f'<a class="btn btn-primary" href="{at("batch-download", batch.pk)}">下载银行文件…</a>' in before
    assert "登记已送银行" not in before
    asked = text(maker.get(at("batch-download", batch.pk)))
    assert "请送交银行，再返回批次登记送交" in asked
    assert f'<a href="{at("batch-submit", batch.pk)}">送交银行后，登记已送银行</a>' in asked
    assert f'href="{batch.get_absolute_url()}">返回批次</a>' in asked
    assert "不办理" not in asked
    maker.post(at("batch-download", batch.pk), {"reason": "送农商行网银"})
    after = text(maker.get(at("batch-detail", batch.pk)))
    assert f'<a class="btn btn-primary" href="{at("batch-submit", batch.pk)}">登记已送银行</a>' in after
    assert "已下载" in after
    assert "撤销批次" not in after


def test_a_changed_account_is_told_with_the_way_out(office: PayOffice, login: Login) -> None:
    batch, maker = office.draft(), login("maker")
    office.new_account(office.households[0], "6217000010009999999")
    told = maker.post(at("batch-freeze", batch.pk), ROSTER)
    assert told.status_code == 409
    assert "户主甲·0的收款账户（或户名）在编制之后变更过。请由编制人在批次页按“按现用账户更新 1 笔”" in text(told)
    assert f'<a href="{batch.get_absolute_url()}">看最新情况</a>' in text(told)
    assert f'href="{at("batch-refresh", batch.pk)}">按现用账户更新 1 笔</a>' in text(
        maker.get(batch.get_absolute_url())
    )


def test_a_changed_content_is_told_with_409(office: PayOffice, login: Login) -> None:
    batch = office.frozen()
    response = login("checker").post(at("batch-approve", batch.pk), {"content_sha256": "0" * 64})
    assert response.status_code == 409
    assert "批次内容在您查看之后变过" in text(response)


def test_a_wrong_return_file_shows_its_errors_by_line(office: PayOffice, login: Login) -> None:
    batch = office.submitted()
    good = office.answer(batch).decode("gb18030")
    bad = (
        good.replace("|300.00|", "|300.01|").replace("|1263.00|", "|1263.01|", 1).replace("T|4|1263.00", "T|4|1263.01")
    )
    response = login("maker").post(
        at("batch-return", batch.pk), {"file": SimpleUploadedFile("r.txt", bad.encode("gb18030"))}, follow=True
    )
    assert "金额 300.01 元与送出的 300.00 元不符" in text(response)
    assert "整份文件没有导入" in text(response)
    assert response.redirect_chain[0][0] == at("return-file", ReturnFile.objects.get().pk)
    assert not Instruction.objects.exclude(state=InstructionState.SUBMITTED).exists()


def test_an_invented_recipient_raises_the_alarm(office: PayOffice, login: Login) -> None:
    batch = office.submitted()
    good = office.answer(batch).decode("gb18030")
    strange = good.replace(str(Instruction.objects.first().end_to_end_id), "99999999-9999-5999-8999-999999999999")
    file = SimpleUploadedFile("r.txt", strange.encode("gb18030"))
    response = login("maker").post(at("batch-return", batch.pk), {"file": file}, follow=True)
    assert "有本系统没有发出的支付" in text(response)


def test_an_empty_file_is_answered(office: PayOffice, login: Login) -> None:
    batch = office.submitted()
    file = SimpleUploadedFile("r.txt", b"")
    answer = login("maker").post(at("batch-return", batch.pk), {"file": file})
    assert answer.status_code == 409
    assert "文件是空的" in text(answer)


PAGES = ["freeze", "refresh", "approve", "send-back", "release", "cancel", "close", "download", "submit", "return"]


@pytest.mark.parametrize("page", [*PAGES, "simulate"])
def test_acts_are_closed_to_those_without_the_post(office: PayOffice, login: Login, page: str) -> None:
    batch = office.draft()
    for name in ("auditor", "admin", "caseworker", "reviewer"):
        assert login(name).post(at(f"batch-{page}", batch.pk)).status_code == 403
    assert Client().get(at(f"batch-{page}", batch.pk)).status_code == 302


@pytest.mark.parametrize("page", [p for p in PAGES if p not in ("freeze", "refresh", "cancel")])
def test_an_act_whose_time_has_not_come_says_so(office: PayOffice, login: Login, page: str) -> None:
    batch = office.draft()
    who = {"approve": "checker", "send-back": "checker", "release": "chief", "close": "checker"}.get(page, "maker")
    assert login(who).get(at(f"batch-{page}", batch.pk)).status_code == 409


def test_batches_are_read_by_auditor_and_payments_only(office: PayOffice, login: Login) -> None:
    batch = office.draft()
    for url in (at("batch-list"), at("batch-detail", batch.pk), at("batch-lines", batch.pk)):
        assert login("auditor").get(url).status_code == 200
        for name in ("admin", "caseworker", "reviewer"):
            assert login(name).get(url).status_code == 403
    assert login("auditor").get(at("batch-detail", batch.pk + 1)).status_code == 404
    assert "户主甲" in text(login("maker").get(at("batch-lines", batch.pk) + "?state=QUEUED"))
    assert "没有这样的支付" in text(login("maker").get(at("batch-lines", batch.pk) + "?state=PAID"))


def test_a_payment_is_found_by_its_payee(office: PayOffice, login: Login) -> None:
    lines = at("batch-lines", office.draft().pk)
    for said in ("户主乙", office.households[1].number):
        page = text(login("maker").get(lines, {"q": said}))
        assert "户主乙·1" in page
        assert "户主甲" not in page
    assert "没有这样的支付" in text(login("maker").get(lines, {"q": "户主乙", "state": "PAID"}))


def test_the_whole_batch_is_summed_up(office: PayOffice, login: Login) -> None:
    batch = office.submitted()
    office.imported(batch, {1: "14"})
    foot = text(login("maker").get(at("batch-detail", batch.pk))).split("<tfoot>")[1].split("</tfoot>")[0]
    assert re.findall(r"[0-9,]+\.[0-9]{2}", foot) == ["1,263.00", "963.00", "300.00"]


def test_the_pages_of_an_account_tell_whose_it_is_and_what_the_bank_said(office: PayOffice, login: Login) -> None:
    family, clerk = office.households[0], login("caseworker")
    page = at("account-new", family.uuid)
    assert "更换户主甲·0一家的收款账户" in text(clerk.get(page))
    assert "银行退回" not in text(clerk.get(page))
    office.imported(office.submitted(), {1: "51"})
    assert "现用账户 **** 0000：2024年5月发放时银行退回：51 账户冻结" in text(clerk.get(page))
    given = {"payee_kind": "HEAD", "holder": family.head_id, "bank_name": "农商行", "number": "012345678901"}
    with act(Verb.LOAD_DEMO, acting_user=office.admin, on=TODAY):
        family.memberships.create(person=family.head, relation="HEAD", since=TODAY)
    assert clerk.post(page, given).status_code == 302
    for name in ("account-approve", "account-reject"):
        asked = text(login("leader").get(at(name, family.accounts.get(state="PROPOSED").uuid)))
        assert "户主甲·0一家" in asked
        assert "银行退回：51 账户冻结" in asked
        assert f'href="{family.get_absolute_url()}">不办理，返回</a>' in asked


def test_reissuing_can_be_left(office: PayOffice, login: Login) -> None:
    office.imported(office.submitted(), {1: "90"})
    assert f'href="{at("failed-list")}">不办理，返回</a>' in text(login("maker").get(at("payment-reissue")))


def test_townships_see_their_own_failed_payments_and_families(office: PayOffice, login: Login) -> None:
    batch = office.submitted()
    office.imported(batch, {1: "14"})
    own, foreign = login("caseworker"), login("stranger")
    assert "户主甲" in text(own.get(at("failed-list")))
    assert "户主甲" not in text(foreign.get(at("failed-list")))
    page = at("household-payments", office.households[0].uuid)
    assert "账号不存在" in text(own.get(page))
    assert foreign.get(page).status_code == 404
    assert own.post(at("payment-reissue")).status_code == 403


def test_what_is_owed_and_not_sent_shows_on_the_familys_page(office: PayOffice, login: Login) -> None:
    office.put_account_away(office.households[0])
    office.draft()
    assert "应发未发" in text(login("caseworker").get(at("household-payments", office.households[0].uuid)))
    assert "1 笔待补账户" in text(login("maker").get(at("batch-list")))
    office.new_account(office.households[0], "6217000010009999999")
    assert "补编 1 笔" in text(login("maker").get(at("batch-list")))
    assert login("maker").post(at("month-draw-rest", office.run.pk)).status_code == 302
    assert login("maker").post(at("month-draw-rest", office.run.pk)).status_code == 409


@pytest.mark.parametrize(
    ("said", "failed"), [("2，4", {2, 4}), ("户主丙·2、1", {1, 2}), ("", set()), ("3", {3}), (" 1, 1 ", {1})]
)
def test_the_simulated_bank_fails_the_lines_named(office: PayOffice, login: Login, said: str, failed: set) -> None:
    batch = office.submitted()
    assert login("maker").get(at("batch-simulate", batch.pk)).context["form"]["failing"].value() is None
    answer = login("maker").post(at("batch-simulate", batch.pk), {"failing": said, "code": "51"}).content
    codes = [row.split("|")[4] for row in answer.decode("gb18030").split("\r\n")[1:-2]]
    assert {place for place, code in enumerate(codes, start=1) if code == "51"} == failed


@pytest.mark.parametrize(
    ("said", "told"),
    [("5", "没有第 5 笔"), ("0", "1 到 4 之间"), ("1,王某", "没有户名为“王某”的支付"), ("-1", "没有户名")],
)
def test_a_line_that_is_not_there_cannot_fail(office: PayOffice, login: Login, said: str, told: str) -> None:
    batch = office.submitted()
    answer = login("maker").post(at("batch-simulate", batch.pk), {"failing": said, "code": "51"})
    assert answer.status_code == 422
    assert told in text(answer)


def test_no_simulated_bank_on_the_real_calendar(office: PayOffice, login: Login, settings: Any) -> None:
    batch = office.submitted()
    settings.OFFICE_DATE = False
    assert login("maker").get(at("batch-simulate", batch.pk)).status_code == 404
    with pytest.raises(CommandError, match="演示"):
        call_command("bank_reply", "--batch", batch.number)


def test_the_bank_answers_on_the_command_line(office: PayOffice, tmp_path: Any) -> None:
    batch, out = office.submitted(), tmp_path / "reply.txt"
    call_command("bank_reply", "--batch", batch.number, "--fail", "3:14", "--out", str(out))
    assert out.read_bytes() == reply(batch.bank_file.content(), on=TODAY, failing={3: "14"})
    for wrong in (["--fail", "3"], ["--fail", "x:14"], ["--fail", "3:77"]):
        with pytest.raises(CommandError, match="3:14"):
            call_command("bank_reply", "--batch", batch.number, *wrong)
    with pytest.raises(CommandError, match="没有正在等回盘的批次"):
        call_command("bank_reply", "--batch", "FF000000-001")

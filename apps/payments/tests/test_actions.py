"""The office's month: drawn, checked, released, sent, answered, mended and closed to the fen."""

import pytest
from django.db.models import Sum

from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.awards.enums import RunState
from apps.core.refusal import Refused
from apps.payments import actions
from apps.payments.enums import BatchState, InstructionState, LedgerAccount, Purpose
from apps.payments.facts import closing_of, totals, without_account
from apps.payments.invariants import broken_invariants
from apps.payments.mending import failed_payments
from apps.payments.models import BankFile, Batch, Entitlement, Instruction, LedgerEntry, ReturnFile
from apps.payments.tests.office import TODAY, PayOffice, declared

pytestmark = pytest.mark.django_db

# Four families: 300.00, 310.50, 321.00 and 331.50 yuan.
TOTAL = 30000 + 31050 + 32100 + 33150


def refusal(code: str) -> object:
    return pytest.raises(Refused, check=lambda refused: refused.code == code)


def balance(account: str) -> int:
    return LedgerEntry.objects.filter(account=account).aggregate(fen=Sum("amount_fen"))["fen"] or 0


def failed() -> list[Entitlement]:
    return list(Entitlement.objects.failed())


def test_a_month_with_one_failed_payment_closes_to_the_fen(office: PayOffice) -> None:
    batch = office.submitted()
    assert (batch.state, batch.expected_count, batch.expected_total_fen) == (BatchState.SUBMITTED, 4, TOTAL)
    wrong = Instruction.objects.get(amount_fen=31050)
    file = office.imported(batch, {office.sequence_of(wrong): "14"})
    assert (file.outcome, file.paid_count, file.failed_count) == ("APPLIED", 3, 1)
    wrong.refresh_from_db()
    assert (wrong.state, wrong.failure_code, wrong.failure_text) == (InstructionState.REJECTED, "14", "账号不存在")

    with refusal("account_unchanged"):
        actions.reissue(failed(), acting_user=office.maker, on=TODAY)
    office.new_account(wrong.entitlement.household, "6217000010009999999")
    again = actions.reissue(failed(), acting_user=office.maker, on=TODAY)
    assert again.purpose == Purpose.REISSUE
    assert closing_of(Batch.objects.get(pk=batch.pk)).elsewhere == (1, 31050)
    office.imported(office.submitted(again))
    for one in (batch, again):
        actions.close(one, acting_user=office.checker, on=TODAY)

    paid = Instruction.objects.filter(state=InstructionState.PAID)
    assert paid.aggregate(fen=Sum("amount_fen"))["fen"] == TOTAL
    assert not failed()
    assert (balance(LedgerAccount.EXPENSE), balance(LedgerAccount.CASH)) == (TOTAL, -TOTAL)
    assert (balance(LedgerAccount.PAYABLE), balance(LedgerAccount.IN_TRANSIT)) == (0, 0)
    assert broken_invariants() == []
    retried = wrong.entitlement.instructions.get(attempt_no=2)
    assert retried.end_to_end_id != wrong.end_to_end_id
    assert retried.account_mask == "**** 9999"


def test_drawing_seals_the_month_and_says_what_is_owed(office: PayOffice) -> None:
    batch = office.draft()
    office.run.refresh_from_db()
    assert office.run.state == RunState.SEALED
    assert Entitlement.objects.count() == batch.instructions.count() == 4
    assert [(t["count"], t["total_fen"]) for t in totals(batch)] == [(2, 30000 + 32100), (2, 31050 + 33150)]
    assert (balance(LedgerAccount.EXPENSE), balance(LedgerAccount.PAYABLE)) == (TOTAL, -TOTAL)
    with refusal("illegal_move"):
        office.draft()


def test_a_family_without_account_waits_and_is_drawn_later(office: PayOffice) -> None:
    family = office.households[2]
    office.put_account_away(family)
    batch = office.draft()
    assert batch.instructions.count() == 3
    assert [owed.household for owed in without_account(office.run.month)] == [family]
    with refusal("nothing_to_draw"):
        actions.draw_up_rest(office.run, acting_user=office.maker, on=TODAY)
    office.new_account(family, "6217000010008888888")
    rest = actions.draw_up_rest(office.run, acting_user=office.maker, on=TODAY)
    assert rest.instructions.get().amount_fen == 32100
    assert rest.number != batch.number


def test_an_office_without_any_account_owes_but_draws_no_batch(office: PayOffice) -> None:
    for family in office.households:
        office.put_account_away(family)
    assert actions.draw_up(office.run, acting_user=office.maker, on=TODAY) is None
    assert Entitlement.objects.count() == 4


def test_three_persons_are_needed(office: PayOffice) -> None:
    batch = office.frozen()
    for user in (office.maker, office.auditor, office.admin, office.caseworker):
        with refusal("not_permitted"):
            actions.approve(batch, content_sha256=batch.content_sha256, acting_user=user, on=TODAY)
    office.appoint(office.maker, "PAYMENTS_CHECKER")
    with refusal("own_work"):
        actions.approve(batch, content_sha256=batch.content_sha256, acting_user=office.maker, on=TODAY)
    batch = actions.approve(batch, content_sha256=batch.content_sha256, acting_user=office.checker, on=TODAY)
    for user in (office.maker, office.checker):
        office.appoint(user, "BUREAU_CHIEF")
        with refusal("own_work"):
            actions.release(batch, acting_user=user, on=TODAY)
    assert actions.release(batch, acting_user=office.chief, on=TODAY).state == BatchState.SEALED


def test_an_approval_is_of_the_content_seen(office: PayOffice) -> None:
    batch = office.frozen()
    seen = batch.content_sha256
    actions.send_back(batch, reason="有一户账户要改", acting_user=office.checker, on=TODAY)
    office.new_account(office.households[0], "6217000010007777777")
    with refusal("account_changed"):
        actions.freeze(batch, **declared(batch), acting_user=office.maker, on=TODAY)
    actions.refresh_accounts(batch, acting_user=office.maker, on=TODAY)
    assert Record.objects.about(batch).filter(verb=Verb.REFRESH_BATCH).count() == 1
    batch = actions.freeze(batch, **declared(batch), acting_user=office.maker, on=TODAY)
    assert batch.content_sha256 != seen
    with refusal("content_changed"):
        actions.approve(batch, content_sha256=seen, acting_user=office.checker, on=TODAY)


def test_an_account_changed_after_approval_stops_the_release(office: PayOffice) -> None:
    batch = office.approved()
    office.new_account(office.households[0], "6217000010007777777")
    with refusal("account_changed"):
        actions.release(batch, acting_user=office.chief, on=TODAY)
    batch = actions.send_back(batch, reason="账户变更", acting_user=office.chief, on=TODAY)
    assert (batch.state, batch.approved_by, batch.approved_sha256) == (BatchState.DRAFT, None, "")


def test_the_file_is_sealed_and_says_exactly_the_batch(office: PayOffice) -> None:
    batch = office.sealed()
    file = BankFile.objects.get(batch=batch)
    assert "户主" not in bytes(file.content_sealed).decode("latin1")
    lines = file.content().decode("gb18030").splitlines()
    assert lines[0] == f"H|FF202405-001|CNY|4|{TOTAL // 100}.{TOTAL % 100:02d}|20240520"
    assert lines[1].split("|")[3:] == ["6217000010001200000", "户主甲·0", "300.00", "2024年5月低保"]
    assert (file.line_count, file.total_fen) == (4, TOTAL)


def test_downloads_need_a_reason_and_tell_of_each_other(office: PayOffice) -> None:
    batch = office.sealed()
    with refusal("reason_needed"):
        actions.download(batch, reason=" ", acting_user=office.maker, on=TODAY)
    with refusal("not_downloaded"):
        actions.submit(batch, acting_user=office.maker, on=TODAY)
    first = actions.download(batch, reason="送农商行网银", acting_user=office.maker, on=TODAY)
    with refusal("consent_needed"):
        actions.download(batch, reason="网银上传失败重送", acting_user=office.maker, on=TODAY)
    wanted = actions.ask_again(batch, reason="网银上传失败重送", acting_user=office.maker, on=TODAY)
    actions.grant_download(wanted, acting_user=office.checker, on=TODAY)
    second = actions.download(batch, reason="网银上传失败重送", acting_user=office.maker, on=TODAY)
    assert (first.earlier, second.earlier) == ((), ("测试maker（2024-05-20）",))
    assert first.content == second.content
    assert Record.objects.filter(verb=Verb.DOWNLOAD_FILE).count() == 2
    with refusal("file_handed_out"):
        actions.cancel(batch, reason="不发了", acting_user=office.maker, on=TODAY)


def test_what_a_cancelled_batch_held_can_be_drawn_again(office: PayOffice) -> None:
    batch = actions.cancel(office.approved(), reason="月份选错", acting_user=office.maker, on=TODAY)
    assert set(batch.instructions.values_list("state", flat=True)) == {InstructionState.CANCELLED}
    rest = actions.draw_up_rest(office.run, acting_user=office.maker, on=TODAY)
    assert list(rest.instructions.values_list("attempt_no", flat=True)) == [2, 2, 2, 2]
    office.imported(office.submitted(rest))
    assert broken_invariants() == []


def test_only_the_maker_hands_over_and_a_submitted_batch_is_not_cancelled(office: PayOffice) -> None:
    batch = office.draft()
    office.appoint(office.auditor, "PAYMENTS_MAKER")
    with refusal("not_the_maker"):
        actions.freeze(batch, **declared(batch), acting_user=office.auditor, on=TODAY)
    batch = office.submitted(batch)
    with refusal("illegal_move"):
        actions.cancel(batch, reason="不发了", acting_user=office.maker, on=TODAY)


def test_a_bank_fault_is_tried_again_with_the_same_account(office: PayOffice) -> None:
    batch = office.submitted()
    office.imported(batch, {1: "90", 2: "12"})
    ready = [one for one in failed_payments(failed()) if one.ready]
    assert [one.instruction.failure_code for one in ready] == ["90"]
    again = actions.reissue([one.instruction.entitlement for one in ready], acting_user=office.maker, on=TODAY)
    assert again.instructions.count() == 1
    with refusal("nothing_to_reissue"):
        actions.reissue([one.instruction.entitlement for one in ready], acting_user=office.maker, on=TODAY)


def test_a_wrong_name_is_mended_by_an_account_approved_anew(office: PayOffice) -> None:
    batch = office.submitted()
    office.imported(batch, {1: "12"})
    family = office.households[0]
    number = Instruction.objects.get(failure_code="12").account.full_number()
    office.new_account(family, number)
    assert [one.ready for one in failed_payments(failed())] == [False]
    office.new_account(family, number, name="户主佳")
    again = actions.reissue(failed(), acting_user=office.maker, on=TODAY)
    assert again.instructions.get().payee_name == "户主佳"


def test_missing_lines_become_unknown_and_block_reissue_and_close(office: PayOffice) -> None:
    batch = office.submitted()
    file = office.imported(batch, missing=(2, 3))
    batch.refresh_from_db()
    assert (batch.state, file.paid_count, file.unknown_count) == (BatchState.RETURNED, 2, 2)
    unknown = Instruction.objects.filter(state=InstructionState.UNKNOWN)
    with refusal("nothing_to_reissue"):
        actions.reissue([one.entitlement for one in unknown], acting_user=office.maker, on=TODAY)
    with refusal("unanswered"):
        actions.close(batch, acting_user=office.checker, on=TODAY)
    assert broken_invariants() == []
    office.imported(batch, {2: "51"})
    batch.refresh_from_db()
    assert batch.state == BatchState.RECONCILED
    assert Instruction.objects.get(failure_code="51").state == InstructionState.RETURNED
    assert broken_invariants() == []


def test_a_batch_closes_with_open_payments_listed(office: PayOffice) -> None:
    batch = office.submitted()
    office.imported(batch, {1: "52"})
    batch = actions.close(batch, acting_user=office.checker, on=TODAY)
    assert batch.state == BatchState.CLOSED
    told = Record.objects.get(verb=Verb.CLOSE_BATCH).payload
    assert told == {"paid": [3, TOTAL - 30000], "elsewhere": [0, 0], "open": [1, 30000]}
    assert len(failed()) == 1


def test_the_same_file_twice_is_entered_once(office: PayOffice) -> None:
    batch = office.submitted()
    content = office.answer(batch)
    actions.import_return(batch, content=content, acting_user=office.maker, on=TODAY)
    entries = LedgerEntry.objects.count()
    with pytest.raises(Refused, match="已于2024年5月20日由测试maker导入"):
        actions.import_return(batch, content=content, acting_user=office.maker, on=TODAY)
    assert (ReturnFile.objects.count(), LedgerEntry.objects.count()) == (1, entries)


def test_reasons_are_asked_for(office: PayOffice) -> None:
    batch = office.frozen()
    with refusal("reason_needed"):
        actions.send_back(batch, reason=" ", acting_user=office.checker, on=TODAY)
    with refusal("reason_needed"):
        actions.cancel(batch, reason="", acting_user=office.maker, on=TODAY)

"""What must not happen to the money: standards, accounts, awards, months, batches and registers; refused, no trace."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from apps.accounts.roles import Role
from apps.applications import actions
from apps.applications.models import Interruption, InterruptionGround, InterruptionKind
from apps.applications.tests import factories as f
from apps.applications.tests import life
from apps.audit.verbs import Verb
from apps.awards.actions import apply_decision, confirm_month, open_month
from apps.awards.models import Award, MonthRun
from apps.eligibility.actions import approve_standard
from apps.eligibility.tests.builders_standards import proposed_standard
from apps.households.actions import approve_account
from apps.households.models import Household
from apps.office.tests.forbidden import also, database_refuses, desk, nothing_changes, refused, sql
from apps.payments import actions as money
from apps.payments.enums import BatchState
from apps.payments.models import Batch, Entitlement, Instruction
from apps.payments.tests.office import declared
from apps.takeover.actions import approve_register, import_register
from apps.takeover.models import RegisterUpload
from apps.takeover.tests import factories as t

JULY, JULY_3 = date(2024, 7, 1), date(2024, 7, 3)


@pytest.fixture
def o(db: None) -> Iterator[f.Office]:
    return f.office(f.PAY_DAY)


def batch_at(o: f.Office, state: BatchState, **given: Any) -> Batch:
    """June for the Zhaos, 1396.00, brought as far as wanted."""
    f.confirmed(o)
    return f.batch_at(o, state, **given)


def begun_by_hand(award: Award) -> Award:
    """One like it, twelve months later, without anybody's decision."""
    given = {"household": award.household, "township": award.township, "decision": award.decision, "terms": award.terms}
    return Award.objects.create(**given, scheme=award.scheme, first_month=date(2025, 6, 1))


def a_register() -> t.Book:
    book = t.Book()
    book.zhaos()
    return book


# Signing what one put down oneself.


def test_the_chief_who_proposed_a_higher_standard_does_not_make_it_law(o: f.Office) -> None:
    change = proposed_standard(o.chief, on=f.PAY_DAY, start=JULY)
    both = also(o, o.chief, Role.REVIEWER)
    with refused("own_work"):
        approve_standard(change, acting_user=both, on=f.PAY_DAY)
    with database_refuses("change_approved_by_another", Verb.APPROVE_STANDARD, by=both):
        sql(
            "UPDATE eligibility_parameterchange SET state = 'APPROVED', decided_by_id = proposed_by_id,"
            " decided_on = %s WHERE id = %s",
            f.PAY_DAY,
            change.pk,
        )


def test_who_brought_the_passbook_does_not_approve_it(o: f.Office) -> None:
    household = f.confirmed(o).household
    account = f.change_account(household, "6222020000000000038", acting_user=o.caseworker)
    acting_leader = also(o, o.caseworker, Role.TOWNSHIP_LEADER)
    with refused("own_work"):
        approve_account(account, acting_user=acting_leader, on=f.PAY_DAY)
    with database_refuses("account_approved_by_another", Verb.APPROVE_ACCOUNT, by=acting_leader):
        sql("UPDATE households_bankaccount SET decided_by_id = proposed_by_id WHERE id = %s", account.pk)


def test_the_families_of_two_doors_are_not_paid_into_one_passbook(o: f.Office) -> None:
    zhaos = f.confirmed(o).household
    qians = f.confirmed(o, f.the_zhaos(o, name="钱乙")).household
    number = zhaos.accounts.get().full_number()
    with refused("account_shared"):
        f.change_account(qians, number, acting_user=o.caseworker)
    with database_refuses("account_in_use_by_one_family", Verb.APPROVE_ACCOUNT, by=o.leader):
        sql(
            "UPDATE households_bankaccount b SET number_index = a.number_index FROM households_bankaccount a"
            " WHERE a.household_id = %s AND b.household_id = %s",
            zhaos.pk,
            qians.pk,
        )


def test_who_asked_for_a_suspension_does_not_grant_it(o: f.Office) -> None:
    household = life.on_benefit(o)
    wanted = _suspension(o, household)
    lent = also(o, o.caseworker, Role.REVIEWER)
    with refused("own_work"):
        actions.approve_interruption(wanted, acting_user=lent, on=f.PAY_DAY)
    with database_refuses("interruption_decided_by_another", Verb.APPROVE_INTERRUPTION, by=lent):
        Interruption.objects.filter(pk=wanted.pk).update(decided_by=lent, decided_on=f.PAY_DAY)


def test_who_began_the_month_does_not_confirm_its_total(o: f.Office) -> None:
    f.confirmed(o)
    run = f.calculated(o)
    both = also(o, o.maker, Role.PAYMENTS_CHECKER)
    with refused("own_work"):
        confirm_month(run, acting_user=both, on=f.PAY_DAY)
    with database_refuses("month_confirmed_by_another", Verb.CONFIRM_MONTH, by=both):
        sql("UPDATE awards_monthrun SET confirmed_by_id = started_by_id")


def test_the_maker_of_a_batch_does_not_check_it_on_her_colleague_s_day_off(o: f.Office) -> None:
    batch = batch_at(o, BatchState.FROZEN)
    both = also(o, o.maker, Role.PAYMENTS_CHECKER)
    with refused("own_work"):
        money.approve(batch, content_sha256=batch.content_sha256, acting_user=both, on=f.PAY_DAY)
    with database_refuses("batch_approved_by_another", Verb.APPROVE_BATCH, by=both):
        sql(
            "UPDATE payments_batch SET state = 'APPROVED', approved_by_id = drawn_by_id, approved_on = %s,"
            " approved_sha256 = content_sha256",
            f.PAY_DAY,
        )


def test_who_checked_a_batch_does_not_send_it_off_as_well(o: f.Office) -> None:
    batch = batch_at(o, BatchState.APPROVED)
    both = also(o, o.checker, Role.BUREAU_CHIEF)
    with refused("own_work"):
        money.release(batch, acting_user=both, on=f.PAY_DAY)
    with database_refuses("batch_released_by_a_third", Verb.RELEASE_BATCH, by=both):
        sql("UPDATE payments_batch SET state = 'SEALED', released_by_id = approved_by_id, released_on = %s", f.PAY_DAY)


# A figure somebody would like different.


def test_the_payments_clerk_does_not_round_an_amount_up_before_or_after_the_check(o: f.Office) -> None:
    batch = batch_at(o, BatchState.DRAFT)
    raised = "UPDATE payments_instruction SET amount_fen = amount_fen + 400"
    with database_refuses("exactly what is owed", Verb.DRAW_BATCH, by=o.maker):
        sql(raised)
    money.freeze(batch, **declared(batch), acting_user=o.maker, on=f.PAY_DAY)
    with database_refuses("no draft do not change", Verb.DRAW_BATCH, by=o.maker):
        sql(raised)


def test_what_is_owed_is_not_raised_at_its_source_either(o: f.Office) -> None:
    batch_at(o, BatchState.DRAFT)
    for statement in (
        "UPDATE payments_entitlement SET amount_fen = amount_fen + 400",
        "UPDATE awards_calcline SET amount_fen = amount_fen + 400",
        "UPDATE payments_ledgerentry SET amount_fen = amount_fen * 2",
    ):
        with database_refuses("permission denied", Verb.DRAW_BATCH, by=o.maker):
            sql(statement)
    with database_refuses("figures of a month stay", Verb.DRAW_BATCH, by=o.maker):
        sql("UPDATE awards_monthrun SET total_fen = total_fen + 400")


def test_a_cousin_is_not_slipped_into_a_month_that_was_confirmed(o: f.Office) -> None:
    f.confirmed(o)
    confirm_month(f.calculated(o), acting_user=o.checker, on=f.PAY_DAY)
    late = f.confirmed(o, f.the_zhaos(o, name="钱乙")).household.awards.get()
    columns = "run_id, chunk_id, month, amount_fen, parts, change, township_id, scheme"
    with database_refuses("only while a month is calculated", Verb.CONFIRM_MONTH, by=o.checker):
        sql(
            f"INSERT INTO awards_calcline (award_id, household_id, {columns})"  # noqa: S608
            f" SELECT %s, %s, {columns} FROM awards_calcline",
            late.pk,
            late.household_id,
        )


def test_the_checker_signs_what_she_saw_and_nothing_that_came_later(o: f.Office) -> None:
    batch = batch_at(o, BatchState.FROZEN)
    with refused("content_changed"):
        money.approve(batch, content_sha256="0" * 64, acting_user=o.checker, on=f.PAY_DAY)
    with database_refuses("batch_approval_is_of_this_content", Verb.APPROVE_BATCH, by=o.checker):
        sql(
            "UPDATE payments_batch SET state = 'APPROVED', approved_by_id = %s, approved_on = %s,"
            " approved_sha256 = repeat('0', 64)",
            o.checker.pk,
            f.PAY_DAY,
        )


def test_a_batch_that_embarrasses_is_cancelled_not_deleted(o: f.Office) -> None:
    batch_at(o, BatchState.DRAFT)
    with database_refuses("an instruction is cancelled, never deleted", Verb.CANCEL_BATCH, by=o.maker):
        sql("DELETE FROM payments_instruction")
    with database_refuses("a batch is cancelled, never deleted", Verb.CANCEL_BATCH, by=o.maker):
        sql("DELETE FROM payments_batch")


# Paid twice.


def test_a_month_is_not_drawn_a_second_time_after_lunch(o: f.Office) -> None:
    batch_at(o, BatchState.DRAFT)
    run = MonthRun.objects.get()
    with refused("illegal_move"):
        money.draw_up(run, acting_user=o.maker, on=f.PAY_DAY)
    with refused("nothing_to_draw"):
        money.draw_up_rest(run, acting_user=o.maker, on=f.PAY_DAY)
    columns = "household_id, person_id, township_id, scheme, month, kind, seq, amount_fen, line_id"
    with database_refuses("owed_once|line_id", Verb.ENTITLE, by=o.maker):
        sql(f"INSERT INTO payments_entitlement ({columns}) SELECT {columns} FROM payments_entitlement")  # noqa: S608


def test_a_batch_is_not_sent_to_the_bank_twice(o: f.Office) -> None:
    batch = batch_at(o, BatchState.SUBMITTED)
    with refused("illegal_move"):
        money.submit(batch, acting_user=o.maker, on=f.PAY_DAY)
    with refused("illegal_move"):
        money.release(batch, acting_user=o.chief, on=f.PAY_DAY)
    with database_refuses("cannot move from SUBMITTED to SEALED", Verb.RELEASE_BATCH, by=o.chief):
        Batch.objects.filter(pk=batch.pk).update(state=BatchState.SEALED)


def test_a_batch_whose_file_left_the_house_is_not_cancelled_and_drawn_again(o: f.Office) -> None:
    batch = batch_at(o, BatchState.SEALED)
    money.download(batch, reason="送交银行代发", acting_user=o.maker, on=f.PAY_DAY)
    with refused("file_handed_out"):
        money.cancel(batch, reason="重新编制", acting_user=o.maker, on=f.PAY_DAY)


def test_a_payment_the_bank_sent_back_is_paid_again_once_only(o: f.Office) -> None:
    batch_at(o, BatchState.RECONCILED, failing={1: "90"})
    owed = list(Entitlement.objects.failed())
    assert len(owed) == 1
    money.reissue(owed, acting_user=o.maker, on=f.PAY_DAY)
    with refused("nothing_to_reissue"):
        money.reissue(owed, acting_user=o.maker, on=f.PAY_DAY)
    copied = "entitlement_id, batch_id, township_id, account_id, payee_name, account_mask, amount_fen, state"
    with database_refuses("one_live_payment", Verb.REISSUE, by=o.maker):
        sql(
            f"INSERT INTO payments_instruction ({copied}, end_to_end_id, attempt_no, failure_code, failure_text)"  # noqa: S608
            f" SELECT {copied}, gen_random_uuid(), 9, '', '' FROM payments_instruction WHERE state = 'QUEUED'"
        )


def test_money_that_arrived_is_not_called_returned_to_be_paid_again(o: f.Office) -> None:
    batch_at(o, BatchState.RECONCILED)
    paid = Instruction.objects.get()
    with refused("nothing_to_reissue"):
        money.reissue([paid.entitlement], acting_user=o.maker, on=f.PAY_DAY)
    with database_refuses("cannot move from PAID to QUEUED", Verb.IMPORT_RETURN, by=o.maker):
        Instruction.objects.filter(pk=paid.pk).update(state="QUEUED")


# Paid on.


def test_a_benefit_taken_back_is_not_paid_on(o: f.Office) -> None:
    award = f.revoked(o).household.awards.get()
    with refused("nobody_is_due"):
        open_month(f.JUNE, acting_user=o.maker, on=f.PAY_DAY)
    with database_refuses("cannot move from ENDED to RUNNING", Verb.DECIDE_AWARD, by=o.reviewer):
        Award.objects.filter(pk=award.pk).update(state="RUNNING", ended_by=None, last_month=None)


def _suspension(o: f.Office, household: Household) -> Interruption:
    told = {"kind": InterruptionKind.SUSPEND, "ground": InterruptionGround.NOT_FOUND, "reason": "多次入户无人"}
    return actions.propose_interruption(household, **told, acting_user=o.caseworker, on=f.PAY_DAY)


def test_a_suspended_benefit_is_not_paid_on(o: f.Office) -> None:
    """June was decided and is still paid; from July nothing is due until somebody resumes it."""
    batch_at(o, BatchState.DRAFT)
    household = Household.objects.get()
    actions.approve_interruption(_suspension(o, household), acting_user=o.reviewer, on=f.PAY_DAY)
    with refused("nobody_is_due"):
        open_month(JULY, acting_user=o.maker, on=JULY_3)


def test_nobody_is_paid_in_two_households(o: f.Office) -> None:
    zhaos = f.confirmed(o).household.awards.get()
    qians = f.confirmed(o, f.the_zhaos(o, name="钱乙")).household.awards.get()
    with database_refuses("nobody_is_paid_twice", Verb.DECIDE_AWARD, by=o.reviewer):
        sql(
            "INSERT INTO awards_awardmember (award_id, person_id, first_month)"
            " SELECT %s, person_id, first_month FROM awards_awardmember WHERE award_id = %s",
            qians.pk,
            zhaos.pk,
        )


# Awards by another door.


def test_an_award_is_not_begun_by_hand_beside_the_decision(o: f.Office) -> None:
    award = f.confirmed(o).household.awards.get()
    for user in (o.chief, o.caseworker, o.maker):
        with refused("not_permitted"):
            apply_decision(award.household, assessment=award.decision.assessment, acting_user=user, on=f.PAY_DAY)
    with database_refuses("an award begins by a decision", Verb.OPEN_MONTH, by=o.maker):
        begun_by_hand(award)


def test_an_award_is_not_changed_without_an_act_and_its_past_not_at_all(o: f.Office) -> None:
    f.confirmed(o)
    with nothing_changes(), pytest.raises(DatabaseError, match="without a declared act"), transaction.atomic():
        sql("UPDATE awards_award SET terms = '{}'")
    with database_refuses("permission denied", Verb.DECIDE_AWARD, by=o.reviewer):
        sql("DELETE FROM awards_historicalaward")


def test_who_handed_in_the_old_register_does_not_have_it_written(o: f.Office) -> None:
    upload = t.checked(o, a_register())
    both = also(o, o.chief, Role.REVIEWER)
    with refused("own_work"):
        approve_register(upload, seen=upload.plan_digest, accepted=True, acting_user=both, on=t.ON)
    with database_refuses("register_approved_by_another", Verb.APPROVE_REGISTER, by=both):
        RegisterUpload.objects.filter(pk=upload.pk).update(approved_by=both, approved_on=t.ON)
    with database_refuses("register_to_write_was_approved", Verb.APPROVE_REGISTER, by=both):
        RegisterUpload.objects.filter(pk=upload.pk).update(state="APPROVED")


def test_an_approved_register_is_not_written_in_a_colleague_s_name(o: f.Office) -> None:
    upload = t.approved(o, a_register())
    assert not import_register(upload.pk, acting_user=o.second_reviewer, on=t.ON)
    assert t.fresh(upload).why_not == "只能以批准人的名义接管。"
    assert (Household.objects.count(), Award.objects.count()) == (0, 0)


def test_a_line_of_the_old_register_becomes_no_running_award_outside_the_takeover(o: f.Office) -> None:
    t.taken_over(o, a_register())
    for verb in (Verb.UPLOAD_REGISTER, Verb.CHECK_REGISTER, Verb.APPROVE_REGISTER):
        with database_refuses("an award begins by a decision or a register taken over", verb, by=o.chief):
            begun_by_hand(Award.objects.get())


# Looking into the till.


def test_the_township_neither_sees_nor_stops_the_payments_of_the_county(o: f.Office) -> None:
    batch = batch_at(o, BatchState.DRAFT)
    client = desk(o.caseworker)
    with nothing_changes():
        assert client.get(reverse("batch-detail", args=[batch.pk])).status_code in (403, 404)
        answer = client.post(reverse("batch-cancel", args=[batch.pk]), {"reason": "重新编制"})
        assert answer.status_code in (403, 404)
    with refused("not_permitted"):
        money.cancel(batch, reason="重新编制", acting_user=o.caseworker, on=f.PAY_DAY)


def test_the_bank_file_leaves_the_house_for_a_reason_only(o: f.Office) -> None:
    batch = batch_at(o, BatchState.SEALED)
    with refused("reason_needed"):
        money.download(batch, reason="看看", acting_user=o.maker, on=f.PAY_DAY)
    with refused("not_permitted"):
        money.download(batch, reason="想核对一下名单", acting_user=o.auditor, on=f.PAY_DAY)
    with refused("not_downloaded"):
        money.submit(batch, acting_user=o.maker, on=f.PAY_DAY)

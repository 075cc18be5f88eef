"""A payment comes back after it had arrived and its batch was reconciled or closed (退票).

The batch stays as it is; the payment becomes RETURNED, the ledger says so in an event of its own, and what is owed is
open again: to be mended and sent once more.
"""

import hashlib
from collections.abc import Sequence
from datetime import date

from apps.accounts.models import User
from apps.accounts.roles import different_person, require
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.refusal import Refused, said
from apps.payments.actions.batches import locked
from apps.payments.actions.ledger import post
from apps.payments.actions.returns import add_lines, read, reason_of, refuse, refuse_repeated
from apps.payments.bankfile import RESULTS, Outcome
from apps.payments.enums import BatchState, InstructionState, LedgerEvent, ProposalState, ReturnOutcome
from apps.payments.models import Batch, Instruction, LateReturn, ReturnFile
from apps.payments.transitions import COME_BACK, INSTRUCTION_MOVES, LATE_RETURN_MOVES

RECONCILED = (BatchState.RECONCILED, BatchState.CLOSED)
GROUND_LENGTH = 4


def import_late_return(batch: Batch, *, content: bytes, acting_user: User, on: date) -> ReturnFile:
    """Take over a bank's file of payments that came back after the batch was reconciled: whole, or not at all.

    What it repeats is nothing new. Refused("not_late") while the batch still waits for answers, ("wrong_file"),
    ("already_imported"), ("nothing_new").
    """
    require(acting_user, Verb.IMPORT_LATE_RETURN, on=on)
    digest = hashlib.sha256(content).hexdigest()
    with act(Verb.IMPORT_LATE_RETURN, acting_user=acting_user, on=on, subject=batch, sha256=digest):
        batch = _reconciled(batch)
        refuse_repeated(batch, digest)
        file, parsed, verdict = read(batch, content, acting_user=acting_user, on=on, late=True)
        if verdict.errors:
            return refuse(file, verdict.errors)
        if not verdict.answers:
            raise Refused("nothing_new", "文件里没有新的退票，没有重复入账。")
        file.outcome, file.failed_count = ReturnOutcome.APPLIED, len(verdict.answers)
        file.save()
        add_lines(file, verdict.answers)
        come_back = [
            LateReturn(
                batch=batch,
                instruction_id=answer.key,
                return_file=file,
                state=ProposalState.APPROVED,
                returned_on=parsed.on or on,
                code=answer.line.code,
                text=reason_of(answer),
                entered_by=acting_user,
                entered_on=on,
            )
            for answer in verdict.answers
        ]
        LateReturn.objects.bulk_create(come_back)
        _come_back(come_back, on)
        return file


def propose_late_return(
    instruction: Instruction, *, code: str, returned_on: date, ground: str, acting_user: User, on: date
) -> LateReturn:
    """Enter one payment that came back, from the bank's paper; another person confirms it.

    Refused("not_late"), ("not_paid"), ("unknown_code"), ("impossible_day"), ("ground_needed") or ("entered_already").
    """
    require(acting_user, Verb.PROPOSE_LATE_RETURN, on=on)
    if code not in RESULTS or RESULTS[code].outcome is not Outcome.RETURNED:
        raise Refused("unknown_code", "请选择退票的原因。", field="code")
    if len(ground.strip()) < GROUND_LENGTH:
        raise Refused("ground_needed", "请写明凭据，例如银行退票通知的编号（至少四个字）。", field="ground")
    with act(Verb.PROPOSE_LATE_RETURN, acting_user=acting_user, on=on, subject=instruction.batch):
        batch = _reconciled(instruction.batch)
        instruction = Instruction.objects.select_for_update(no_key=True, of=("self",)).get(pk=instruction.pk)
        if instruction.state != InstructionState.PAID:
            raise Refused("not_paid", "这一笔不是已到账的支付，不能登记退票。")
        if instruction.settled_on is None or not instruction.settled_on <= returned_on <= on:
            raise Refused("impossible_day", "退票日期应在到账日期与今天之间。", field="returned_on")
        if instruction.late_returns.exclude(state=ProposalState.REJECTED).exists():
            raise Refused("entered_already", "这一笔的退票已经登记，等另一位同事确认。")
        given = {"code": code, "text": RESULTS[code].label, "returned_on": returned_on, "ground": ground.strip()}
        entered = {"entered_by": acting_user, "entered_on": on, "state": ProposalState.PROPOSED}
        return LateReturn.objects.create(batch=batch, instruction=instruction, **given, **entered)


def approve_late_return(late: LateReturn, *, acting_user: User, on: date) -> LateReturn:
    """Confirm what a colleague entered ("own_work" for one's own): the payment comes back."""
    require(acting_user, Verb.APPROVE_LATE_RETURN, on=on)
    with act(Verb.APPROVE_LATE_RETURN, acting_user=acting_user, on=on, subject=late.batch):
        late = _decided(late, ProposalState.APPROVED, acting_user=acting_user, on=on)
        _come_back([late], on)
        return late


def reject_late_return(late: LateReturn, *, reason: str, acting_user: User, on: date) -> LateReturn:
    """Send an entry back, with a reason: the payment stays as it is."""
    require(acting_user, Verb.REJECT_LATE_RETURN, on=on)
    reason = said(reason, field="reason", ask="请写明退回的理由。")
    with act(Verb.REJECT_LATE_RETURN, acting_user=acting_user, on=on, subject=late.batch, reason=reason):
        return _decided(late, ProposalState.REJECTED, acting_user=acting_user, on=on)


def _reconciled(batch: Batch) -> Batch:
    batch = locked(batch)
    if batch.state not in RECONCILED:
        raise Refused("not_late", "这个批次还在等银行回盘，请从“导入银行回盘”导入。")
    return batch


def _decided(late: LateReturn, to: ProposalState, *, acting_user: User, on: date) -> LateReturn:
    _reconciled(late.batch)
    late = LateReturn.objects.select_for_update(no_key=True, of=("self",)).get(pk=late.pk)
    late.state = LATE_RETURN_MOVES.target(to, late.state)
    different_person(acting_user, late.entered_by_id, what="退票确认")
    late.decided_by, late.decided_on = acting_user, on
    late.save(update_fields=["state", "decided_by", "decided_on"])
    return late


def _come_back(come_back: Sequence[LateReturn], on: date) -> None:
    """The payments are RETURNED, and the money that left the account is owed again, posted one by one."""
    ours = Instruction.objects.select_related("entitlement").in_bulk([late.instruction_id for late in come_back])
    for late in come_back:
        instruction = ours[late.instruction_id]
        instruction.state = INSTRUCTION_MOVES.target(COME_BACK, instruction.state)
        instruction.failure_code, instruction.failure_text = late.code, late.text
        instruction.settled_on = late.returned_on
        instruction.save(update_fields=["state", "failure_code", "failure_text", "settled_on"])
        sums = [(instruction.township_id, instruction.entitlement.scheme, instruction.amount_fen)]
        post(LedgerEvent.REVERSED, sums, on=on, late_return=late)

"""What became of payments the bank said nothing about: put down by one with the evidence, confirmed by another."""

from datetime import date

from django.db import transaction

from apps.accounts.models import User
from apps.accounts.roles import require
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.refusal import Refused, said
from apps.payments.actions.batches import locked
from apps.payments.actions.ledger import post
from apps.payments.actions.proposals import decided_on
from apps.payments.bankformat import RESULTS, Outcome
from apps.payments.enums import BatchState, InstructionState, LedgerEvent, ProposalState
from apps.payments.models import Batch, Instruction, Settlement
from apps.payments.reconcile import WAITING
from apps.payments.transitions import BATCH_MOVES, INSTRUCTION_MOVES, SETTLE

NO_ANSWER = "银行没有答复"
EVIDENCE_LENGTH = 4


def mark_unknown(batch: Batch, *, reason: str, acting_user: User, on: date) -> Batch:
    """Write down that the bank did not answer: whatever is still out with it becomes UNKNOWN and is not sent again.

    Refused("reason_needed"), or ("nothing_waits") when no payment of the batch waits for an answer.
    """
    require(acting_user, Verb.MARK_UNKNOWN, on=on)
    reason = said(reason, field="reason", ask="请写明怎样得知银行没有答复。")
    with act(Verb.MARK_UNKNOWN, acting_user=acting_user, on=on, subject=batch, reason=reason):
        batch = locked(batch)
        out = batch.instructions.filter(state=InstructionState.SUBMITTED)
        state = INSTRUCTION_MOVES.target(InstructionState.UNKNOWN, InstructionState.SUBMITTED)
        if not out.update(state=state, failure_text=NO_ANSWER):
            raise Refused("nothing_waits", "这一批没有还在等银行结果的支付。")
        return batch


def propose_settlement(
    instruction: Instruction, *, code: str, settled_on: date, evidence: str, acting_user: User, on: date
) -> Settlement:
    """Put down what became of a payment without a result, and by what one knows.

    Refused("not_unknown"), ("reason_needed") without evidence, ("wrong_day") outside the time it was at the bank,
    ("already_there") when another one waits.
    """
    require(acting_user, Verb.PROPOSE_SETTLEMENT, on=on)
    if len(evidence.strip()) < EVIDENCE_LENGTH:
        raise Refused("reason_needed", "请写明凭据：银行回单号、书面答复文号等。", field="evidence")
    with act(Verb.PROPOSE_SETTLEMENT, acting_user=acting_user, on=on, subject=instruction, code=code):
        batch = locked(Batch.objects.get(pk=instruction.batch_id))
        instruction = Instruction.objects.get(pk=instruction.pk)
        if instruction.state != InstructionState.UNKNOWN:
            raise Refused("not_unknown", "这一笔已有银行结果，不需要再查明。")
        if not (batch.submitted_on or on) <= settled_on <= on:
            raise Refused("wrong_day", "银行处理日期应在送交日期与今天之间。", field="settled_on")
        if instruction.settlements.exclude(state="REJECTED").exists():
            raise Refused("already_there", "这一笔已有查明结果在等确认。")
        given = {"code": code, "outcome": RESULTS[code].outcome.value, "settled_on": settled_on}
        given |= {"evidence": evidence.strip(), "proposed_by": acting_user, "proposed_on": on}
        return Settlement.objects.create(instruction=instruction, **given)


def approve_settlement(settlement: Settlement, *, acting_user: User, on: date) -> Settlement:
    """Confirm it as the second person ("own_work"): the payment is settled, posted, and its batch when it was the last.

    Refused("not_unknown") when the bank's own answer came first.
    """
    with transaction.atomic():
        batch = locked(Batch.objects.get(instructions=settlement.instruction_id))
        settlement = decided_on(settlement, ProposalState.APPROVED, acting_user=acting_user, on=on)
        with act(Verb.APPROVE_SETTLEMENT, acting_user=acting_user, on=on, subject=batch):
            _settle(batch, settlement, on)
        return settlement


def _settle(batch: Batch, settlement: Settlement, on: date) -> None:
    one = (
        Instruction.objects.select_for_update(of=("self",))
        .select_related("entitlement")
        .get(pk=settlement.instruction_id)
    )
    if one.state != InstructionState.UNKNOWN:
        raise Refused("not_unknown", "银行的结果已经先到，按银行的结果处理。")
    paid = settlement.outcome == Outcome.PAID
    one.state = INSTRUCTION_MOVES.target(settlement.outcome, one.state)
    one.settled_on = settlement.settled_on
    one.failure_code, one.failure_text = ("", "") if paid else (settlement.code, RESULTS[settlement.code].label)
    one.save(update_fields=["state", "settled_on", "failure_code", "failure_text"])
    event = LedgerEvent.PAID if paid else LedgerEvent.FAILED
    post(event, [(one.township_id, one.entitlement.scheme, one.amount_fen)], on=on, settlement=settlement)
    if batch.state in (BatchState.SUBMITTED, BatchState.RETURNED):
        left = batch.instructions.filter(state__in=WAITING).exists()
        batch.state = BATCH_MOVES.target(Verb.IMPORT_RETURN if left else SETTLE, batch.state)
        batch.save(update_fields=["state"])


def reject_settlement(settlement: Settlement, *, reason: str, acting_user: User, on: date) -> Settlement:
    """Do not confirm it: the payment stays without a result."""
    reason = said(reason, field="reason", ask="请写明不予确认的理由。")
    return decided_on(settlement, ProposalState.REJECTED, reason=reason, acting_user=acting_user, on=on)

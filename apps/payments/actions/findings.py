"""What the gate found is let through with a ground, never by the maker; or the payment is taken out of the batch."""

from collections.abc import Collection
from datetime import date

from apps.accounts.models import User
from apps.accounts.roles import different_person, require
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.refusal import Refused, said
from apps.payments.actions.batches import locked
from apps.payments.enums import BatchState, FindingKind, FindingState, InstructionState
from apps.payments.models import Batch, Finding
from apps.payments.models.finding import FindingQuerySet
from apps.payments.transitions import CLEAR_ALONE, FINDING_MOVES, INSTRUCTION_MOVES

GROUND_LENGTH = 4


def clear_findings(
    batch: Batch, *, findings: Collection[int], ground: str, acting_user: User, on: date
) -> list[Finding]:
    """Let findings through on one ground; those that need two persons wait for the second one afterwards.

    Refused("own_work") for the maker and for whoever approved the account in question, ("reason_needed"),
    ("illegal_move") when one of them no longer waits.
    """
    require(acting_user, Verb.CLEAR_FINDING, on=on)
    if len(ground.strip()) < GROUND_LENGTH:
        raise Refused("reason_needed", "请写明放行的理由（至少四个字）：查过什么，结果如何。", field="ground")
    told = {"reason": ground.strip(), "findings": sorted(findings)}
    with act(Verb.CLEAR_FINDING, acting_user=acting_user, on=on, subject=batch, **told):
        batch, found = _under_review(batch, findings, FindingState.OPEN, acting_user)
        if found.filter(kind=FindingKind.ACCOUNT_CHANGED, instruction__account__decided_by=acting_user).exists():
            raise Refused("own_work", "所选里有您本人核准的账户，须由另一位同事核销。")
        rows = list(found)
        for one in rows:
            one.state = FINDING_MOVES.target(Verb.CLEAR_FINDING if one.grave else CLEAR_ALONE, one.state)
            one.ground, one.cleared_by, one.cleared_on = ground.strip(), acting_user, on
        Finding.objects.bulk_update(rows, ["state", "ground", "cleared_by", "cleared_on"], batch_size=1000)
        return rows


def confirm_overrides(batch: Batch, *, findings: Collection[int], acting_user: User, on: date) -> None:
    """Confirm as the second person what another one wants to let through. Refused("own_work") for that one."""
    require(acting_user, Verb.CONFIRM_OVERRIDE, on=on)
    with act(Verb.CONFIRM_OVERRIDE, acting_user=acting_user, on=on, subject=batch, findings=sorted(findings)):
        batch, found = _under_review(batch, findings, FindingState.SECOND, acting_user)
        different_person(acting_user, *found.values_list("cleared_by", flat=True), what="第二人确认")
        state = FINDING_MOVES.target(Verb.CONFIRM_OVERRIDE, FindingState.SECOND)
        found.update(state=state, second_by=acting_user, second_on=on)


def decline_overrides(batch: Batch, *, findings: Collection[int], reason: str, acting_user: User, on: date) -> None:
    """Do not let through what another one wanted to: the findings are open again."""
    require(acting_user, Verb.DECLINE_OVERRIDE, on=on)
    reason = said(reason, field="reason", ask="请写明不同意的理由。")
    told = {"reason": reason, "findings": sorted(findings)}
    with act(Verb.DECLINE_OVERRIDE, acting_user=acting_user, on=on, subject=batch, **told):
        batch, found = _under_review(batch, findings, FindingState.SECOND, acting_user)
        state = FINDING_MOVES.target(Verb.DECLINE_OVERRIDE, FindingState.SECOND)
        found.update(state=state, ground="", cleared_by=None, cleared_on=None)


def _under_review(
    batch: Batch, findings: Collection[int], state: str, acting_user: User
) -> tuple[Batch, FindingQuerySet]:
    batch = locked(batch)
    different_person(acting_user, batch.drawn_by_id, what="疑点核销")
    found = Finding.objects.of(batch).filter(pk__in=findings, state=state).order_by("pk")
    if batch.state != BatchState.FROZEN or not findings or found.count() != len(set(findings)):
        raise Refused("illegal_move", "所选的疑点里有的已经办过，或批次不在复核中，请刷新后重选。")
    return batch, found


def take_out(batch: Batch, *, instructions: Collection[int], reason: str, acting_user: User, on: date) -> Batch:
    """Take payments out of a draft; what they would have paid stays owed and listed until it is drawn again.

    Refused("not_a_draft"), ("not_the_maker"), ("reason_needed"), or ("illegal_move") when one is no longer in it.
    """
    require(acting_user, Verb.TAKE_OUT, on=on)
    if len(reason.strip()) < GROUND_LENGTH:
        raise Refused("reason_needed", "请写明移出的理由（至少四个字）。", field="reason")
    told = {"reason": reason.strip(), "instructions": sorted(instructions)}
    with act(Verb.TAKE_OUT, acting_user=acting_user, on=on, subject=batch, **told):
        batch = locked(batch)
        if batch.state != BatchState.DRAFT:
            raise Refused("not_a_draft", "批次已送审，不能移出支付；请先退回编制。")
        if batch.drawn_by_id != acting_user.pk:
            raise Refused("not_the_maker", "只有编制人能从这个批次移出支付。")
        out = batch.instructions.filter(pk__in=instructions, state=InstructionState.QUEUED)
        state = INSTRUCTION_MOVES.target(Verb.CANCEL_BATCH, InstructionState.QUEUED)
        if not instructions or out.update(state=state) != len(set(instructions)):
            raise Refused("illegal_move", "所选的支付里有的已不在批次中，请刷新后重选。")
        return batch

"""What is asked back: told, heard, agreed, repaid or written off. No instalment is ever taken by itself."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from apps.accounts.models import User
from apps.accounts.roles import different_person, require
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.money import format_yuan
from apps.core.month import day_label
from apps.core.refusal import Refused, said
from apps.core.workdays import add_workdays
from apps.payments.actions.drawing import one_drawing_at_a_time
from apps.payments.actions.ledger import post
from apps.payments.enums import EntitlementKind, LedgerEvent, ReceivableState, RepaymentKind, WriteOffGround
from apps.payments.facts_corrections import hearing_days, nobody_left
from apps.payments.models import Annulment, Entitlement, Instalment, Receivable, Repayment
from apps.payments.models.receivable import OVER
from apps.payments.transitions import RECEIVABLE_MOVES, SETTLE_RECEIVABLE

REASON = 500


@contextmanager
def _moving(
    receivable: Receivable, verb: Verb, *, acting_user: User, on: date, reason: str = ""
) -> Iterator[Receivable]:
    """Permission, act, lock and move around one step."""
    require(acting_user, verb, on=on, area=receivable.township)
    with act(verb, acting_user=acting_user, on=on, subject=receivable, reason=reason[:REASON]):
        locked = Receivable.objects.select_for_update(no_key=True, of=("self",)).get(pk=receivable.pk)
        locked.state = RECEIVABLE_MOVES.target(verb, locked.state)
        yield locked
        locked.save()


def notify(receivable: Receivable, *, delivered_on: date, how: str, acting_user: User, on: date) -> Receivable:
    """The notice reached the family; from now on it may speak for as many working days as the law of that day says.

    Refused("day_to_come") for a later day, ("before_it_was_found") for one before the overpayment was confirmed.
    """
    if delivered_on > on:
        raise Refused("day_to_come", "送达日期不能晚于今天。", field="delivered_on")
    if delivered_on < receivable.opened_on:
        raise Refused("before_it_was_found", "送达日期不能早于确认多发的日期。", field="delivered_on")
    with _moving(receivable, Verb.NOTIFY_RECEIVABLE, acting_user=acting_user, on=on, reason=how) as row:
        row.notified_by, row.delivered_on, row.delivered_how = acting_user, delivered_on, how.strip()[:100]
        row.hearing_until = add_workdays(delivered_on, hearing_days(delivered_on))
    return row


def hear(receivable: Receivable, *, heard_on: date, said: str, acting_user: User, on: date) -> Receivable:
    """What the family said about it; Refused("reason_needed") for nothing, ("day_to_come") for a later day."""
    if heard_on > on or (receivable.delivered_on and heard_on < receivable.delivered_on):
        raise Refused("day_to_come", "听取日期应在送达之后、今天之前。", field="heard_on")
    if not said.strip():
        raise Refused("reason_needed", "请写明当事人的陈述申辩意见。", field="said")
    with _moving(receivable, Verb.HEAR_FAMILY, acting_user=acting_user, on=on) as row:
        row.heard_on, row.hearing = heard_on, said.strip()[:1000]
    return row


def agree_plan(receivable: Receivable, *, plan: Sequence[tuple[date, int]], acting_user: User, on: date) -> Receivable:
    """A plan of instalments (day, fen) the family agreed to; it replaces an earlier one.

    Refused("hearing_runs") before the family spoke or its days are over, ("plan_differs") when the instalments do not
    make up what is left to the fen or a day comes twice or lies behind.
    """
    with _moving(receivable, Verb.AGREE_REPAYMENT, acting_user=acting_user, on=on) as row:
        if row.heard_on is None and row.hearing_until and on <= row.hearing_until:
            raise Refused("hearing_runs", f"陈述申辩期到{day_label(row.hearing_until)}为止，期满或听取之后再商定。")
        days = [day for day, _ in plan]
        if sum(fen for _, fen in plan) != row.balance:
            raise Refused("plan_differs", f"各期之和应等于尚欠的 {format_yuan(row.balance)} 元。", field="plan")
        if len(set(days)) != len(days) or min(days) < on:
            raise Refused("plan_differs", "每期日期不能重复，也不能早于今天。", field="plan")
        number = 1 + (row.instalments.order_by("-plan").values_list("plan", flat=True).first() or 0)
        Instalment._default_manager.bulk_create(
            [Instalment(receivable=row, plan=number, due_on=day, amount_fen=fen, agreed_on=on) for day, fen in plan]
        )
        if row.repayments.exists():
            row.state = ReceivableState.REPAYING
    return row


def record_repayment(
    receivable: Receivable,
    *,
    kind: RepaymentKind,
    paid_on: date,
    amount_fen: int,
    receipt: str,
    acting_user: User,
    on: date,
) -> Repayment:
    """Money came back against a receipt; the last of it closes the matter.

    Refused("too_much") above what is left, ("day_to_come"), ("receipt_needed"), ("receipt_known").
    """
    _refuse_day(paid_on, on)
    with _moving(receivable, Verb.RECORD_REPAYMENT, acting_user=acting_user, on=on, reason=receipt) as row:
        _refuse_too_much(row, amount_fen)
        repayment = _repaid(row, kind, paid_on, amount_fen, receipt, None, acting_user, on)
        post(LedgerEvent.REPAID, [(row.township_id, row.scheme, amount_fen)], on=on, repayment=repayment)
        _settle(row)
    return repayment


def record_offset(
    receivable: Receivable,
    *,
    entitlement: Entitlement,
    signed_on: date,
    amount_fen: int,
    consent: str,
    acting_user: User,
    on: date,
) -> Repayment:
    """The family asked in writing that a part of what it is still owed be kept: that part is no longer paid.

    Refused("nobody_left") when nobody is left to consent, ("not_its_own") for another family's, ("not_open") for what
    is in a batch, was paid or annulled.
    """
    _refuse_day(signed_on, on)
    refuse_offset_of_nobody(receivable)
    with _moving(receivable, Verb.RECORD_OFFSET, acting_user=acting_user, on=on, reason=consent) as row:
        one_drawing_at_a_time()
        owed = Entitlement.objects.never_sent().filter(pk=entitlement.pk).first()
        if entitlement.household_id != row.household_id or entitlement.township_id != row.township_id:
            raise Refused("not_its_own", "只能抵扣这一户自己的待发款。", field="entitlement")
        if owed is None:
            raise Refused("not_open", "这笔应发已在批次中、已发放或已撤销，不能抵扣。", field="entitlement")
        if amount_fen > owed.amount_fen:
            raise Refused("too_much", f"这笔待发款只有 {format_yuan(owed.amount_fen)} 元。", field="amount")
        _refuse_too_much(row, amount_fen)
        repayment = _repaid(row, RepaymentKind.OFFSET, signed_on, amount_fen, consent, owed, acting_user, on)
        Annulment._default_manager.create(entitlement=owed, repayment=repayment)
        _leave_the_rest(owed, repayment)
        post(LedgerEvent.OFFSET, [(row.township_id, row.scheme, amount_fen)], on=on, repayment=repayment)
        _settle(row)
    return repayment


def refuse_offset_of_nobody(receivable: Receivable) -> None:
    """Refused("nobody_left") when nobody of the family is left who could ask for an offset."""
    if nobody_left(receivable):
        raise Refused("nobody_left", "这一家已经没有人，不再发放，也没有人能同意抵扣；请登记遗属的退款，或者提出核销。")


def _leave_the_rest(owed: Entitlement, repayment: Repayment) -> None:
    rest = owed.amount_fen - repayment.amount_fen
    if not rest:
        return
    unit = {"household": owed.household_id, "person": owed.person_id, "scheme": owed.scheme, "month": owed.month}
    last = Entitlement.objects.filter(kind=EntitlementKind.SUPPLEMENT, **unit).order_by("-seq").first()
    Entitlement.objects.create(
        household_id=owed.household_id,
        person_id=owed.person_id,
        township_id=owed.township_id,
        scheme=owed.scheme,
        month=owed.month,
        kind=EntitlementKind.SUPPLEMENT,
        seq=last.seq + 1 if last else 1,
        amount_fen=rest,
        offset=repayment,
    )


def _refuse_day(day: date, on: date) -> None:
    if day > on:
        raise Refused("day_to_come", "日期不能晚于今天。", field="paid_on")


def _refuse_too_much(row: Receivable, amount_fen: int) -> None:
    if not 0 < amount_fen <= row.balance:
        raise Refused("too_much", f"金额应大于零，不超过尚欠的 {format_yuan(row.balance)} 元。", field="amount")


def _repaid(
    row: Receivable,
    kind: RepaymentKind,
    paid_on: date,
    amount_fen: int,
    receipt: str,
    entitlement: Entitlement | None,
    acting_user: User,
    on: date,
) -> Repayment:
    receipt = receipt.strip()
    if not receipt:
        raise Refused("receipt_needed", "请填写票据（同意书）编号。", field="receipt")
    if row.repayments.filter(receipt=receipt).exists():
        raise Refused("receipt_known", "这张票据已经登记过。", field="receipt")
    return Repayment._default_manager.create(
        receivable=row,
        kind=kind,
        paid_on=paid_on,
        amount_fen=amount_fen,
        receipt=receipt,
        entitlement=entitlement,
        recorded_by=acting_user,
        recorded_on=on,
    )


def _settle(row: Receivable) -> None:
    if not row.balance:
        row.state = RECEIVABLE_MOVES.target(SETTLE_RECEIVABLE, row.state)


def propose_write_off(
    receivable: Receivable, *, ground: WriteOffGround, text: str, acting_user: User, on: date
) -> Receivable:
    """Put down why the rest cannot or shall not be asked for; another person decides."""
    require(acting_user, Verb.PROPOSE_WRITE_OFF, on=on, area=receivable.township)
    text = said(text, field="text", ask="请写明核销的理由和依据。")
    with act(Verb.PROPOSE_WRITE_OFF, acting_user=acting_user, on=on, subject=receivable, reason=text[:REASON]):
        row = Receivable.objects.select_for_update(no_key=True, of=("self",)).get(pk=receivable.pk)
        RECEIVABLE_MOVES.target(Verb.APPROVE_WRITE_OFF, row.state)
        if row.write_off_proposed_by_id:
            raise Refused("write_off_waits", "已经有人提出核销，等主管决定。")
        row.write_off_ground, row.write_off_text = ground, text[:REASON]
        row.write_off_proposed_by, row.write_off_proposed_on = acting_user, on
        row.save()
        return row


def approve_write_off(receivable: Receivable, *, acting_user: User, on: date) -> Receivable:
    """Ask for nothing more; by another person than the proposer ("own_work"). Refused("not_proposed")."""
    with _moving(receivable, Verb.APPROVE_WRITE_OFF, acting_user=acting_user, on=on) as row:
        if row.write_off_proposed_by_id is None:
            raise Refused("not_proposed", "还没有人提出核销。")
        different_person(acting_user, row.write_off_proposed_by_id, what="核销")
        left = row.balance
        row.written_off_by, row.written_off_on, row.written_off_fen = acting_user, on, left
        post(LedgerEvent.WRITTEN_OFF, [(row.township_id, row.scheme, left)], on=on, receivable=row)
    return row


def reject_write_off(receivable: Receivable, *, answer: str, acting_user: User, on: date) -> Receivable:
    """Go on asking; by another person than the proposer, with a reason."""
    require(acting_user, Verb.REJECT_WRITE_OFF, on=on, area=receivable.township)
    answer = said(answer, field="answer", ask="请写明退回的理由。")
    with act(Verb.REJECT_WRITE_OFF, acting_user=acting_user, on=on, subject=receivable, reason=answer[:REASON]):
        row = Receivable.objects.select_for_update(no_key=True, of=("self",)).get(pk=receivable.pk)
        if row.write_off_proposed_by_id is None or row.state in OVER:
            raise Refused("not_proposed", "没有待决定的核销：还没有人提出，或者已经有了决定。")
        different_person(acting_user, row.write_off_proposed_by_id, what="核销")
        row.write_off_ground, row.write_off_text = "", ""
        row.write_off_proposed_by = row.write_off_proposed_on = None
        row.save()
        return row

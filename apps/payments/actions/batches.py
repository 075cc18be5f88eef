"""A batch from draft to approval and, at the end, to its close: who may move it, and on which content."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

from django.db import transaction

from apps.accounts.models import User
from apps.accounts.roles import different_person, require
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.money import format_yuan
from apps.core.refusal import Refused, said
from apps.payments.actions.funding import release_all, reserve
from apps.payments.bankfile import name_faults
from apps.payments.enums import BatchState, InstructionState, Step
from apps.payments.facts import Content, closing_of, content_of, downloads_of, outdated, outdated_or_own
from apps.payments.gate import keep_findings
from apps.payments.limits import approvals_needed
from apps.payments.models import AgencyBank, Batch, Finding, Signature
from apps.payments.transitions import BATCH_MOVES, INSTRUCTION_MOVES

SHOWN_NAMES = 3


class FiguresDisagree(Exception):
    """A batch and its payments do not add up: a defect, never an expected no."""


def locked(batch: Batch) -> Batch:
    """The batch as it stands, locked until the act is over (its payments may refer to it meanwhile)."""
    return Batch.objects.select_for_update(no_key=True, of=("self",)).get(pk=batch.pk)


def unchanged(batch: Batch) -> Content:
    """The content, which must still be the one that was frozen."""
    content = content_of(batch)
    if (content.count, content.total_fen, content.sha256) != (
        batch.expected_count,
        batch.expected_total_fen,
        batch.content_sha256,
    ):
        raise Refused("content_changed", "批次内容与送审时不一致，不能继续；请退回编制，查明后重新送审。")
    return content


def refuse_outdated(batch: Batch) -> None:
    """Refused("account_changed") when a payee's account or name changed since it was drawn."""
    names = list(outdated(batch).order_by("pk").values_list("payee_name", flat=True))
    if not names:
        return
    who = some_of(names)
    way = f"由编制人在批次页按“{refresh_label(len(names))}”，核对后再送审"
    first = "" if batch.state == BatchState.DRAFT else "请退回编制，"
    raise Refused("account_changed", f"{who}的收款账户（或户名）在编制之后变更过。{first or '请'}{way}。")


def some_of(names: Sequence[str]) -> str:
    """The first few of many names, and how many there are."""
    return "、".join(names[:SHOWN_NAMES]) + (f" 等 {len(names)} 人" if len(names) > SHOWN_NAMES else "")


def refresh_label(count: int) -> str:
    """The name of the button that points a draft to the accounts in use."""
    return f"按现用账户更新 {count} 笔"


def freeze(batch: Batch, *, declared_count: int, declared_total_fen: int, acting_user: User, on: date) -> Batch:
    """Fix the content of a draft, which must be what the signed roster says, and hand it to the checker.

    The gate's findings are kept for this round; how many must approve is settled now. Refused("not_the_maker") for
    anyone but who drew it, ("own_work") for who let one of its accounts in, ("declared_differs"), ("account_changed"),
    ("batch_empty"), or ("name_unwritable") when a payee's name does not go into the bank's file.
    """
    require(acting_user, Verb.FREEZE_BATCH, on=on)
    told = {"declared_count": declared_count, "declared_total_fen": declared_total_fen}
    with act(Verb.FREEZE_BATCH, acting_user=acting_user, on=on, subject=batch, **told):
        batch = locked(batch)
        state = BATCH_MOVES.target(Verb.FREEZE_BATCH, batch.state)
        if batch.drawn_by_id != acting_user.pk:
            raise Refused("not_the_maker", "须由编制人本人送审；编制人不在时请撤销批次后重新编制。")
        if outdated_or_own(batch, acting_user):
            refuse_outdated(batch)
            refuse_own_accounts(batch, acting_user)
        layout = AgencyBank.objects.on(on).format
        names = batch.instructions.standing().order_by().values_list("payee_name", flat=True).distinct()
        for name in names.iterator(chunk_size=5000):
            if faults := name_faults(name, layout):
                raise Refused("name_unwritable", f"户名“{name}”写不进银行文件（{faults[0]}），请先更正。")
        content = content_of(batch)
        if not content.count:
            raise Refused("batch_empty", "批次里没有可发的支付，请撤销。")
        _refuse_undeclared(content, declared_count, declared_total_fen)
        batch.state, batch.content_sha256, batch.round = state, content.sha256, batch.round + 1
        batch.expected_count = batch.declared_count = content.count
        batch.expected_total_fen = batch.declared_total_fen = content.total_fen
        batch.approvals_needed = approvals_needed(content.total_fen, on)
        batch.save()
        sign(batch, Step.SENT, acting_user, on)
        keep_findings(batch, on=on)
        return batch


def _refuse_undeclared(content: Content, count: int, total_fen: int) -> None:
    if count != content.count:
        text = f"花名册签的是 {count} 笔，批次里是 {content.count} 笔，不能送审；请用最新的花名册重新核对签字。"
        raise Refused("declared_differs", text, field="declared_count")
    if total_fen != content.total_fen:
        written, held = format_yuan(total_fen), format_yuan(content.total_fen)
        text = f"花名册签的是 {written} 元，批次里是 {held} 元，不能送审；请用最新的花名册重新核对签字。"
        raise Refused("declared_differs", text, field="declared_total_fen")


def sign(batch: Batch, step: Step, user: User, on: date) -> None:
    """One person's one act in this round, on the content as it was sent."""
    given = {"batch": batch, "round": batch.round, "content_sha256": batch.content_sha256}
    Signature.objects.create(step=step, user=user, on=on, **given)


def refuse_open_findings(batch: Batch) -> None:
    """Refused("findings_open") while something the gate found is not let through."""
    if found := Finding.objects.of(batch).in_the_way().count():
        raise Refused("findings_open", f"还有 {found} 个疑点没有核销，不能批准；请先逐个核销，或退回编制移出。")


def refuse_own_accounts(batch: Batch, user: User) -> None:
    """Refused("own_work") for who let in an account that the batch pays into: nobody says both where to and that."""
    own = batch.instructions.standing().filter(account__decided_by=user).order_by("pk")
    names = list(own.values_list("payee_name", flat=True))
    if not names:
        return
    if batch.state != BatchState.DRAFT:
        raise Refused("own_work", "批次里有您本人核准的收款账户，须由没有核准过这些账户的同事办理。")
    anew = f"由乡镇（街道）另一位有权核准的同事重新核准后“{refresh_label(len(names))}”"
    ways = f"请{anew}；或移出这些支付；或撤销批次，由没有核准过这些账户的同事重新编制。"
    raise Refused("own_work", f"{some_of(names)}的收款账户是编制人本人核准的，不能送审。{ways}")


def signed_by(batch: Batch) -> list[int]:
    """Who signed in the batch's present round."""
    return list(Signature.objects.filter(batch=batch, round=batch.round).values_list("user", flat=True))


def approve(batch: Batch, *, content_sha256: str, acting_user: User, on: date) -> Batch:
    """Approve exactly the content seen; by another person than who drew it or approved it before ("own_work").

    The batch goes on when as many have approved as were asked for when it was sent. Refused("content_changed") when it
    no longer holds what ``content_sha256`` stands for, ("findings_open") while something the gate found stands open,
    ("funds_short") when there is less money than it needs.
    """
    require(acting_user, Verb.APPROVE_BATCH, on=on)
    with act(Verb.APPROVE_BATCH, acting_user=acting_user, on=on, subject=batch, content_sha256=content_sha256):
        batch = locked(batch)
        state = BATCH_MOVES.target(Verb.APPROVE_BATCH, batch.state)
        signers = signed_by(batch)
        different_person(acting_user, batch.drawn_by_id, *signers, what="批次复核")
        refuse_own_accounts(batch, acting_user)
        if batch.content_sha256 != content_sha256:
            raise Refused("content_changed", "批次内容在您查看之后变过，请重新核对后再批准。")
        unchanged(batch)
        refuse_open_findings(batch)
        sign(batch, Step.APPROVED, acting_user, on)
        if len(signers) < batch.approvals_needed:
            return batch
        reserve(batch, on=on)
        batch.state, batch.approved_by, batch.approved_on = state, acting_user, on
        batch.approved_sha256 = content_sha256
        batch.save(update_fields=["state", "approved_by", "approved_on", "approved_sha256"])
        return batch


def send_back(batch: Batch, *, reason: str, acting_user: User, on: date) -> Batch:
    """Return a batch to its maker, with a reason; an approval already given falls."""
    require(acting_user, Verb.SEND_BACK_BATCH, on=on)
    reason = said(reason, field="reason", ask="请写明退回的理由。")
    with act(Verb.SEND_BACK_BATCH, acting_user=acting_user, on=on, subject=batch, reason=reason):
        batch = locked(batch)
        batch.state = BATCH_MOVES.target(Verb.SEND_BACK_BATCH, batch.state)
        release_all(batch, on=on)
        batch.approved_by = batch.approved_on = None
        batch.content_sha256 = batch.approved_sha256 = ""
        fields = ["state", "approved_by", "approved_on", "content_sha256", "approved_sha256"]
        batch.save(update_fields=fields)
        return batch


def cancel(batch: Batch, *, reason: str, acting_user: User, on: date) -> Batch:
    """Give up a batch that has not gone to the bank; what it would have paid can be drawn again.

    Refused("file_handed_out") once its file was downloaded: it might be on its way.
    """
    require(acting_user, Verb.CANCEL_BATCH, on=on)
    reason = said(reason, field="reason", ask="请写明撤销的理由。")
    with act(Verb.CANCEL_BATCH, acting_user=acting_user, on=on, subject=batch, reason=reason):
        batch = locked(batch)
        state = BATCH_MOVES.target(Verb.CANCEL_BATCH, batch.state)
        if batch.state == BatchState.SEALED and (given := downloads_of(batch).first()):
            raise Refused(
                "file_handed_out",
                f"银行文件已由{given.user.name}下载，可能已送银行，不能撤销；请登记送交并按回盘处理。",
            )
        release_all(batch, on=on)
        batch.state = state
        batch.save(update_fields=["state"])
        cancelled = INSTRUCTION_MOVES.target(Verb.CANCEL_BATCH, InstructionState.QUEUED)
        batch.instructions.filter(state=InstructionState.QUEUED).update(state=cancelled)
        return batch


def close(batch: Batch, *, acting_user: User, on: date) -> Batch:
    """Close a batch whose every payment was answered; what it held is paid, taken up elsewhere, or open and listed.

    Refused("unanswered") while the bank's answer is missing for a payment. FiguresDisagree when the three sums do not
    make up the batch to the fen.
    """
    require(acting_user, Verb.CLOSE_BATCH, on=on)
    with transaction.atomic():
        batch = locked(batch)
        if batch.state in (BatchState.SUBMITTED, BatchState.RETURNED):
            raise Refused("unanswered", "还有支付没有银行结果，收到并导入回盘后才能关闭。")
        if batch.alarms.open().exists():
            raise Refused("alarm_open", "银行回盘里多出的支付还没有查明，由民政局主管登记查明情况后才能关闭。")
        figures = closing_of(batch)
        with act(Verb.CLOSE_BATCH, acting_user=acting_user, on=on, subject=batch, **asdict(figures)):
            batch.state = BATCH_MOVES.target(Verb.CLOSE_BATCH, batch.state)
            if (figures.count, figures.total_fen) != (batch.expected_count, batch.expected_total_fen):
                raise FiguresDisagree(f"{batch}: {figures}")
            batch.closed_on = on
            batch.save(update_fields=["state", "closed_on"])
            return batch

"""To the bank: the file is made once and sealed, and its delivery is written down."""

import hashlib
from collections.abc import Iterator
from datetime import date

from django.db.models import Sum

from apps.accounts.models import User
from apps.accounts.roles import different_person, require
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.crypto import blind_index
from apps.core.month import Month
from apps.core.refusal import Refused
from apps.households.models.account import ACCOUNT_NUMBER
from apps.payments.actions.batches import (
    FiguresDisagree,
    locked,
    refuse_outdated,
    refuse_own_accounts,
    sign,
    signed_by,
    some_of,
    unchanged,
)
from apps.payments.actions.ledger import post
from apps.payments.actions.soundness import refuse_unsound
from apps.payments.bankfile import BankFileError, PaymentFile, PaymentLine, parse, write
from apps.payments.enums import InstructionState, LedgerEvent, Step
from apps.payments.facts import downloads_of
from apps.payments.gate import found_since
from apps.payments.models import AgencyBank, BankFile, Batch
from apps.payments.transitions import BATCH_MOVES, INSTRUCTION_MOVES


def release(batch: Batch, *, acting_user: User, on: date) -> Batch:
    """Release an approved batch, by a third person ("own_work"): the bank file is made and sealed.

    Refused("content_changed"), ("account_changed"), ("found_since") when a death or an ending became known since it was
    sent, ("unsound") while an invariant is broken, or ("file_refused") when the content does not go into the file.
    """
    require(acting_user, Verb.RELEASE_BATCH, on=on)
    with act(Verb.RELEASE_BATCH, acting_user=acting_user, on=on, subject=batch):
        batch = locked(batch)
        batch.state = BATCH_MOVES.target(Verb.RELEASE_BATCH, batch.state)
        different_person(acting_user, *signed_by(batch), what="批次放行")
        refuse_own_accounts(batch, acting_user)
        unchanged(batch)
        refuse_outdated(batch)
        refuse_unsound(batch)
        _refuse_found_since(batch, on)
        sign(batch, Step.RELEASED, acting_user, on)
        _seal(batch, on)
        batch.released_by, batch.released_on = acting_user, on
        batch.save(update_fields=["state", "released_by", "released_on"])
        return batch


def _refuse_found_since(batch: Batch, on: date) -> None:
    if found := found_since(batch, on=on):
        names = some_of(list(batch.instructions.filter(pk__in=found).values_list("payee_name", flat=True)))
        raise Refused("found_since", f"送审之后得知{names}死亡、停发或迁出，不能放行；请退回编制，重新送审。")


def _seal(batch: Batch, on: date) -> None:
    agency = AgencyBank.objects.on(on)
    file = PaymentFile(batch.number, on, tuple(_lines(batch)))
    try:
        content = write(file, agency.format)
    except BankFileError as error:
        raise Refused("file_refused", f"生成不了银行文件：{error}。请退回编制并更正。") from error
    if parse(content, agency.format) != file or (len(file.lines), file.total_fen) != (
        batch.expected_count,
        batch.expected_total_fen,
    ):
        raise FiguresDisagree(f"{batch}: the file does not say what the batch holds")
    sealed = BankFile(
        batch=batch,
        bank=agency.bank,
        layout=agency.layout,
        serial_no=f"{agency.layout}-{batch.number}",
        sha256=hashlib.sha256(content).hexdigest(),
        line_count=len(file.lines),
        total_fen=file.total_fen,
        made_on=on,
    )
    sealed.set_content(content)
    sealed.save()


def _lines(batch: Batch) -> Iterator[PaymentLine]:
    rows = batch.instructions.standing().select_related("account", "entitlement")
    for row in rows.order_by("township__code", "entitlement_id").iterator(chunk_size=2000):
        number = row.account.full_number()
        if blind_index(number, column=ACCOUNT_NUMBER) != bytes(row.account.number_index):
            raise FiguresDisagree(f"account {row.account_id} is not the one its index stands for")
        purpose = f"{Month.of(row.entitlement.month).label()}{row.entitlement.get_scheme_display()}"
        yield PaymentLine(str(row.end_to_end_id), number, row.payee_name, row.amount_fen, purpose)


def submit(batch: Batch, *, acting_user: User, on: date) -> Batch:
    """Write down that the file went to the bank. Refused("not_downloaded") when nobody ever took the file out."""
    require(acting_user, Verb.SUBMIT_BATCH, on=on)
    with act(Verb.SUBMIT_BATCH, acting_user=acting_user, on=on, subject=batch):
        batch = locked(batch)
        batch.state = BATCH_MOVES.target(Verb.SUBMIT_BATCH, batch.state)
        if not downloads_of(batch).exists():
            raise Refused("not_downloaded", "银行文件还没有人下载过，请先下载并送交银行，再来登记。")
        batch.submitted_on = on
        batch.save(update_fields=["state", "submitted_on"])
        state = INSTRUCTION_MOVES.target(Verb.SUBMIT_BATCH, InstructionState.QUEUED)
        sent = batch.instructions.filter(state=InstructionState.QUEUED).update(state=state)
        if sent != batch.expected_count:
            raise FiguresDisagree(f"{batch}: {sent} payments sent, {batch.expected_count} approved")
        sums = batch.instructions.standing().values_list("township", "entitlement__scheme")
        post(LedgerEvent.SUBMITTED, sums.annotate(fen=Sum("amount_fen")), on=on, batch=batch)
        return batch

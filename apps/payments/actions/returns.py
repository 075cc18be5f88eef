"""Back from the bank: a return file is taken over whole or not at all."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

from django.db import connection
from django.db.models import Sum

from apps.accounts.models import User
from apps.accounts.roles import require
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.refusal import Refused
from apps.payments.actions.batches import locked
from apps.payments.actions.ledger import post
from apps.payments.bankfile import RESULTS, FileError, Outcome, ReturnedFile, no_return_file, parse_return
from apps.payments.enums import FAILED, InstructionState, LedgerEvent, ReturnOutcome
from apps.payments.facts import sent_of
from apps.payments.models import Batch, ReturnAlarm, ReturnFile, ReturnLine
from apps.payments.reconcile import UNKNOWN_ID, WAITING, Answer, Verdict, reconcile
from apps.payments.transitions import BATCH_MOVES, INSTRUCTION_MOVES, SETTLE

SHOWN_ERRORS = 1000
NOT_IN_FILE = "回盘文件中没有这一笔"
SETTLED = (Outcome.PAID, Outcome.RETURNED, Outcome.REJECTED)

_SET_OUTCOMES = """
    UPDATE payments_instruction i
    SET state = u.state, failure_code = u.code, failure_text = u.text, settled_on = u.settled_on
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::date[]) AS u(id, state, code, text, settled_on)
    WHERE i.id = u.id
"""


def import_return(batch: Batch, *, content: bytes, acting_user: User, on: date) -> ReturnFile:
    """Take over a return file, all of it or nothing; the file is kept either way, with its errors when refused.

    Payments sent of which the file says nothing become UNKNOWN; lines we never sent raise an alarm.
    Refused("wrong_file") for something that is no return file, ("already_imported") for the same bytes again,
    ("nothing_new") for a file that only repeats what is known, ("illegal_move") when no return is awaited.
    """
    require(acting_user, Verb.IMPORT_RETURN, on=on)
    digest = hashlib.sha256(content).hexdigest()
    with act(Verb.IMPORT_RETURN, acting_user=acting_user, on=on, subject=batch, sha256=digest):
        batch = locked(batch)
        refuse_repeated(batch, digest)
        BATCH_MOVES.target(Verb.IMPORT_RETURN, batch.state)
        file, parsed, verdict = read(batch, content, acting_user=acting_user, on=on, late=False)
        if verdict.errors:
            return refuse(file, verdict.errors)
        if not verdict.answers and not verdict.missing:
            raise Refused("nothing_new", "文件里的结果此前都已登记，没有新的内容，没有重复入账。")
        return _apply(batch, file, verdict, parsed, on)


def refuse_repeated(batch: Batch, digest: str) -> None:
    """Refused("already_imported") when these very bytes were taken over before."""
    earlier = ReturnFile.objects.filter(sha256=digest, outcome=ReturnOutcome.APPLIED)
    if known := earlier.select_related("imported_by").first():
        day = f"{known.imported_on.year}年{known.imported_on.month}月{known.imported_on.day}日"
        raise Refused("already_imported", f"这份文件已于{day}由{known.imported_by.name}导入，没有重复入账。")


def read(
    batch: Batch, content: bytes, *, acting_user: User, on: date, late: bool
) -> tuple[ReturnFile, ReturnedFile, Verdict]:
    """The file to be kept, what it says, and how that stands to the batch; Refused("wrong_file")."""
    sealed = batch.bank_file
    if said := no_return_file(content, sealed.format):
        raise Refused("wrong_file", said, field="file")
    parsed = parse_return(content, sealed.format)
    file = ReturnFile(batch=batch, late=late, bank=sealed.bank, layout=sealed.layout, bank_file_no=parsed.file_no)
    file.sha256, file.line_count = hashlib.sha256(content).hexdigest(), len(parsed.lines)
    file.imported_by, file.imported_on = acting_user, on
    file.set_content(content)
    return file, parsed, reconcile(parsed, sent_of(batch, parsed, on=on, late=late))


def refuse(file: ReturnFile, errors: Sequence[FileError]) -> ReturnFile:
    """Keep the file with everything wrong with it; what we never sent raises the alarm."""
    file.outcome = ReturnOutcome.REJECTED
    file.errors = [asdict(error) for error in errors[:SHOWN_ERRORS]]
    file.save()
    strange = [error.line for error in errors if error.code == UNKNOWN_ID]
    if strange and not ReturnAlarm.objects.filter(batch=file.batch, sha256=file.sha256).exists():
        ReturnAlarm.objects.create(
            batch=file.batch,
            return_file=file,
            sha256=file.sha256,
            lines=strange[:SHOWN_ERRORS],
            raised_by=file.imported_by,
            raised_on=file.imported_on,
        )
    return file


def _apply(batch: Batch, file: ReturnFile, verdict: Verdict, parsed: ReturnedFile, on: date) -> ReturnFile:
    file.outcome = ReturnOutcome.APPLIED
    file.paid_count = sum(a.outcome is Outcome.PAID for a in verdict.answers)
    file.unknown_count = sum(a.outcome is Outcome.UNKNOWN for a in verdict.answers) + len(verdict.missing)
    file.failed_count = len(verdict.answers) + len(verdict.missing) - file.paid_count - file.unknown_count
    file.save()
    _set_outcomes(verdict, parsed.on or on)
    add_lines(file, verdict.answers)
    _post(file, LedgerEvent.PAID, [InstructionState.PAID], on)
    _post(file, LedgerEvent.FAILED, FAILED, on)
    open_left = batch.instructions.filter(state__in=WAITING).exists()
    batch.state = BATCH_MOVES.target(Verb.IMPORT_RETURN if open_left else SETTLE, batch.state)
    batch.save(update_fields=["state"])
    return file


def _set_outcomes(verdict: Verdict, on: date) -> None:
    rows = [_outcome(answer, on) for answer in verdict.answers]
    rows += [(key, InstructionState.UNKNOWN.value, "", NOT_IN_FILE, None) for key in verdict.missing]
    with connection.cursor() as cursor:
        cursor.execute(_SET_OUTCOMES, [list(column) for column in zip(*rows, strict=True)])


def _outcome(answer: Answer, on: date) -> tuple[int, str, str, str, date | None]:
    state = INSTRUCTION_MOVES.target(answer.outcome.value, InstructionState.SUBMITTED)
    settled_on = on if answer.outcome in SETTLED else None
    if answer.outcome is Outcome.PAID:
        return answer.key, state, "", "", settled_on
    return answer.key, state, answer.line.code, reason_of(answer), settled_on


def reason_of(answer: Answer) -> str:
    """Why a payment failed: in the bank's words, else in ours."""
    return (answer.line.note or RESULTS[answer.line.code].label)[:120]


def add_lines(file: ReturnFile, answers: Sequence[Answer]) -> None:
    """Keep what the lines of a file that is taken over said."""
    ReturnLine.objects.bulk_create([_line(file, answer) for answer in answers], batch_size=5000)


def _line(file: ReturnFile, answer: Answer) -> ReturnLine:
    return ReturnLine(
        return_file=file,
        line_no=answer.line.line,
        instruction_id=answer.key,
        amount_fen=answer.line.amount_fen,
        code=answer.line.bank_code,
        bank=file.bank,
        bank_txn_id=answer.line.bank_txn_id,
        outcome=answer.outcome.value,
    )


def _post(file: ReturnFile, event: LedgerEvent, outcomes: Sequence[str], on: date) -> None:
    lines = ReturnLine.objects.filter(return_file=file, outcome__in=outcomes)
    sums = lines.values_list("instruction__township", "instruction__entitlement__scheme")
    post(event, sums.annotate(fen=Sum("amount_fen")), on=on, return_file=file)

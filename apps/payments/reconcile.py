"""A return file held against its batch: every line checked, everything that contradicts found. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from apps.core.money import plain_yuan
from apps.payments.bankfile import RESULTS, FileError, Outcome, ReturnedFile, ReturnLine

WAITING = frozenset({"SUBMITTED", "UNKNOWN"})
_LABELS = {"PAID": "已到账", "RETURNED": "已退票", "REJECTED": "银行拒付", "UNKNOWN": "结果未定"}


@dataclass(frozen=True)
class Expected:
    """A payment of the batch as the office knows it: its key, its amount in fen, its state."""

    key: int
    amount_fen: int
    state: str


@dataclass(frozen=True)
class Answer:
    """Something new: what the bank says about one payment."""

    line: ReturnLine
    key: int
    outcome: Outcome


@dataclass(frozen=True)
class Verdict:
    """Either errors, or what is new: answers, and payments sent of which the file says nothing."""

    errors: tuple[FileError, ...]
    answers: tuple[Answer, ...] = ()
    missing: tuple[int, ...] = ()


def reconcile(
    file: ReturnedFile,
    *,
    batch_number: str,
    sent_on: date,
    today: date,
    expected: Mapping[str, Expected],
    elsewhere: frozenset[str] = frozenset(),
) -> Verdict:
    """Hold the file against the batch; one error anywhere and nothing of it counts.

    ``elsewhere`` are the ids in the file that belong to other batches. A payment already settled may be repeated with
    the same outcome (nothing new), never with another.
    """
    errors = list(file.errors)
    errors += _header_errors(file, batch_number, sent_on, today)
    seen = Counter(line.end_to_end_id for line in file.lines)
    for line in file.lines:
        errors += _line_errors(line, expected.get(line.end_to_end_id), seen, elsewhere)
    if errors:
        return Verdict(tuple(sorted(errors, key=lambda e: (e.line, e.column))))
    answers = tuple(_answers(file, expected))
    missing = tuple(e.key for i, e in expected.items() if e.state == "SUBMITTED" and i not in seen)
    return Verdict((), answers, missing)


def _header_errors(file: ReturnedFile, batch_number: str, sent_on: date, today: date) -> Iterator[FileError]:
    if file.batch_number and file.batch_number != batch_number:
        yield FileError(1, 2, "batch", f"这是批次 {file.batch_number} 的回盘，不是 {batch_number} 的")
    if file.on is not None and not sent_on <= file.on <= today:
        yield FileError(1, 6, "date", f"回盘日期应在送交日期 {sent_on:%Y%m%d} 与今天 {today:%Y%m%d} 之间")


def _line_errors(
    line: ReturnLine, expected: Expected | None, seen: Counter[str], elsewhere: frozenset[str]
) -> Iterator[FileError]:
    if seen[line.end_to_end_id] > 1:
        yield FileError(line.line, 3, "duplicate", "同一笔支付在文件中出现不止一次")
    if expected is None:
        if line.end_to_end_id in elsewhere:
            yield FileError(line.line, 3, "other_batch", "这一笔属于另一个批次")
        else:
            yield FileError(line.line, 3, "unknown_id", "多出的一笔：本系统没有发出过，请立即报告主管并向银行查明")
        return
    if line.amount_fen != expected.amount_fen:
        told, sent = plain_yuan(line.amount_fen), plain_yuan(expected.amount_fen)
        yield FileError(line.line, 4, "amount", f"金额 {told} 元与送出的 {sent} 元不符")
    result = RESULTS.get(line.code)
    if result and expected.state not in WAITING and result.outcome.value != expected.state:
        was, says = _LABELS.get(expected.state, expected.state), _LABELS[result.outcome]
        yield FileError(line.line, 5, "outcome", f"这一笔此前已登记为“{was}”，文件中却是“{says}”")


def _answers(file: ReturnedFile, expected: Mapping[str, Expected]) -> Iterator[Answer]:
    for line in file.lines:
        known, outcome = expected[line.end_to_end_id], RESULTS[line.code].outcome
        if known.state in WAITING and known.state != outcome.value:
            yield Answer(line, known.key, outcome)

"""Reading and writing bank files: pure, values in, bytes out and back; amounts are fen.

The formats are data (``bankformat``), bytes are cut by ``bankcarrier``, fields are checked by ``bankreader``; this
module knows what the records mean together: counts, totals, sequence.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from apps.core.money import Fen
from apps.payments.bankcarrier import Beginning
from apps.payments.bankformat import (
    CURRENCY,
    DEFAULT,
    RESULTS,
    SUCCESS,
    Format,
    Outcome,
    Result,
    Row,
    Side,
    format_of,
)
from apps.payments.bankreader import BankFileError, FieldReader, FileError, faults_of, rows_to_bytes

__all__ = [
    "RESULTS",
    "BankFileError",
    "FileError",
    "Outcome",
    "PaymentFile",
    "PaymentLine",
    "Result",
    "ReturnLine",
    "ReturnedFile",
    "name_faults",
    "no_return_file",
    "parse",
    "parse_return",
    "write",
    "write_return",
]

STANDARD = format_of(DEFAULT)


@dataclass(frozen=True)
class PaymentLine:
    """One payment asked of the bank."""

    end_to_end_id: str
    account: str
    name: str
    amount_fen: Fen
    purpose: str


@dataclass(frozen=True)
class PaymentFile:
    """A batch as the bank receives it; count and total are always those of the lines."""

    batch_number: str
    on: date
    lines: tuple[PaymentLine, ...]

    @property
    def total_fen(self) -> Fen:
        """Sum of the lines in fen."""
        return sum(line.amount_fen for line in self.lines)


@dataclass(frozen=True)
class ReturnLine:
    """One answer of the bank: ``code`` the office's, ``bank_code`` the bank's own; ``line`` is where it stands."""

    sequence: int
    end_to_end_id: str
    amount_fen: Fen
    code: str
    note: str = ""
    line: int = 0
    bank_txn_id: str = ""
    bank_code: str = ""
    account: str = ""
    name: str = ""


@dataclass(frozen=True)
class ReturnedFile:
    """A return file as read: its lines as far as they could be read, and everything wrong with it."""

    batch_number: str
    on: date | None
    lines: tuple[ReturnLine, ...]
    errors: tuple[FileError, ...] = ()
    file_no: str = ""
    layout: Format = STANDARD

    def place(self, name: str) -> int:
        """Which field of a result line holds this."""
        return self.layout.returned.detail.place(name)


def write(file: PaymentFile, layout: Format = STANDARD) -> bytes:
    """The payment file's bytes; BankFileError when a field is too wide, empty or holds what the bank cannot take."""
    side, common = layout.payment, {"batch_number": file.batch_number, "on": file.on, "currency": CURRENCY}
    details = [{"sequence": n, **vars(line), **common} for n, line in enumerate(file.lines, start=1)]
    return rows_to_bytes(_rows(side, details, common), layout, side)


def parse(content: bytes, layout: Format = STANDARD) -> PaymentFile:
    """The payment file in these bytes; BankFileError with every fault found."""
    reader = FieldReader(content, layout, layout.payment)
    details = reader.all(layout.payment.detail)
    for expected, (line, row) in enumerate(details, start=1):
        if row["sequence"] != expected:
            place = layout.payment.detail.place("sequence")
            reader.fault(line, place, "sequence", f"序号应为 {expected}，文件中是 {row['sequence']}")
    reader.check_sums([row["amount_fen"] for _, row in details])
    batch_number, on = _common(reader, "batch_number"), _common(reader, "on")
    if reader.errors:
        raise BankFileError(reader.errors)
    lines = tuple(PaymentLine(**{k: row[k] for k in PaymentLine.__dataclass_fields__}) for _, row in details)
    return PaymentFile(batch_number, on, lines)


def write_return(
    batch_number: str, on: date, lines: Sequence[ReturnLine], layout: Format = STANDARD, *, file_no: str = ""
) -> bytes:
    """A return file's bytes, as the bank would write them."""
    side = layout.returned
    common = {"batch_number": batch_number, "on": on, "currency": CURRENCY, "file_no": file_no}
    codes = ({"code": line.bank_code or layout.bank_code(line.code)} for line in lines)
    details = [vars(line) | common | code for line, code in zip(lines, codes, strict=True)]
    return rows_to_bytes(_rows(side, details, common | _told(lines)), layout, side)


def parse_return(content: bytes, layout: Format = STANDARD) -> ReturnedFile:
    """The return file in these bytes with every fault of form found; never raises for what the bytes contain."""
    side = layout.returned
    reader = FieldReader(content, layout, side)
    lines = tuple(_result(line, row, layout, reader) for line, row in reader.all(side.detail))
    for line in _repeated([line for line in lines if line.sequence], "sequence"):
        said = f"序号 {line.sequence} 在文件中出现不止一次"
        reader.fault(line.line, side.detail.place("sequence"), "sequence", said)
    for line in _repeated([line for line in lines if line.bank_txn_id], "bank_txn_id"):
        reader.fault(line.line, side.detail.place("bank_txn_id"), "txn_repeated", "银行流水号在文件中出现不止一次")
    reader.check_sums([line.amount_fen for line in lines])
    trailer, told = reader.one(side.trailer), _told(lines)
    if not reader.errors and any(trailer[name] != told[name] for name in told if name in trailer):
        reader.fault(reader.last, 0, "trailer", "文件尾的成功、未成功笔数或金额与明细合计不一致")
    batch_number, on, file_no = (_common(reader, name) for name in ("batch_number", "on", "file_no"))
    return ReturnedFile(batch_number or "", on, lines, tuple(reader.errors), file_no or "", layout)


def no_return_file(content: bytes, layout: Format = STANDARD) -> str:
    """Why these bytes are no return file at all, in one sentence; empty when it is worth looking at their lines."""
    if not content.strip():
        return "文件是空的，请重新选择银行给的回盘文件。"
    try:
        begins = Beginning.of(content, layout)
    except BankFileError as error:
        return f"{error.errors[0].text.rstrip('。')}。"
    if begins.is_of(layout.payment) and not begins.is_of(layout.returned):
        return "这是发给银行的文件，不是银行的回盘文件，请重新选择。"
    if not begins.is_like(layout.returned):
        return f"这不是银行的回盘文件（应为{layout.label}），请重新选择银行给的原始文件。"
    return ""


def name_faults(name: str, layout: Format = STANDARD) -> list[str]:
    """Why the bank's file could not take this payee name; empty when it can."""
    column = next(column for column in layout.payment.detail.columns if column.name == "name")
    return [said for _, said in faults_of(column, name, layout)]


def _rows(side: Side, details: Sequence[dict[str, Any]], whole: Mapping[str, Any]) -> list[tuple[Row, dict[str, Any]]]:
    """The records of a file in their order; what is told of the whole stands in the header or the trailer."""
    amounts = [row["amount_fen"] for row in details]
    told = {**whole, "count": len(amounts), "total_fen": sum(amounts)}
    ends = [[(row, told)] if row is not None else [] for row in (side.header, side.trailer)]
    return [*ends[0], *((side.detail, row) for row in details), *ends[1]]


def _common(reader: FieldReader, name: str) -> Any:
    """What the file says of itself: once, or line by line, and then always the same; None when it says nothing."""
    row = reader.side.home(name)
    said = [(line, values[name]) for line, values in reader.all(row) if name in values]
    for line, value in said:
        if value != said[0][1]:
            label = next(column.label for column in row.columns if column.name == name)
            reader.fault(line, row.place(name), "mixed", f"{label}与前面各行不一致")
    return said[0][1] if said else None


def _result(line: int, row: Mapping[str, Any], layout: Format, reader: FieldReader) -> ReturnLine:
    """A result line with the office's code for the bank's."""
    code = layout.results.get(row["code"], "")
    if not code:
        place = layout.returned.detail.place("code")
        reader.fault(line, place, "result_code", f"结果码 {row['code']} 不在约定的代码表中")
    told = {name: row[name] for name in ReturnLine.__dataclass_fields__ if name in row}
    told |= {"code": code, "bank_code": row["code"], "line": line}
    return ReturnLine(**({"sequence": 0} | told))


def _told(lines: Sequence[ReturnLine]) -> dict[str, int]:
    paid = [line.amount_fen for line in lines if line.code == SUCCESS]
    failed = [line.amount_fen for line in lines if line.code != SUCCESS]
    return {
        "paid_count": len(paid),
        "paid_fen": sum(paid),
        "failed_count": len(failed),
        "failed_fen": sum(failed),
    }


def _repeated(lines: Sequence[ReturnLine], name: str) -> Iterator[ReturnLine]:
    counted = Counter(getattr(line, name) for line in lines)
    return (line for line in lines if counted[getattr(line, name)] > 1)

"""Reading and writing bank files: pure, values in, bytes out and back. Amounts are fen here and yuan in the file.

The layouts are data (``bankformat``); cutting and checking fields is ``bankreader``'s; this module knows what the
records mean together: counts, totals, sequence.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from apps.core.money import Fen
from apps.payments.bankformat import CURRENCY, JHNX_1, RESULTS, Format, Outcome, Result
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
    """One answer of the bank; ``line`` is where it stands in the file."""

    sequence: int
    end_to_end_id: str
    amount_fen: Fen
    code: str
    note: str = ""
    line: int = 0


@dataclass(frozen=True)
class ReturnedFile:
    """A return file as read: its lines as far as they could be read, and everything wrong with it."""

    batch_number: str
    on: date | None
    lines: tuple[ReturnLine, ...]
    errors: tuple[FileError, ...] = ()


def write(file: PaymentFile, layout: Format = JHNX_1) -> bytes:
    """The payment file's bytes; BankFileError when a field is too wide, empty or holds what the bank cannot take."""
    rows = [(layout.header, _header(file.batch_number, file.on, [line.amount_fen for line in file.lines]))]
    rows += [(layout.detail, {"sequence": n, **vars(line)}) for n, line in enumerate(file.lines, start=1)]
    return rows_to_bytes(rows, layout)


def parse(content: bytes, layout: Format = JHNX_1) -> PaymentFile:
    """The payment file in these bytes; BankFileError with every fault found."""
    reader = FieldReader(content, layout, (layout.header, layout.detail))
    header, details = reader.one(layout.header), reader.all(layout.detail)
    for expected, (line, row) in enumerate(details, start=1):
        if row["sequence"] != expected:
            reader.fault(line, 2, "sequence", f"序号应为 {expected}，文件中是 {row['sequence']}")
    reader.check_header([row["amount_fen"] for _, row in details])
    if reader.errors:
        raise BankFileError(reader.errors)
    lines = tuple(PaymentLine(**{k: v for k, v in row.items() if k != "sequence"}) for _, row in details)
    return PaymentFile(header["batch_number"], header["on"], lines)


def write_return(batch_number: str, on: date, lines: Sequence[ReturnLine], layout: Format = JHNX_1) -> bytes:
    """A return file's bytes, as the bank would write them."""
    rows = [(layout.header, _header(batch_number, on, [line.amount_fen for line in lines]))]
    rows += [(layout.result, vars(line)) for line in lines]
    rows.append((layout.trailer, _trailer(lines)))
    return rows_to_bytes(rows, layout)


def parse_return(content: bytes, layout: Format = JHNX_1) -> ReturnedFile:
    """The return file in these bytes with every fault of form found; never raises for what the bytes contain."""
    reader = FieldReader(content, layout, (layout.header, layout.result, layout.trailer))
    header = reader.one(layout.header)
    lines = tuple(ReturnLine(**row, line=line) for line, row in reader.all(layout.result))
    for line in lines:
        if line.code not in RESULTS:
            reader.fault(line.line, 5, "result_code", f"结果码 {line.code} 不在约定的代码表中")
    for line in _repeated(lines):
        reader.fault(line.line, 2, "sequence", f"序号 {line.sequence} 在文件中出现不止一次")
    reader.check_header([line.amount_fen for line in lines])
    trailer = reader.one(layout.trailer)
    if trailer and not reader.errors and trailer != _trailer(lines):
        reader.fault(reader.last, 0, "trailer", "文件尾的成功、未成功笔数或金额与明细合计不一致")
    return ReturnedFile(header.get("batch_number", ""), header.get("on"), lines, tuple(reader.errors))


def no_return_file(content: bytes, layout: Format = JHNX_1) -> str:
    """Why these bytes are no return file at all, in one sentence; empty when it is worth looking at their lines."""
    if not content.strip():
        return "文件是空的，请重新选择银行给的回盘文件。"
    begins = {line.split(layout.separator.encode(), 1)[0] for line in content.splitlines()}
    if layout.detail.mark.encode() in begins and layout.result.mark.encode() not in begins:
        return "这是发给银行的文件，不是银行的回盘文件，请重新选择。"
    if begins.isdisjoint(row.mark.encode() for row in (layout.header, layout.result, layout.trailer)):
        return "这不是银行的回盘文件，请重新选择银行给的原始文件。"
    return ""


def name_faults(name: str, layout: Format = JHNX_1) -> list[str]:
    """Why the bank's file could not take this payee name; empty when it can."""
    column = next(column for column in layout.detail.columns if column.name == "name")
    return [said for _, said in faults_of(column, name, layout)]


def _header(batch_number: str, on: date, amounts: Sequence[Fen]) -> dict[str, Any]:
    totals = {"count": len(amounts), "total_fen": sum(amounts)}
    return {"batch_number": batch_number, "currency": CURRENCY, **totals, "on": on}


def _trailer(lines: Sequence[ReturnLine]) -> dict[str, Any]:
    paid = [line.amount_fen for line in lines if line.code == "00"]
    failed = [line.amount_fen for line in lines if line.code != "00"]
    return {
        "paid_count": len(paid),
        "paid_fen": sum(paid),
        "failed_count": len(failed),
        "failed_fen": sum(failed),
    }


def _repeated(lines: Sequence[ReturnLine]) -> Iterator[ReturnLine]:
    counted = Counter(line.sequence for line in lines)
    return (line for line in lines if counted[line.sequence] > 1)

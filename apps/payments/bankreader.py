"""The fields of a bank file: every record checked, every fault with its line and place."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from apps.core.money import Fen, fen, plain_yuan
from apps.payments.bankcarrier import BankFileError, FileError, Record, records, to_bytes
from apps.payments.bankformat import Carrier, Column, Format, Kind, Row, Side, Unit

__all__ = ["MAX_ERRORS", "BankFileError", "FieldReader", "FileError", "faults_of", "rows_to_bytes"]

MAX_ERRORS = 1000

# Control, format (zero width), surrogate and line or paragraph separators: invisible, or not to be written at all.
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# What a spreadsheet that opens a CSV would calculate.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


class FieldReader:
    """Reads the records of one file; collects faults instead of stopping at the first, up to what can be shown."""

    def __init__(self, content: bytes, layout: Format, side: Side) -> None:
        self.layout, self.side = layout, side
        self.errors: list[FileError] = []
        self.found: list[tuple[int, Row, dict[str, Any]]] = []
        # A file of nothing but its headings ends with them.
        self.last = 1 if side.headings else 0
        try:
            for record in records(content, layout, side):
                self.last = record.line
                self._read(record)
                if len(self.errors) >= MAX_ERRORS:
                    return
        except BankFileError as error:
            self.errors += error.errors
        self._check_order()

    def fault(self, line: int, column: int, code: str, text: str) -> None:
        """Note one thing wrong (no more than can be shown)."""
        if len(self.errors) < MAX_ERRORS:
            self.errors.append(FileError(line, column, code, text))

    def all(self, row: Row) -> list[tuple[int, dict[str, Any]]]:
        """Line number and values of every readable record of this kind."""
        return [(line, values) for line, found, values in self.found if found is row]

    def one(self, row: Row | None) -> dict[str, Any]:
        """The values of the record that stands once in a file; empty when it is missing or unreadable."""
        return next((values for _, found, values in self.found if found is row), {})

    def line_of(self, row: Row) -> int:
        """Where that record stands."""
        return next((line for line, found, _ in self.found if found is row), self.last)

    def check_sums(self, amounts: Sequence[Fen]) -> None:
        """The count and total told against the lines; silent where lines could not be read anyway."""
        if self.errors:
            return
        row = self.side.home("count")
        told, line = self.one(row), self.line_of(row)
        where = "文件头" if row is self.side.header else "文件尾"
        if told["count"] != len(amounts):
            self.fault(line, row.place("count"), "count", f"{where}写明 {told['count']} 笔，明细有 {len(amounts)} 笔")
        if told["total_fen"] != sum(amounts):
            said, counted = plain_yuan(told["total_fen"]), plain_yuan(sum(amounts))
            self.fault(line, row.place("total_fen"), "total", f"{where}写明合计 {said} 元，明细合计 {counted} 元")

    def _read(self, record: Record) -> None:
        if record.row is None:
            known = "、".join(row.mark for row in self.side.rows)
            self.fault(record.line, 1, "record", f"行首标识不认识，应为 {known}")
            return
        columns = record.row.columns
        faults = list(record.faults)
        if not faults:
            first = 2 if record.row.mark else 1
            faults = [
                FileError(record.line, place, code, said)
                for place, (column, text) in enumerate(zip(columns, record.fields, strict=True), start=first)
                for code, said in faults_of(column, text, self.layout)
            ]
        for one in faults:
            self.fault(one.line, one.column, one.code, one.text)
        if not faults:
            told = zip(columns, record.fields, strict=True)
            self.found.append((record.line, record.row, {c.name: value_of(c, t, self.layout) for c, t in told}))

    def _check_order(self) -> None:
        """The header stands first, a trailer last, each exactly once; said only when every line could be read."""
        if self.errors:
            return
        rows = [row for _, row, _ in self.found]
        header, trailer = self.side.header, self.side.trailer
        if header is not None and (rows.count(header) != 1 or rows[0] is not header):
            self.fault(1, 1, "header", "第一行应是文件头，且只能有一个文件头")
        if trailer is not None and (rows.count(trailer) != 1 or rows[-1] is not trailer):
            self.fault(self.last, 1, "trailer", "最后一行应是文件尾，且只能有一个文件尾")


def rows_to_bytes(rows: Iterable[tuple[Row, dict[str, Any]]], layout: Format, side: Side) -> bytes:
    """The records as bytes; BankFileError when a field is too wide, empty or holds what the bank cannot take."""
    lines: list[tuple[Row, list[str]]] = []
    errors: list[FileError] = []
    for number, (row, values) in enumerate(rows, start=2 if side.headings else 1):
        fields = [text_of(column, values[column.name], layout) for column in row.columns]
        for place, (column, text) in enumerate(zip(row.columns, fields, strict=True), start=2 if row.mark else 1):
            errors += [FileError(number, place, code, said) for code, said in faults_of(column, text, layout)]
        lines.append((row, fields))
    if errors:
        raise BankFileError(errors[:MAX_ERRORS])
    return to_bytes(lines, layout, side)


def faults_of(column: Column, text: str, layout: Format) -> Iterator[tuple[str, str]]:
    """What is wrong with one field: code and Chinese sentence."""
    if len(text) > column.width:
        # No character takes less than a byte: what is far too long is not looked at any closer.
        yield "width", f"{column.label}最多 {column.width} 个字节，现有 {len(text)} 个字"
        return
    if _splits(text, layout) or not _visible(text):
        yield "character", f"{column.label}中有分隔符或看不见的字符"
        return
    width = _width(text, layout)
    if width is None:
        yield "character", f"{column.label}中有银行编码写不出的字"
    elif width > column.width:
        yield "width", f"{column.label}最多 {column.width} 个字节，现有 {width} 个"
    elif text != text.strip():
        yield "spaces", f"{column.label}前后有空格"
    elif not re.fullmatch(_pattern(column, layout), text):
        yield "format", f"{column.label}为空或不合格式"
    elif column.kind is Kind.DAY and _day(text, layout) is None:
        yield "format", f"{column.label}不是日历上有的日子"
    elif column.name == "amount_fen" and not value_of(column, text, layout):
        yield "amount", "金额不能是零"
    elif layout.carrier is Carrier.CSV and text.startswith(_FORMULA):
        yield "formula", f"{column.label}以公式符号开头，表格软件会当作公式"


def text_of(column: Column, value: Any, layout: Format) -> str:
    """A value as the file writes it."""
    if column.kind is Kind.AMOUNT:
        return plain_yuan(value) if layout.amounts is Unit.YUAN else str(value)
    return format(value, layout.days) if column.kind is Kind.DAY else str(value)


def value_of(column: Column, text: str, layout: Format) -> Any:
    """The value of a field in which ``faults_of`` found nothing."""
    if column.kind is Kind.AMOUNT:
        return fen(text) if layout.amounts is Unit.YUAN else int(text)
    if column.kind in (Kind.NUMBER, Kind.COUNT):
        return int(text)
    return _day(text, layout) if column.kind is Kind.DAY else text


def _pattern(column: Column, layout: Format) -> str:
    return Kind.COUNT if column.kind is Kind.AMOUNT and layout.amounts is Unit.FEN else column.kind


def _splits(text: str, layout: Format) -> bool:
    return layout.carrier is Carrier.DELIMITED and layout.separator in text


def _visible(text: str) -> bool:
    # What Python calls printable needs no closer look; the rest may be only a rare or new character.
    return text.isprintable() or not any(unicodedata.category(char) in _UNPRINTABLE for char in text)


def _width(text: str, layout: Format) -> int | None:
    """Bytes of the text; None when it would not come back as it went."""
    if text.isascii():
        return len(text)
    try:
        encoded = text.encode(layout.encoding)
        return len(encoded) if encoded.decode(layout.encoding) == text else None
    except UnicodeError:
        return None


def _day(text: str, layout: Format) -> date | None:
    try:
        read = datetime.strptime(text, layout.days).date()  # noqa: DTZ007 - a calendar day has no zone
    except ValueError:
        return None
    return read if format(read, layout.days) == text else None

"""The fields of a bank file: strict decoding, every line cut and checked, every fault with its line and place."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from apps.core.money import Fen, fen, plain_yuan
from apps.payments.bankformat import Column, Format, Kind, Row

MAX_ERRORS = 1000

# Control, format (zero width), surrogate and line or paragraph separators: invisible, or not to be written at all.
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


@dataclass(frozen=True)
class FileError:
    """One thing wrong: line and field (both from 1; 0 = the line or file as a whole), code, Chinese sentence."""

    line: int
    column: int
    code: str
    text: str


class BankFileError(ValueError):
    """A file that cannot be written or read; ``errors`` says where and why."""

    def __init__(self, errors: Iterable[FileError]) -> None:
        self.errors = tuple(errors)
        super().__init__("；".join(f"第 {e.line} 行 {e.text}" for e in self.errors[:5]))


class FieldReader:
    """Cuts the bytes of one file into records; collects faults instead of stopping at the first."""

    def __init__(self, content: bytes, layout: Format, rows: Sequence[Row]) -> None:
        self.layout = layout
        self.rows = {row.mark: row for row in rows}
        self.errors: list[FileError] = []
        self.found: list[tuple[int, str, dict[str, Any]]] = []
        self.last = 0
        for number, text in self._lines(content):
            self.last = number
            self._read(number, text)
        self._check_order()

    def fault(self, line: int, column: int, code: str, text: str) -> None:
        """Note one thing wrong (no more than can be shown)."""
        if len(self.errors) < MAX_ERRORS:
            self.errors.append(FileError(line, column, code, text))

    def all(self, row: Row) -> list[tuple[int, dict[str, Any]]]:
        """Line number and values of every readable record of this kind."""
        return [(line, values) for line, mark, values in self.found if mark == row.mark]

    def one(self, row: Row) -> dict[str, Any]:
        """The values of the record that stands once in a file; empty when it is missing or unreadable."""
        return next((values for _, mark, values in self.found if mark == row.mark), {})

    def check_header(self, amounts: Sequence[Fen]) -> None:
        """The header's count and total against the lines; silent where lines could not be read anyway."""
        header = self.one(self.layout.header)
        if not header or self.errors:
            return
        if header["count"] != len(amounts):
            self.fault(1, 4, "count", f"文件头写明 {header['count']} 笔，明细有 {len(amounts)} 笔")
        if header["total_fen"] != sum(amounts):
            told, counted = plain_yuan(header["total_fen"]), plain_yuan(sum(amounts))
            self.fault(1, 5, "total", f"文件头写明合计 {told} 元，明细合计 {counted} 元")

    def _lines(self, content: bytes) -> Iterator[tuple[int, str]]:
        if not content:
            self.fault(0, 0, "empty", "文件是空的，请重新选择银行给的文件")
            return
        try:
            text = content.decode(self.layout.encoding)
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            self.fault(line, 0, "encoding", "有不是 GB18030 编码的字节，请向银行索取原始文件，不要另存")
            return
        lines = text.split(self.layout.newline)
        if lines.pop():
            self.fault(len(lines) + 1, 0, "newline", "最后一行没有按约定换行，文件可能不完整")
            return
        yield from enumerate(lines, start=1)

    def _read(self, number: int, text: str) -> None:
        mark, *fields = text.split(self.layout.separator)
        row = self.rows.get(mark)
        if row is None:
            self.fault(number, 1, "record", "行首标识不认识，应为 " + "、".join(self.rows))
            return
        if len(fields) != len(row.columns):
            self.fault(number, 0, "fields", f"应有 {len(row.columns)} 个字段，读到 {len(fields)} 个")
            return
        faults = [
            FileError(number, place, code, said)
            for place, (column, field) in enumerate(zip(row.columns, fields, strict=True), start=2)
            for code, said in faults_of(column, field, self.layout)
        ]
        if faults:
            for one in faults:
                self.fault(one.line, one.column, one.code, one.text)
            return
        values = {c.name: value_of(c, field) for c, field in zip(row.columns, fields, strict=True)}
        self.found.append((number, mark, values))

    def _check_order(self) -> None:
        """The header stands first, a trailer last, each exactly once; said only when every line could be read."""
        if self.errors:
            return
        marks = [mark for _, mark, _ in self.found]
        header, trailer = self.layout.header.mark, self.layout.trailer.mark
        if marks.count(header) != 1 or marks[0] != header:
            self.fault(1, 1, "header", "第一行应是文件头，且只能有一个文件头")
        if trailer in self.rows and (marks.count(trailer) != 1 or marks[-1] != trailer):
            self.fault(self.last, 1, "trailer", "最后一行应是文件尾，且只能有一个文件尾")


def rows_to_bytes(rows: Iterable[tuple[Row, dict[str, Any]]], layout: Format) -> bytes:
    """The records as bytes; BankFileError when a field is too wide, empty or holds what the bank cannot take."""
    lines: list[str] = []
    errors: list[FileError] = []
    for number, (row, values) in enumerate(rows, start=1):
        fields = [text_of(column, values[column.name]) for column in row.columns]
        for place, (column, text) in enumerate(zip(row.columns, fields, strict=True), start=2):
            errors += [FileError(number, place, code, said) for code, said in faults_of(column, text, layout)]
        lines.append(layout.separator.join([row.mark, *fields]) + layout.newline)
    if errors:
        raise BankFileError(errors[:MAX_ERRORS])
    return "".join(lines).encode(layout.encoding)


def faults_of(column: Column, text: str, layout: Format) -> Iterator[tuple[str, str]]:
    """What is wrong with one field: code and Chinese sentence."""
    if layout.separator in text or not _visible(text):
        yield "character", f"{column.label}中有分隔符或看不见的字符"
        return
    width = _width(text, layout)
    if width is None:
        yield "character", f"{column.label}中有银行编码写不出的字"
    elif width > column.width:
        yield "width", f"{column.label}最多 {column.width} 个字节，现有 {width} 个"
    elif text != text.strip():
        yield "spaces", f"{column.label}前后有空格"
    elif not re.fullmatch(column.kind, text):
        yield "format", f"{column.label}为空或不合格式"
    elif column.kind is Kind.DAY and _day(text) is None:
        yield "format", f"{column.label}不是日历上有的日子"
    elif column.name == "amount_fen" and not fen(text):
        yield "amount", "金额不能是零"


def text_of(column: Column, value: Any) -> str:
    """A value as the file writes it."""
    if column.kind is Kind.AMOUNT:
        return plain_yuan(value)
    return f"{value:%Y%m%d}" if column.kind is Kind.DAY else str(value)


def value_of(column: Column, text: str) -> Any:
    """The value of a field in which ``faults_of`` found nothing."""
    if column.kind is Kind.AMOUNT:
        return fen(text)
    if column.kind in (Kind.NUMBER, Kind.COUNT):
        return int(text)
    return _day(text) if column.kind is Kind.DAY else text


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


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a calendar day has no zone
    except ValueError:
        return None

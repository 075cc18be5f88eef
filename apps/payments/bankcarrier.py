"""Records as bytes: delimited text, fixed widths, CSV, spreadsheet. Which fields stand where; not what they mean."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from apps.core.sheets import xlsx_table
from apps.core.workbooks import Cell, NotAWorkbook, Workbook
from apps.payments.bankformat import FIGURES, Carrier, Column, Format, Kind, Row, Side

# A workbook says when it was made; ours always says the same, so that the same payments are the same bytes.
_MADE = datetime(2000, 1, 1)  # noqa: DTZ001 - a label, no moment


# No line of a bank is nearly as long.
_LONGEST = 8192
# Enough of a text to see what kind of file it is.
_BEGINNING = 100_000


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


@dataclass(frozen=True)
class Record:
    """One line as it was cut: its number, its kind (None: of none that is known), its fields without the mark."""

    line: int
    row: Row | None
    fields: tuple[str, ...]
    faults: tuple[FileError, ...] = ()


def torn(line: int, code: str, text: str, column: int = 0) -> BankFileError:
    """Nothing more can be read from here."""
    return BankFileError([FileError(line, column, code, text)])


def records(content: bytes, layout: Format, side: Side) -> Iterator[Record]:
    """The records of a file, the line of headings checked and left out; BankFileError where reading must end."""
    lines = _sheet_lines if layout.carrier is Carrier.XLSX else _text_lines
    cut = _fixed if layout.carrier is Carrier.FIXED else _cells
    for number, line in lines(content, layout):
        if side.headings and number == 1:
            if [str(cell).strip() for cell in line] != labels(side):
                raise torn(1, "headings", "首行栏名应依次为：" + "、".join(labels(side)))
        else:
            yield cut(number, line, layout, side)


def labels(side: Side) -> list[str]:
    """The line of headings."""
    return [column.label for column in side.detail.columns]


@dataclass(frozen=True)
class Beginning:
    """What kind of file it is, from how it begins: the fields of its headings, or the marks of its lines."""

    fields: frozenset[str]

    @classmethod
    def of(cls, content: bytes, layout: Format) -> "Beginning":
        """BankFileError when it is no such file at all."""
        if layout.returned.headings:
            return cls(frozenset(_first_cells(content, layout)))
        rows = {*layout.payment.rows, *layout.returned.rows}
        return cls(frozenset(row.mark for row in rows if _marked(content, layout, row)))

    def is_of(self, side: Side) -> bool:
        """Whether it has details of this side, or exactly its headings."""
        return self.fields == frozenset(labels(side)) if side.headings else side.detail.mark in self.fields

    def is_like(self, side: Side) -> bool:
        """Whether anything of it could be of this side: worth looking at its lines."""
        return bool(self.fields & set(labels(side) if side.headings else (row.mark for row in side.rows)))


def _marked(content: bytes, layout: Format, row: Row) -> bool:
    mark = (row.mark + layout.separator).encode()
    return any(line.startswith(mark) for line in content[:_BEGINNING].splitlines())


def _first_cells(content: bytes, layout: Format) -> list[str]:
    if layout.carrier is Carrier.XLSX:
        return [str(cell).strip() for cell in next(_sheet_lines(content, layout), (0, []))[1]]
    lines = content[:_BEGINNING].decode(layout.encoding, "replace").splitlines() or [""]
    return [cell.strip('\ufeff" ') for cell in lines[0].split(layout.separator)]


def _text_lines(content: bytes, layout: Format) -> Iterator[tuple[int, Any]]:
    if not content:
        raise torn(0, "empty", "文件是空的，请重新选择银行给的文件")
    try:
        text = content.decode(layout.encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        said = f"有不是 {layout.encoding_label} 编码的字节，请向银行索取原始文件，不要另存"
        raise torn(line, "encoding", said) from error
    newline = layout.newline
    if not text.endswith(newline):
        raise torn(text.count(newline) + 1, "newline", "最后一行没有按约定换行，文件可能不完整")
    start, number = 0, 0
    while start < len(text):
        end, number = text.index(newline, start), number + 1
        if end - start > _LONGEST:
            raise torn(number, "too_long", f"这一行有 {end - start} 个字，不像银行的回盘文件")
        yield number, _fields(number, text[start:end], layout)
        start = end + len(newline)


def _fields(number: int, text: str, layout: Format) -> str | list[str]:
    if layout.carrier is Carrier.FIXED:
        return text
    if layout.carrier is Carrier.DELIMITED:
        return text.split(layout.separator)
    try:
        return next(csv.reader([text], delimiter=layout.separator, strict=True), [""])
    except csv.Error as error:
        raise torn(number, "quotes", "引号不成对，或一栏过长，这一行无法读取") from error


def _sheet_lines(content: bytes, layout: Format) -> Iterator[tuple[int, Any]]:
    try:
        book = Workbook(content)
        if layout.sheet not in book.names:
            raise torn(0, "sheet", f"缺少名为“{layout.sheet}”的工作表，请向银行索取原始文件")
        yield from book.rows(layout.sheet)
    except NotAWorkbook as error:
        raise torn(0, "workbook", str(error)) from error


def _cells(number: int, line: list[Cell], layout: Format, side: Side) -> Record:
    """A record whose fields are cells; empty ones behind the last column of a spreadsheet do not count."""
    row = next((row for row in side.rows if row.mark in ("", line[0] if line else "")), None)
    if row is None:
        return Record(number, None, tuple(map(str, line)))
    cells, first = (line[1:], 2) if row.mark else (line, 1)
    width = len(row.columns)
    if layout.carrier is Carrier.XLSX:
        cells = cells[:width] + [cell for cell in cells[width:] if cell != ""] + [""] * (width - len(cells))
    if len(cells) != width:
        said = f"应有 {width} 个字段，读到 {len(cells)} 个"
        return Record(number, row, tuple(map(str, cells)), (FileError(number, 0, "fields", said),))
    texts, faults = [], []
    for place, (cell, column) in enumerate(zip(cells, row.columns, strict=True), start=first):
        text, fault = _text(cell, column, layout)
        texts.append(text)
        faults += [FileError(number, place, *fault)] if fault else []
    return Record(number, row, tuple(texts), tuple(faults))


def _text(cell: Cell, column: Column, layout: Format) -> tuple[str, tuple[str, str] | None]:
    """The text of a cell; what a spreadsheet keeps as a number is one only where a number is meant."""
    if isinstance(cell, str):
        return cell, None
    if isinstance(cell, date) and column.kind is Kind.DAY:
        return format(cell, layout.days), None
    number = isinstance(cell, int | float) and not isinstance(cell, bool)
    if not number or column.kind not in FIGURES:
        said = f"{column.label}须为文本单元格：数字、日期格式会丢掉前面的零或后面几位，请向银行索取原始文件"
        return str(cell), ("numeric_cell" if number else "cell_type", said)
    exact = Decimal(repr(cell))
    places = 2 if column.kind is Kind.AMOUNT else 0
    if not exact.is_finite() or exact != round(exact, places) or abs(exact) >= Decimal(10) ** column.width:
        return str(cell), ("format", f"{column.label}不是约定的数字")
    return f"{exact:.{places}f}", None


def _fixed(number: int, text: str, layout: Format, side: Side) -> Record:
    """A record cut by bytes; the filling taken off."""
    row = next((row for row in side.rows if text.startswith(row.mark)), None)
    if row is None:
        return Record(number, None, (text,))
    line = text.encode(layout.encoding, "replace")[len(row.mark) :]
    width = sum(column.width for column in row.columns)
    if len(line) != width:
        said = f"这一行应有 {width + len(row.mark)} 个字节，读到 {len(line) + len(row.mark)} 个"
        return Record(number, row, (text,), (FileError(number, 0, "fields", said),))
    texts, faults, start = [], [], 0
    for place, column in enumerate(row.columns, start=2):
        piece = line[start : start + column.width]
        start += column.width
        try:
            texts.append(_unfilled(piece.decode(layout.encoding), column))
        except UnicodeDecodeError:
            texts.append("")
            faults.append(FileError(number, place, "encoding", f"{column.label}的边界切开了一个字，栏宽不对"))
    return Record(number, row, tuple(texts), tuple(faults))


def _unfilled(text: str, column: Column) -> str:
    if column.kind not in FIGURES:
        return text.rstrip(" ")
    return (text.lstrip("0") or "0") if text.isascii() and text.isdigit() else text


def to_bytes(lines: Iterable[tuple[Row, Sequence[str]]], layout: Format, side: Side) -> bytes:
    """The records as bytes; their fields were found good."""
    if layout.carrier is Carrier.FIXED:
        return b"".join(_filled(row, fields, layout) + layout.newline.encode() for row, fields in lines)
    told = [([row.mark, *fields] if row.mark else list(fields)) for row, fields in lines]
    if layout.carrier is Carrier.XLSX:
        return xlsx_table(layout.sheet, labels(side), told, made=_MADE)
    if side.headings:
        told.insert(0, labels(side))
    if layout.carrier is Carrier.DELIMITED:
        return "".join(layout.separator.join(fields) + layout.newline for fields in told).encode(layout.encoding)
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=layout.separator, lineterminator=layout.newline).writerows(told)
    return buffer.getvalue().encode(layout.encoding)


def _filled(row: Row, fields: Sequence[str], layout: Format) -> bytes:
    pieces = [row.mark.encode()]
    for column, text in zip(row.columns, fields, strict=True):
        piece = text.encode(layout.encoding)
        pieces.append(piece.rjust(column.width, b"0") if column.kind in FIGURES else piece.ljust(column.width))
    return b"".join(pieces)

"""Tables for spreadsheets: text that a spreadsheet would take for a formula or a number stays text."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import xlsxwriter

# What makes a spreadsheet calculate, call a program or fetch an address instead of showing the cell.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BOM = "\ufeff"


def safe_cell(value: Any) -> Any:
    """The cell as it may stand: text that begins like a formula gets an apostrophe before it; numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.lstrip(" ").startswith(_DANGEROUS) else value


def csv_lines(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[bytes]:
    """A CSV in UTF-8 that common spreadsheets open right, line by line."""
    yield BOM.encode() + _line(head)
    for row in rows:
        yield _line(safe_cell(cell) for cell in row)


def _line(cells: Iterable[Any]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow(cells)
    return buffer.getvalue().encode()


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def xlsx_table(name: str, head: Iterable[str], rows: Iterable[Iterable[Any]], *, made: datetime | None = None) -> bytes:
    """One table as a workbook: text is written as text (an identifier keeps its zeros), only numbers as numbers.

    ``made`` is the moment the workbook names as its making: with it the same table is the same bytes.
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    if made is not None:
        book.set_properties({"created": made})
    sheet = book.add_worksheet(name)
    bold, text = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "@"})
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 20, 16)
    for column, heading in enumerate(head):
        sheet.write_string(0, column, heading, bold)
    for line, cells in enumerate(rows, start=1):
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                sheet.write_string(line, column, cell, text)
            elif cell is not None:
                sheet.write_number(line, column, cell)
    book.close()
    return buffer.getvalue()

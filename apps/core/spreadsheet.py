"""Real spreadsheets: numbers are numbers, text stays text whatever it begins with, identifiers keep their zeros."""

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import xlsxwriter

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Nothing in a cell is taken for a formula, an address or a number but what is given as one.
_PLAIN = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_WIDE = 24


@dataclass(frozen=True)
class Sheet:
    """A page of a spreadsheet: heading, a line below it, column heads and rows."""

    name: str
    heading: str
    note: str
    head: Sequence[str]
    rows: Iterable[Sequence[Any]]


def workbook(*sheets: Sheet) -> bytes:
    """The file."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, _PLAIN) as book:
        formats = {
            "heading": book.add_format({"bold": True, "font_size": 14}),
            "note": book.add_format({"font_color": "#5a6673"}),
            "head": book.add_format({"bold": True, "bg_color": "#e5eff7", "bottom": 1, "text_wrap": True}),
            "int": book.add_format({"num_format": "#,##0"}),
            "amount": book.add_format({"num_format": "#,##0.00"}),
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        }
        for sheet in sheets:
            _write(book.add_worksheet(sheet.name), sheet, formats)
    return target.getvalue()


def _write(page: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
    page.write_string(0, 0, sheet.heading, formats["heading"])
    page.write_string(1, 0, sheet.note, formats["note"])
    for place, name in enumerate(sheet.head):
        page.write_string(3, place, name, formats["head"])
        page.set_column(place, place, min(_WIDE, max(10, 2 * len(name) + 2)))
    page.freeze_panes(4, 1)
    last = 3
    for last, row in enumerate(sheet.rows, start=4):
        for place, value in enumerate(row):
            _cell(page, last, place, value, formats)
    page.autofilter(3, 0, last, len(sheet.head) - 1)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(3)


def _cell(page: Any, row: int, place: int, value: Any, formats: dict[str, Any]) -> None:
    if value is None:
        return
    if isinstance(value, Decimal):
        page.write_number(row, place, value, formats["amount"])
    elif isinstance(value, int):
        page.write_number(row, place, value, formats["int"])
    elif isinstance(value, dt.date):
        page.write_datetime(row, place, value, formats["day"])
    else:
        page.write_string(row, place, str(value))

"""A workbook → its lines as values; every cell that cannot be read is a fault at its place."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from apps.core.workbooks import Cell, NotAWorkbook, Workbook
from apps.takeover.workbook.cells import BadCell, read_cell
from apps.takeover.workbook.faults import Faults
from apps.takeover.workbook.layout import EXAMPLE, Column, Sheet


@dataclass(slots=True)
class Line:
    """One line of a sheet; ``whole`` when every cell of it could be read."""

    number: int
    values: dict[str, Any]
    whole: bool

    def __getitem__(self, key: str) -> Any:
        return self.values.get(key)


Read = dict[str, list[Line]]


def read_workbook(content: bytes, sheets: Sequence[Sheet], faults: Faults) -> Read:
    """The lines of each sheet, examples left out; NotAWorkbook when there is nothing to read at all."""
    book = Workbook(content)
    return {sheet.name: _lines(book, sheet, faults) for sheet in sheets}


def _lines(book: Workbook, sheet: Sheet, faults: Faults) -> list[Line]:
    if sheet.name not in book.names:
        faults.add(sheet.name, 1, "", "缺少这张工作表，请用模板填写。")
        return []
    lines: list[Line] = []
    places: list[tuple[int, Column]] | None = None
    try:
        for number, cells in book.rows(sheet.name):
            if places is None:
                places = _places(cells, sheet, number, faults)
            elif (line := _line(number, cells, places, sheet, faults)) is not None:
                lines.append(line)
    except NotAWorkbook as error:
        faults.add(sheet.name, 1, "", str(error))
    if places is None:
        faults.add(sheet.name, 1, "", "没有表头，请用模板填写。")
    return lines


def _places(cells: list[Cell], sheet: Sheet, number: int, faults: Faults) -> list[tuple[int, Column]]:
    """Where each column stands: by its heading, whatever the order."""
    headings = [cell.strip() if isinstance(cell, str) else "" for cell in cells]
    for column in sheet.columns:
        if headings.count(column.heading) != 1:
            faults.add(sheet.name, number, column.heading, "表头缺少这一列，或有两列同名，请用模板的表头。")
    known = {column.heading for column in sheet.columns}
    for place, heading in enumerate(headings, start=1):
        if heading and heading not in known:
            # What stands there may be a line of data that took the place of the headings: it is not repeated.
            faults.add(sheet.name, number, f"第{place}列", "模板没有这一列，请删去。")
    return [(headings.index(c.heading), c) for c in sheet.columns if c.heading in headings]


def _line(
    number: int, cells: list[Cell], places: list[tuple[int, Column]], sheet: Sheet, faults: Faults
) -> Line | None:
    first = cells[places[0][0]] if places else ""
    if isinstance(first, str) and first.strip().startswith(EXAMPLE):
        return None
    values, whole = {}, True
    for place, column in places:
        try:
            values[column.key] = read_cell(cells[place] if place < len(cells) else "", column)
        except BadCell as error:
            whole = False
            faults.add(sheet.name, number, column.heading, str(error))
    return Line(number, values, whole)

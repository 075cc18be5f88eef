"""The workbooks to fill in: headings with notes, choices to pick from, identifiers as text, an example row."""

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from apps.takeover.workbook.layout import EXAMPLE, Kind, Sheet

LINES = 60_000
CHOICES = "选项"
READ_ME = "填写说明"
_FORMATS = {Kind.DIGITS: "@", Kind.TEXT: "@", Kind.MONTH: "@", Kind.DAY: "yyyy-mm-dd", Kind.MONEY: "#,##0.00"}
_TOLD = (
    "每张表第一行是表头，不要改动；第二行是示例，导入时跳过，可以删去。",
    f"家庭编号以“{EXAMPLE}”开头的行都当作示例，不会导入。",
    "身份证号、账号、编号、电话须按文本填写（单元格左上角有绿色小三角）：按数字填写的会丢掉后几位，一律退回。",
    "金额单位为元，最多两位小数；日期写成 2024-03-15，月份写成 2023-09。",
    "有下拉箭头的列只能选列出的词。",
    "上传后先逐行校核并列出全部错误；校核和试写都不改动登记册。",
)


def template(sheets: Sequence[Sheet], *, title: str, rows: dict[str, Sequence[Sequence[Any]]] | None = None) -> bytes:
    """The workbook; ``rows`` (sheet name → rows) takes the example's place."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    looks = {kind: book.add_format({"num_format": look}) for kind, look in _FORMATS.items()}
    heading = book.add_format({"bold": True, "bg_color": "#E8EEF7", "bottom": 1, "text_wrap": True, "valign": "top"})
    read_me = book.add_worksheet(READ_ME)
    read_me.set_column(0, 0, 100)
    for line, told in enumerate((title, *_TOLD)):
        read_me.write_string(line, 0, told)
    places = _choices(book, sheets)
    for sheet in sheets:
        _sheet(book, sheet, looks, heading, places, None if rows is None else rows.get(sheet.name, ()))
    book.close()
    return buffer.getvalue()


def _choices(book: Any, sheets: Sequence[Sheet]) -> dict[tuple[str, str], str]:
    """A hidden sheet with the words of each column; where they stand. A list in the cell itself is too short."""
    page = book.add_worksheet(CHOICES)
    page.hide()
    places = {}
    columns = [(sheet.name, column) for sheet in sheets for column in sheet.columns if column.words]
    for place, (name, column) in enumerate(columns):
        page.write_column(0, place, list(column.words or ()))
        letter = xlsxwriter.utility.xl_col_to_name(place)
        places[name, column.key] = f"={CHOICES}!${letter}$1:${letter}${len(column.words or ())}"
    return places


def _sheet(
    book: Any,
    sheet: Sheet,
    looks: dict[Kind, Any],
    heading: Any,
    places: dict[tuple[str, str], str],
    rows: Sequence[Sequence[Any]] | None,
) -> None:
    page = book.add_worksheet(sheet.name)
    page.freeze_panes(1, 0)
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, 22 if column.kind is Kind.DIGITS else 14, looks.get(column.kind))
        page.write_string(0, place, column.heading, heading)
        if column.help:
            page.write_comment(0, place, f"{'必填。' if column.required else ''}{column.help}")
        if rule := _rule(column.kind, places.get((sheet.name, column.key))):
            page.data_validation(1, place, LINES, place, rule)
    for line, row in enumerate([sheet.example] if rows is None else rows, start=1):
        for place, (column, cell) in enumerate(zip(sheet.columns, row, strict=True)):
            if cell not in ("", None):
                _write(page, line, place, cell, looks.get(column.kind))


def _rule(kind: Kind, words: str | None) -> dict[str, Any] | None:
    if words:
        return {"validate": "list", "source": words, "error_title": "请选列出的词"}
    if kind is Kind.YES:
        return {"validate": "list", "source": ["是", "否"]}
    return None


def _write(page: Any, line: int, place: int, cell: Any, look: Any) -> None:
    if isinstance(cell, str):
        page.write_string(line, place, cell, look)
    else:
        page.write_number(line, place, cell, look)

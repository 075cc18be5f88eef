"""One cell → one value, or a sentence about what is wrong with it."""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from apps.core.money import fen
from apps.core.month import Month
from apps.core.workbooks import Cell
from apps.takeover.workbook.layout import Column, Kind

MOST_FEN = 10**12
_CENTS = Decimal("0.01")
# What a binary number may be off a decimal one that was typed or calculated.
_NOISE = Decimal("0.000001")
_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_MONTH = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})月?")


class BadCell(ValueError):
    """The cell cannot be read; the message says in Chinese what to write."""


def read_cell(cell: Cell, column: Column) -> Any:
    """The value of a cell (None: empty); BadCell."""
    if cell == "" or (isinstance(cell, str) and not cell.strip()):
        if column.required:
            raise BadCell("必须填写。")
        return None
    return _READERS[column.kind](cell, column)


def _text(cell: Cell, column: Column) -> str:
    if not isinstance(cell, str):
        raise BadCell("应为文字。")
    text = " ".join(cell.split())
    if len(text) > column.longest:
        raise BadCell(f"太长，最多 {column.longest} 个字。")
    return text


def _digits(cell: Cell, column: Column) -> str:
    if not isinstance(cell, str):
        raise BadCell("须按文本填写：数字格式会丢掉前面的零或后面几位，请改为文本后重新录入。")
    return _text(cell, column)


def _word(cell: Cell, column: Column) -> Any:
    words = column.words or {}
    text = _text(cell, column)
    if text not in words:
        raise BadCell(f"应为下列之一：{'、'.join(words)}。")
    return words[text]


def _yes(cell: Cell, column: Column) -> bool:
    if isinstance(cell, bool):
        return cell
    if cell in ("是", "否"):
        return cell == "是"
    raise BadCell("应填“是”或“否”。")


def _count(cell: Cell, column: Column) -> int:
    if isinstance(cell, str) and cell.strip().isascii() and cell.strip().isdigit() and len(cell.strip()) < 6:
        return int(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool) and cell == int(cell) and 0 <= cell < 10**6:
        return int(cell)
    raise BadCell("应为整数。")


def _money(cell: Cell, column: Column) -> int:
    wrong = BadCell("应为不小于零的金额（元），最多两位小数。")
    if isinstance(cell, bool) or not isinstance(cell, int | float | str):
        raise wrong
    try:
        if isinstance(cell, str):
            amount = fen(cell.strip().replace(",", ""))
        else:
            exact = Decimal(repr(cell))
            whole = exact.quantize(_CENTS)
            if abs(exact - whole) > _NOISE or exact < 0:
                raise wrong
            amount = fen(whole)
    except (ValueError, ArithmeticError) as error:
        raise wrong from error
    if amount > MOST_FEN:
        raise BadCell("金额过大，请核对单位是不是元。")
    return amount


def _day(cell: Cell, column: Column) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    found = _DAY.fullmatch(cell.strip()) if isinstance(cell, str) else None
    try:
        if found:
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass
    raise BadCell("应为日期，写成 2024-03-15。")


def _month(cell: Cell, column: Column) -> Month:
    if isinstance(cell, date):
        return Month.of(cell)
    found = _MONTH.fullmatch(cell.strip()) if isinstance(cell, str) else None
    try:
        if found:
            return Month(int(found[1]), int(found[2]))
    except ValueError:
        pass
    raise BadCell("应为月份，写成 2023-09。")


_READERS: dict[Kind, Callable[[Cell, Column], Any]] = {
    Kind.TEXT: _text,
    Kind.DIGITS: _digits,
    Kind.WORD: _word,
    Kind.YES: _yes,
    Kind.COUNT: _count,
    Kind.MONEY: _money,
    Kind.DAY: _day,
    Kind.MONTH: _month,
}

"""Bank file formats described as data: how records are carried, their columns with widths in bytes, the result codes.

Another bank is another description in ``bankformats/*.yaml``, not other code.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

CURRENCY = "CNY"
DEFAULT = "JHNX-1"
_DESCRIPTIONS = Path(__file__).parent / "bankformats"


class Carrier(StrEnum):
    """What carries the fields of a record."""

    DELIMITED = "DELIMITED"
    FIXED = "FIXED"
    CSV = "CSV"
    XLSX = "XLSX"


class Unit(StrEnum):
    """What amounts are counted in: 1355.00 or 135500."""

    YUAN = "YUAN"
    FEN = "FEN"


class Kind(StrEnum):
    """What a field holds: the pattern it must match whole (an amount in fen: that of a count)."""

    TEXT = r".+"
    NOTE = r".*"
    NUMBER = r"[1-9][0-9]*"
    COUNT = r"0|[1-9][0-9]*"
    AMOUNT = r"(?:0|[1-9][0-9]*)\.[0-9]{2}"
    DAY = r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}"
    ACCOUNT = r"[0-9]+"
    CURRENCY = r"CNY"
    ID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    CODE = r"\S+"
    SERIAL = r"[0-9A-Za-z-]+"


FIGURES = (Kind.NUMBER, Kind.COUNT, Kind.AMOUNT)


@dataclass(frozen=True)
class Column:
    """One field of a record: its name, its Chinese name, its width in bytes and what it holds."""

    name: str
    label: str
    width: int
    kind: Kind = Kind.TEXT


@dataclass(frozen=True)
class Row:
    """One kind of record: the mark it begins with (none: what begins with no other mark) and its columns."""

    columns: tuple[Column, ...]
    mark: str = ""

    def place(self, name: str) -> int:
        """Which field of the record this column is, the mark counted; 0 when it has none of that name."""
        first = 2 if self.mark else 1
        return next((n for n, column in enumerate(self.columns, start=first) if column.name == name), 0)


@dataclass(frozen=True)
class Side:
    """The file of one direction: a header or a line of headings, details, a trailer."""

    detail: Row
    header: Row | None = None
    trailer: Row | None = None
    headings: bool = False

    @property
    def rows(self) -> tuple[Row, ...]:
        """Its kinds of record, the unmarked last."""
        return tuple(sorted(filter(None, (self.header, self.detail, self.trailer)), key=lambda row: not row.mark))

    def home(self, name: str) -> Row:
        """Where the file as a whole says this: in its header, its trailer, or line by line."""
        rows = [row for row in (self.header, self.trailer) if row is not None and row.place(name)]
        return rows[0] if rows else self.detail


@dataclass(frozen=True)
class Format:
    """One bank's format: payment file, return file, and the office's meaning of the bank's result codes."""

    name: str
    label: str
    carrier: Carrier
    suffix: str
    amounts: Unit
    days: str
    payment: Side
    returned: Side
    results: Mapping[str, str] = field(hash=False)
    encoding: str = "utf-8"
    newline: str = ""
    separator: str = ""
    sheet: str = ""

    @property
    def encoding_label(self) -> str:
        """The encoding as people name it."""
        return self.encoding.upper()

    @property
    def meanings(self) -> list[tuple[str, str]]:
        """The bank's codes and what they mean here."""
        return [(theirs, RESULTS[ours].label) for theirs, ours in self.results.items()]

    def bank_code(self, code: str) -> str:
        """The bank's code for an office code."""
        return next(bank for bank, ours in self.results.items() if ours == code)


@cache
def formats() -> dict[str, Format]:
    """Every format described, by name."""
    found = (_read(path) for path in sorted(_DESCRIPTIONS.glob("*.yaml")))
    return {one.name: one for one in found}


def format_of(name: str) -> Format:
    """The format of this name; KeyError."""
    return formats()[name]


def _read(path: Path) -> Format:
    told: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    told |= {"carrier": Carrier(told["carrier"]), "amounts": Unit(told["amounts"])}
    told |= {name: _side(told[name]) for name in ("payment", "returned")}
    made = Format(name=path.stem, **told)
    if unknown := set(made.results.values()) - set(RESULTS):
        raise ValueError(f"{made.name}: {unknown}")
    return made


def _side(told: dict[str, Any]) -> Side:
    rows = {name: _row(told[name]) for name in ("header", "detail", "trailer") if name in told}
    return Side(**rows, headings=told.get("headings", False))


def _row(told: dict[str, Any]) -> Row:
    columns = (column | {"kind": Kind[column.get("kind", "TEXT")]} for column in told["columns"])
    return Row(tuple(Column(**column) for column in columns), told.get("mark", ""))


class Outcome(StrEnum):
    """What became of one payment."""

    PAID = "PAID"
    RETURNED = "RETURNED"
    REJECTED = "REJECTED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class Result:
    """One result code of the office: what it means, and whether the bank rather than the account is at fault."""

    code: str
    label: str
    outcome: Outcome
    bank_side: bool = False


SUCCESS = "00"
RESULTS: dict[str, Result] = {
    result.code: result
    for result in (
        Result(SUCCESS, "成功", Outcome.PAID),
        Result("12", "户名不符", Outcome.REJECTED),
        Result("14", "账号不存在", Outcome.REJECTED),
        Result("51", "账户冻结", Outcome.RETURNED),
        Result("52", "账户已销户", Outcome.RETURNED),
        Result("53", "账户久悬", Outcome.RETURNED),
        Result("90", "银行系统故障", Outcome.REJECTED, bank_side=True),
        Result("91", "超过当日处理时间", Outcome.REJECTED, bank_side=True),
        Result("99", "处理中，结果未定", Outcome.UNKNOWN, bank_side=True),
    )
}

# What speaks against no account: the bank itself was at fault.
BANK_SIDE = tuple(result.code for result in RESULTS.values() if result.bank_side)

"""Figures as rows with a bar: the table is the chart, so it reads aloud, prints and fits a phone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from apps.awards.tally import Cell

FULL = 100


@dataclass(frozen=True)
class Bar:
    """A name, a number, and how long its bar is (0 to 100)."""

    label: str
    value: int
    length: int
    url: str


@dataclass(frozen=True)
class Sum:
    """The sums of one scheme or township; ``length`` (0 to 100) goes by the size of the difference."""

    label: str
    cell: Cell
    length: int
    url: str

    @property
    def tone(self) -> str:
        """Which way the money goes."""
        return "less" if self.cell.difference_fen < 0 else "more"


def bars(rows: Iterable[tuple[str, int, str]]) -> list[Bar]:
    """Bars as long as their numbers compared with the largest."""
    rows = list(rows)
    most = max((value for _, value, _ in rows), default=0)
    return [Bar(label, value, _length(value, most), url) for label, value, url in rows]


def sums(cells: Mapping[Any, Cell], names: Mapping[Any, str], address: str) -> list[Sum]:
    """Sums in the order of the names, each with the address that lists its families."""
    most = max((abs(cell.difference_fen) for cell in cells.values()), default=0)
    return [
        Sum(name, cells[key], _length(abs(cells[key].difference_fen), most), f"{address}{key}#lines")
        for key, name in names.items()
        if key in cells
    ]


def _length(value: int, most: int) -> int:
    return value * FULL // most if most else 0

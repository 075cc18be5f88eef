"""The arithmetic of the monthly table: pure, whole numbers only.

补助水平 is the month's spending by the month's persons, rounded half up to the yuan; 支出 is shown in 万元 with two
decimals, rounded half up. Both were checked against the figures the province published.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

FEN_PER_YUAN = 100
# 万元 are written with two decimals: so many fen make the last of them.
FEN_PER_HUNDREDTH_WAN = 10_000


def level_yuan(fen: int, persons: int) -> int | None:
    """补助水平: spending a person in whole yuan, half up; None where nobody was paid for."""
    if persons <= 0:
        return None
    return (2 * fen + FEN_PER_YUAN * persons) // (2 * FEN_PER_YUAN * persons)


def wan_yuan(fen: int) -> Decimal:
    """Spending in 万元 with two decimals, half up (away from zero below it)."""
    hundredths = (2 * abs(fen) + FEN_PER_HUNDREDTH_WAN) // (2 * FEN_PER_HUNDREDTH_WAN)
    return Decimal(-hundredths if fen < 0 else hundredths).scaleb(-2)


@dataclass(frozen=True, slots=True)
class Sums:
    """Households, persons and fen of some part of a month."""

    households: int = 0
    persons: int = 0
    fen: int = 0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(self.households + other.households, self.persons + other.persons, self.fen + other.fen)

    def __bool__(self) -> bool:
        return bool(self.households or self.persons or self.fen)

    @property
    def level(self) -> int | None:
        """补助水平."""
        return level_yuan(self.fen, self.persons)

    @property
    def wan(self) -> Decimal:
        """支出（万元）."""
        return wan_yuan(self.fen)


# (城乡类别, kind) → sums; the finest grain of a month.
Cells = Mapping[tuple[str, str], Sums]


def total(cells: Cells, kinds: Iterable[str], area: str = "") -> Sums:
    """The sum over kinds, of one area or of all."""
    wanted = set(kinds)
    found = (sums for (place, kind), sums in cells.items() if kind in wanted and area in ("", place))
    return sum(found, Sums())


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the province's table: ``month`` beside ``year``, the sum of the year's months up to it."""

    label: str
    depth: int
    month: Sums
    year: Sums
    group: str = ""
    area: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """What the table says about one group: its name, its kinds, and those listed apart inside it."""

    group: str
    label: str
    kinds: tuple[str, ...]
    apart: tuple[tuple[str, str], ...]


def province_table(sections: Iterable[Section], areas: Mapping[str, str], month: Cells, year: Cells) -> list[Line]:
    """城乡低保, 城市, 农村, and apart what is part of it; then the same of 特困. Empty parts are left out."""
    lines = []
    for part in sections:
        lines.append(Line(f"城乡{part.label}", 0, total(month, part.kinds), total(year, part.kinds), group=part.group))
        for area, name in areas.items():
            sums = total(month, part.kinds, area), total(year, part.kinds, area)
            lines.append(Line(f"{name}{part.label}", 1, *sums, group=part.group, area=area))
        for kind, name in part.apart:
            sums = total(month, [kind]), total(year, [kind])
            if any(sums):
                lines.append(Line(name, 2, *sums, group=part.group, kind=kind))
    return lines

"""Counting what a draft of the law would do: the same sums for the page, the export and the command."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from apps.awards.enums import Effect

# Changes up to so many fen; the last band is open.
BANDS = (5_000, 10_000, 20_000, 50_000)
YEAR = 12
COUNTED = {effect: effect.value.lower() for effect in Effect}


class Compared(NamedTuple):
    """One award under the law and under the draft, in fen."""

    award_id: int
    household_id: int
    person_id: int | None
    township_id: int
    scheme: str
    before_fen: int
    after_fen: int

    @property
    def effect(self) -> Effect | None:
        """What the draft does; None for nothing."""
        if self.before_fen == self.after_fen:
            return None
        if self.after_fen == 0:
            return Effect.LEAVE
        if self.before_fen == 0:
            return Effect.ENTER
        return Effect.GAIN if self.after_fen > self.before_fen else Effect.LOSE


@dataclass(slots=True)
class Cell:
    """Sums over some awards: units, fen under both laws, and how many of each effect."""

    units: int = 0
    before_fen: int = 0
    after_fen: int = 0
    gain: int = 0
    lose: int = 0
    leave: int = 0
    enter: int = 0

    def add(self, other: "Cell") -> None:
        """Take in the sums of others."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def difference_fen(self) -> int:
        """What the draft costs more a month (or less)."""
        return self.after_fen - self.before_fen

    @property
    def year_fen(self) -> int:
        """Twelve such months."""
        return YEAR * self.difference_fen

    @property
    def changed(self) -> int:
        """Units whose amount is another."""
        return self.gain + self.lose + self.leave + self.enter


@dataclass(slots=True)
class Tally:
    """Sums by township and scheme, and how many changes of which size."""

    cells: dict[tuple[int, str], Cell] = field(default_factory=dict)
    bands: Counter[int] = field(default_factory=Counter)

    def count(self, one: Compared) -> None:
        """Take in one award."""
        cell = self.cells.setdefault((one.township_id, one.scheme), Cell())
        cell.units += 1
        cell.before_fen += one.before_fen
        cell.after_fen += one.after_fen
        if (effect := one.effect) is not None:
            name = COUNTED[effect]
            setattr(cell, name, getattr(cell, name) + 1)
            self.bands[band_of(one.after_fen - one.before_fen)] += 1

    def total(self) -> Cell:
        """Everything together."""
        return self._sums(lambda township, scheme: None).get(None, Cell())

    def by_scheme(self) -> dict[str, Cell]:
        """Sums of each scheme."""
        return self._sums(lambda township, scheme: scheme)

    def by_township(self) -> dict[int, Cell]:
        """Sums of each township, by its id."""
        return self._sums(lambda township, scheme: township)

    def _sums(self, key: Any) -> dict[Any, Cell]:
        sums: dict[Any, Cell] = {}
        for place, cell in sorted(self.cells.items()):
            sums.setdefault(key(*place), Cell()).add(cell)
        return sums

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        cells = [[*place, *(getattr(cell, n) for n in Cell.__slots__)] for place, cell in sorted(self.cells.items())]
        return {"cells": cells, "bands": {str(band): number for band, number in sorted(self.bands.items())}}

    def add_json(self, stored: dict[str, Any]) -> None:
        """Take in a stored tally."""
        for township, scheme, *sums in stored["cells"]:
            self.cells.setdefault((township, scheme), Cell()).add(Cell(*sums))
        self.bands.update({int(band): number for band, number in stored["bands"].items()})


def band_of(difference_fen: int) -> int:
    """The band of a change: 1, 2, … for more, -1, -2, … for less."""
    size = 1 + sum(abs(difference_fen) > most for most in BANDS)
    return size if difference_fen > 0 else -size


def bounds_of(size: int) -> tuple[int, int | None]:
    """Fen above which, and up to which, changes of a size lie; KeyError for no size."""
    return dict(enumerate(zip((0, *BANDS), (*BANDS, None), strict=True), start=1))[size]


def band_label(band: int) -> str:
    """增加 50–100 元."""
    above, most = bounds_of(abs(band))
    word = "增加" if band > 0 else "减少"
    if most is None:
        return f"{word} {above // 100} 元以上"
    return f"{word} {above // 100}–{most // 100} 元" if above else f"{word} {most // 100} 元以内"


ALL_BANDS = (*range(len(BANDS) + 1, 0, -1), *range(-1, -len(BANDS) - 2, -1))

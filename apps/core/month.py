"""A calendar month as a value: what awards, standards and payments are counted in."""

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self, overload

_TEXT = re.compile(r"[0-9]{4}-[0-9]{2}")


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """One month of one year; ordered, hashable, with month arithmetic. ValueError outside years 1–9999."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1 <= self.month <= 12 and dt.MINYEAR <= self.year <= dt.MAXYEAR):
            raise ValueError(f"没有这个月份：{self.year}-{self.month}")

    @classmethod
    def of(cls, day: dt.date) -> Self:
        """The month a day lies in."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The month written as "2024-05"; ValueError for anything else."""
        if not _TEXT.fullmatch(text):
            raise ValueError("月份应写成 2024-05 的样子")
        return cls(int(text[:4]), int(text[5:]))

    def first(self) -> dt.date:
        """First day of the month."""
        return dt.date(self.year, self.month, 1)

    def last(self) -> dt.date:
        """Last day of the month."""
        return dt.date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    def next(self) -> Self:
        """The month after this one."""
        return self + 1

    def label(self) -> str:
        """The month as people write it: 2026年3月."""
        return f"{self.year}年{self.month}月"

    def __add__(self, months: int) -> Self:
        year, index = divmod(self.year * 12 + self.month - 1 + months, 12)
        return type(self)(year, index + 1)

    @overload
    def __sub__(self, other: int) -> Self: ...
    @overload
    def __sub__(self, other: "Month") -> int: ...
    def __sub__(self, other: "int | Month") -> "Self | int":
        if isinstance(other, Month):
            return (self.year - other.year) * 12 + self.month - other.month
        return self + -other

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


def day_label(day: dt.date) -> str:
    """A day of this year as people write it: 5月27日."""
    return f"{day.month}月{day.day}日"


def months(first: Month, last: Month) -> Iterator[Month]:
    """Every month from first through last; nothing when last comes before first."""
    for offset in range(last - first + 1):
        yield first + offset

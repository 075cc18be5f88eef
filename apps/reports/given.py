"""Figures that others counted, as they are handed in: a month of a unit, and where it comes from."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from apps.core.month import Month
from apps.reports.enums import Kind, Source
from apps.reports.models import Figure, PartFigure

FEN_PER_WAN = 1_000_000


@dataclass(frozen=True)
class Given:
    """A month's figures: rows without their month, and where they come from."""

    unit: str
    month: Month
    source: Source
    note: str
    figures: Sequence[Figure]
    parts: Sequence[PartFigure] = ()

    def __str__(self) -> str:
        return f"{self.unit} {self.month.label()}"


def read_given(text: str) -> list[Given]:
    """The months of a file (JSON; spending in 万元 as text); ValueError or KeyError for another shape."""
    return [
        Given(
            unit=month["unit"],
            month=Month.parse(month["month"]),
            source=Source.PUBLISHED,
            note=month["note"],
            figures=[_figure(row) for row in month["figures"]],
        )
        for month in json.loads(text)
    ]


def _figure(row: dict[str, Any]) -> Figure:
    spending = Decimal(row["spending_wan"]) * FEN_PER_WAN
    if spending != int(spending):
        raise ValueError(f"支出不足一分的部分：{row['spending_wan']} 万元")
    return Figure(
        area_kind=row.get("area", ""),
        kind=Kind(row["kind"]),
        households=int(row.get("households", 0)),
        persons=int(row["persons"]),
        spending_fen=int(spending),
    )

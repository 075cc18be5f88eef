"""The dated parameters of the policy: rows shipped in standards/*.yaml or given by the caller, and what is in force.

A row is the value of one parameter (for one area and key where it has them) from a day on, until a later row of the
same parameter begins. A yearly figure is stored as amount and months (3755 / 12). `Law.on` gives everything an
assessment reads; a day without a value is `NoParameterInForce`, never a default.
"""

import datetime as dt
import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from apps.core.money import fen

from .enums import AreaKind, PartKind, Support
from .exact import Exact

_SHIPPED = Path(__file__).parent / "standards"


class NoParameterInForce(LookupError):
    """No value is in force for these parameters on this day."""

    def __init__(self, day: dt.date, parameters: tuple[str, ...]) -> None:
        self.day, self.parameters = day, parameters
        described = shipped_parameters()
        named = [f"{described[name].label}（{name}）" if name in described else name for name in parameters]
        super().__init__(f"{day:%Y-%m-%d} 没有生效的政策参数：{'、'.join(named)}")


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a parameter is: its Chinese name, the provision it comes from, and the unit of its values."""

    name: str
    label: str
    clause: str
    unit: str


@dataclass(frozen=True, slots=True)
class Row:
    """One dated value; None says that the parameter is in force and switched off."""

    parameter: str
    start: dt.date
    value: str | None
    source: str
    confirmed: bool
    area: AreaKind | None = None
    key: str = ""
    months: int = 1


@dataclass(frozen=True, slots=True)
class InForce:
    """All that an assessment in one area reads, as in force on a day; exact fen, monthly unless named annual."""

    area: AreaKind
    since: dt.date
    standard: Exact
    standard_source: str
    annual_disposable_income: Exact
    minimum_wage: Exact
    low_income_ceiling: Exact
    asset_months: Exact
    supplement_rates: dict[PartKind, Fraction]
    supplement_order: tuple[PartKind, ...]
    elderly_disabled_min_age: int
    single_person_rate: Fraction
    minimum_top_up: Exact | None
    phase_out_months: int
    phase_out_months_disabled: int
    phase_out_schedule: tuple[tuple[int, Fraction], ...]
    phase_out_resume_months: int
    tekun_basic: dict[Support, Fraction]
    tekun_care: dict[PartKind, Fraction]
    unconfirmed: frozenset[str]


@dataclass(slots=True)
class Law:
    """A set of dated rows; ValueError when two rows of one parameter, area and key begin on one day."""

    rows: tuple[Row, ...]
    _in_force: dict[tuple[AreaKind, int], InForce] = field(default_factory=dict, repr=False)
    _changes: tuple[dt.date, ...] = field(default=(), repr=False)
    _digest: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        seen = {(row.parameter, row.area, row.key, row.start) for row in self.rows}
        if len(seen) != len(self.rows):
            raise ValueError("同一参数在同一天有两个值")
        self._changes = tuple(sorted({row.start for row in self.rows}))

    @classmethod
    def shipped(cls) -> "Law":
        """The law delivered with the program, read once."""
        return _shipped_law()

    def on(self, day: dt.date, area: AreaKind) -> InForce:
        """Everything an assessment reads, as in force on a day; NoParameterInForce names what has no value yet."""
        period = bisect_right(self._changes, day)
        found = self._in_force.get((area, period))
        if found is None:
            found = self._in_force[area, period] = _Reader(self, day, area).read()
        return found

    def row(self, parameter: str, day: dt.date, area: AreaKind | None = None, key: str = "") -> Row:
        """The row of one parameter in force on a day; NoParameterInForce when there is none."""
        rows = [row for row in self.rows_in_force(parameter, day, area) if row.key == key]
        if not rows:
            raise NoParameterInForce(day, (parameter,))
        return max(rows, key=_start)

    def rows_in_force(self, parameter: str, day: dt.date, area: AreaKind | None = None) -> list[Row]:
        """The rows of one parameter begun by a day, superseded ones included."""
        return [r for r in self.rows if r.parameter == parameter and r.start <= day and r.area in (None, area)]

    def digest(self) -> str:
        """SHA-256 over all rows, whatever their order."""
        if not self._digest:
            lines = sorted(
                json.dumps([r.parameter, r.area, r.key, r.start.isoformat(), r.value, r.months, r.source, r.confirmed])
                for r in self.rows
            )
            self._digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        return self._digest


class _Reader:
    """Reads one InForce out of the rows and collects what is missing, so that the error names everything at once."""

    def __init__(self, law: Law, day: dt.date, area: AreaKind) -> None:
        self.law, self.day, self.area = law, day, area
        self.missing: dict[str, None] = {}
        self.unconfirmed: set[str] = set()

    def read(self) -> InForce:
        standard = self._row("dibao_standard")
        in_force = InForce(
            area=self.area,
            since=standard.start,
            standard=_money(standard),
            standard_source=standard.source,
            annual_disposable_income=_money(self._row("disposable_income")),
            minimum_wage=_money(self._row("minimum_wage")),
            low_income_ceiling=_number(self._row("low_income_ceiling")),
            asset_months=_number(self._row("asset_months")),
            supplement_rates=(rates := self._rates()),
            supplement_order=highest_first(rates),
            elderly_disabled_min_age=int(_number(self._row("elderly_disabled_min_age"))),
            single_person_rate=Fraction(_number(self._row("single_person_rate"))),
            minimum_top_up=_money_or_none(self._row("minimum_top_up")),
            phase_out_months=int(_number(self._row("phase_out_months", "ORDINARY"))),
            phase_out_months_disabled=int(_number(self._row("phase_out_months", "DISABLED"))),
            phase_out_schedule=self._schedule(),
            phase_out_resume_months=int(_number(self._row("phase_out_resume_months"))),
            tekun_basic={way: Fraction(_number(self._row("tekun_basic", way.value))) for way in Support},
            tekun_care={level: Fraction(_number(self._row("tekun_care", level.value))) for level in CARE_LEVELS},
            unconfirmed=frozenset(self.unconfirmed),
        )
        if self.missing:
            raise NoParameterInForce(self.day, tuple(self.missing))
        return in_force

    def _row(self, parameter: str, key: str = "") -> Row:
        try:
            row = self.law.row(parameter, self.day, self.area, key)
        except NoParameterInForce:
            self.missing[parameter] = None
            return Row(parameter, self.day, "0", "", confirmed=False)
        if not row.confirmed:
            self.unconfirmed.add(parameter)
        return row

    def _rates(self) -> dict[PartKind, Fraction]:
        return {kind: Fraction(_number(self._row("supplement", kind.value))) for kind in SUPPLEMENTS}

    def _schedule(self) -> tuple[tuple[int, Fraction], ...]:
        rows = self.law.rows_in_force("phase_out_schedule", self.day)
        if not rows:
            self._row("phase_out_schedule")
            return ()
        latest = max(row.start for row in rows)
        valid = [row for row in rows if row.start == latest]
        if not all(row.confirmed for row in valid):
            self.unconfirmed.add("phase_out_schedule")
        return tuple(sorted((int(row.key), Fraction(_number(row))) for row in valid))


SUPPLEMENTS = (
    PartKind.SEVERE_DISABILITY,
    PartKind.SERIOUS_ILLNESS,
    PartKind.ELDERLY_DISABLED,
    PartKind.MULTI_DISABLED,
    PartKind.ELDERLY,
    PartKind.MINOR,
)
CARE_LEVELS = (PartKind.CARE_SELF, PartKind.CARE_PARTIAL, PartKind.CARE_FULL)


def highest_first(rates: dict[PartKind, Fraction]) -> tuple[PartKind, ...]:
    """The kinds of supplement in the order in which they are tried: the highest rate first (28号 §5)."""
    # "Only the highest" is decided here: dibao.supplement_of takes the first that applies and asks no further. The sort
    # is stable, so equal rates stay in the order of SUPPLEMENTS.
    return tuple(sorted(SUPPLEMENTS, key=lambda kind: -rates[kind]))


@cache
def documents(folder: Path) -> tuple[dict[str, Any], ...]:
    """The YAML files of a folder of the rules' data, by name; read once."""
    return tuple(yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yaml")))


@cache
def _shipped_law() -> Law:
    return Law(tuple(row for document in documents(_SHIPPED) for row in rows_of(document)))


@cache
def shipped_parameters() -> dict[str, Parameter]:
    """The parameters of the shipped law by name."""
    described = [Parameter(d["parameter"], d["label"], d["clause"], d["unit"]) for d in documents(_SHIPPED)]
    return {parameter.name: parameter for parameter in described}


def rows_of(document: dict[str, Any]) -> Iterable[Row]:
    """The rows of one parameter file."""
    for value in document["values"]:
        yield Row(
            parameter=document["parameter"],
            start=value["from"],
            value=value["value"],
            source=value["source"],
            confirmed=value["confirmed"],
            area=AreaKind(value["area"]) if "area" in value else None,
            key=value.get("key", ""),
            months=value.get("months", 1),
        )


def _start(row: Row) -> dt.date:
    return row.start


def _number(row: Row) -> Exact:
    return _simplest(Fraction(row.value or "0") / row.months)


def _money(row: Row) -> Exact:
    return _simplest(Fraction(fen(row.value or "0"), row.months))


def _money_or_none(row: Row) -> Exact | None:
    return None if row.value is None else _money(row)


def _simplest(exact: Fraction) -> Exact:
    return exact.numerator if exact.denominator == 1 else exact

"""How each value of the law stands on a day: in force, to come, or superseded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from apps.audit.verbs import Verb
from apps.core.month import Month
from apps.core.navigation import Badge
from apps.eligibility.models import ParameterChange, ParameterValue
from apps.eligibility.parameters import applies_to
from apps.eligibility.policy.standards import shipped_parameters


@dataclass(frozen=True)
class Standing:
    """One value as the page shows it; ``stands``: IN_FORCE, TO_COME, PAST or CORRECTED."""

    value: ParameterValue
    stands: str

    @property
    def applies(self) -> str:
        """To whom, in words."""
        return applies_to(self.value.area, self.value.key) or "全部"

    @property
    def badge(self) -> tuple[str, str]:
        """Words and tone."""
        if self.stands == "TO_COME":
            return f"自{Month.of(self.value.start).label()}起生效", "info"
        return {"IN_FORCE": ("现行", "good"), "PAST": ("已被取代", "plain"), "CORRECTED": ("已更正", "plain")}[
            self.stands
        ]


@dataclass(frozen=True)
class ParameterSheet:
    """One parameter with all values it ever had, newest first."""

    name: str
    label: str
    clause: str
    unit: str
    values: tuple[Standing, ...]


def waiting_badge(user: Any, on: date) -> Badge | None:
    """How many proposals wait, for those who decide on them."""
    if not user.may(Verb.APPROVE_STANDARD, on=on):
        return None
    return Badge(ParameterChange.objects.visible_to(user).waiting().count(), label="份草案等待核准")


def sheets(values: Iterable[ParameterValue], on: date) -> list[ParameterSheet]:
    """All parameters in the order of their clauses, each value with how it stands that day."""
    by_name: dict[str, list[Standing]] = {}
    ordered = sorted(values, key=lambda v: (v.parameter, v.area, v.key, v.start, v.version), reverse=True)
    for _, group in groupby(ordered, key=lambda v: (v.parameter, v.area, v.key)):
        for one in _standings(list(group), on):
            by_name.setdefault(one.value.parameter, []).append(one)
    described = sorted(shipped_parameters().values(), key=lambda p: (_number(p.clause), p.name))
    return [
        ParameterSheet(p.name, p.label, p.clause, p.unit, tuple(sorted(by_name[p.name], key=_newest_first)))
        for p in described
        if p.name in by_name
    ]


def _standings(newest_first: list[ParameterValue], on: date) -> Iterable[Standing]:
    """Of one place: of equal starts the last version counts, of the starts begun the last is in force."""
    in_force, seen = False, set()
    for value in newest_first:
        if value.start in seen:
            yield Standing(value, "CORRECTED")
            continue
        seen.add(value.start)
        stands = "TO_COME" if value.start > on else "PAST" if in_force else "IN_FORCE"
        in_force = in_force or value.start <= on
        yield Standing(value, stands)


def _newest_first(one: Standing) -> tuple[int, str, str, int]:
    value = one.value
    return (
        -value.start.toordinal(),
        {"URBAN": "0", "RURAL": "1"}.get(value.area, ""),
        value.key.zfill(3),
        -value.version,
    )


def _number(clause: str) -> int:
    return int("".join(c for c in clause if c.isdigit()) or 99)

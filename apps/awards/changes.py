"""The changes of a month as a table shows them: household, before, after, why."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from apps.awards.enums import RunState
from apps.awards.facts import names_of
from apps.awards.models import CalcLine, MonthRun
from apps.awards.wording import why_changed, why_stopped
from apps.core.month import Month


@dataclass(frozen=True)
class Shown:
    """One row of the table; fen, None where there was or is nothing."""

    line: CalcLine
    before_fen: int | None
    after_fen: int | None
    label: str
    tone_of: str
    why: str


def changes_shown(run: MonthRun, lines: Iterable[CalcLine], *, stopped: bool) -> list[Shown]:
    """The rows of one page in three statements, however many."""
    lines = list(lines)
    if stopped:
        return [Shown(line, line.amount_fen, None, "停发", "STOP", why_stopped(line)) for line in lines]
    before = _parts_before(run, lines)
    names = names_of({int(part["member"]) for parts in _all_parts(lines, before) for part in parts if "member" in part})
    return [
        Shown(
            line,
            line.previous_fen,
            line.amount_fen,
            line.get_change_display(),
            line.change,
            why_changed(line, before.get((line.household_id, line.person_id), []), names),
        )
        for line in lines
    ]


Parts = list[dict[str, Any]]


def _parts_before(run: MonthRun, lines: list[CalcLine]) -> dict[tuple[int, int | None], Parts]:
    previous = (Month.of(run.month) - 1).first()
    rows = CalcLine.objects.filter(month=previous, household__in=[line.household_id for line in lines])
    rows = rows.exclude(run__state=RunState.VOID).values_list("household_id", "person_id", "parts")
    return {(household, person): parts for household, person, parts in rows}


def _all_parts(lines: list[CalcLine], before: dict[tuple[int, int | None], Parts]) -> Iterable[Parts]:
    yield from before.values()
    yield from (line.parts for line in lines)

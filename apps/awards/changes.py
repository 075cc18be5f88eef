"""The changes of a month: counted by kind, listed, and as a table shows them (household, before, after, why)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.db.models import Count, QuerySet

from apps.awards.enums import HELD, LACKING, STOPPED, AsideState, Cause, RunState
from apps.awards.facts import names_of
from apps.awards.models import CalcLine, MonthRun
from apps.awards.wording import why_changed, why_stopped
from apps.core.month import Month

CARE_MISSING = "自理能力未评，暂无照料护理费"


@dataclass(frozen=True)
class Changes:
    """The changes of a month among some lines: every number is that of the list behind it."""

    run: MonthRun
    lines: QuerySet[CalcLine]
    stopped: QuerySet[CalcLine]

    def narrowed(self, **equal: Any) -> "Changes":
        """Only those of a township, a scheme."""
        return replace(self, lines=self.lines.filter(**equal), stopped=self.stopped.filter(**equal))

    def unseen(self) -> "Changes":
        """Only those nobody has looked at."""
        seen = self.run.looks.values("award")
        return replace(self, lines=self.lines.exclude(award__in=seen), stopped=self.stopped.exclude(award__in=seen))

    def of(self, kind: str) -> QuerySet[CalcLine]:
        """The lines of one kind; of none named: all that changed."""
        if kind == STOPPED:
            return self.stopped
        if kind == LACKING:
            return self.lines.lacking()  # type: ignore[attr-defined, no-any-return]
        if kind == HELD:
            held = self.run.set_aside.filter(cause=Cause.HELD, state=AsideState.OPEN)
            return self.lines.filter(award__in=held.values("award"))
        return self.lines.filter(change=kind) if kind else self.lines.changed()  # type: ignore[attr-defined, no-any-return]

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many there are of each kind."""
        changed = self.of("").order_by().values_list("change").annotate(Count("pk"))
        return dict(changed) | {kind: self.of(kind).count() for kind in (STOPPED, LACKING, HELD)}

    @property
    def changed(self) -> int:
        """How many lines differ from the month before."""
        return sum(number for kind, number in self.counts.items() if kind not in (STOPPED, LACKING, HELD))


def changes_of(run: MonthRun, lines: QuerySet[CalcLine]) -> Changes:
    """The changes of a run among these lines of any month; who has stopped is known once everybody is calculated."""
    previous = run.previous()
    left = run.chunks.exclude(rows__isnull=False).exists()
    none = previous is None or left
    stopped = lines.none() if none else lines.stopped_before(run, previous)  # type: ignore[attr-defined]
    return Changes(run, lines.filter(run=run), stopped)


@dataclass(frozen=True)
class Shown:
    """One row of the table; fen, None where there was or is nothing."""

    line: CalcLine
    before_fen: int | None
    after_fen: int | None
    label: str
    tone_of: str
    why: str
    seen_by: str = ""
    held: bool = False
    lacking: bool = False


def changes_shown(run: MonthRun, lines: Iterable[CalcLine], *, stopped: bool) -> list[Shown]:
    """The rows of one page in a few statements, however many."""
    lines = list(lines)
    ids = [line.award_id for line in lines]
    seen = dict(run.looks.filter(award__in=ids).values_list("award_id", "user__name"))
    held = set(
        run.set_aside.filter(award__in=ids, cause=Cause.HELD, state=AsideState.OPEN).values_list("award", flat=True)
    )
    lacking = set(CalcLine.objects.filter(pk__in=[line.pk for line in lines]).lacking().values_list("award", flat=True))
    rows = _stopped(lines) if stopped else _changed(run, lines)
    return [
        replace(
            row,
            seen_by=seen.get(row.line.award_id, ""),
            held=row.line.award_id in held,
            lacking=not stopped and row.line.award_id in lacking,
        )
        for row in rows
    ]


def _stopped(lines: list[CalcLine]) -> list[Shown]:
    return [Shown(line, line.amount_fen, None, "停发", "STOP", why_stopped(line)) for line in lines]


def _changed(run: MonthRun, lines: list[CalcLine]) -> list[Shown]:
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

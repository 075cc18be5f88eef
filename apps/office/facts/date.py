"""What falls due with the office date: counts only, since who moves the date sees no family."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from apps.applications.models import Application, Notice
from apps.applications.transitions import FILED
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.awards.enums import RunState
from apps.awards.facts import month_to_open
from apps.awards.models import Award, MonthRun
from apps.core.month import Month
from apps.core.sight import seeing_the_county
from apps.core.workdays import workdays_between
from apps.office.steps import Step, day_after

SHOWN = 8


@dataclass(frozen=True)
class Outlook:
    """A step forward: where it leads, and what falls due on the way."""

    step: Step
    day: date
    workdays: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Moved:
    """One move of the date that was made, and the notices taken down on the day it led to."""

    record: Record
    day: date
    taken_down: int


@seeing_the_county()
def outlooks(on: date) -> list[Outlook]:
    """What each step forward would bring."""
    days = sorted(((step, day_after(step, on)) for step in Step), key=lambda pair: pair[1])
    return [Outlook(step, day, workdays_between(on, day), tuple(_due(on, day))) for step, day in days]


@seeing_the_county()
def standing(on: date) -> list[tuple[str, int]]:
    """What the office has open today."""
    up = Notice.objects.filter(taken_down_on=None)
    return [
        ("在办申请", Application.objects.filter(state__in=FILED).count()),
        ("正在公示", up.filter(ends_on__gte=on).count()),
        ("期满待撤下", up.filter(ends_on__lt=on).count()),
    ]


@seeing_the_county()
def moves_made() -> list[Moved]:
    """The last moves of the date, newest first."""
    records = list(Record.objects.filter(verb=Verb.ADVANCE_OFFICE_DATE).select_related("user").order_by("-pk")[:SHOWN])
    days = {record.pk: date.fromisoformat(record.payload["to"]) for record in records}
    down = Notice.objects.filter(taken_down_on__in=set(days.values())).values_list("taken_down_on")
    counts = dict(down.annotate(count=Count("pk")))
    return [Moved(record, days[record.pk], counts.get(days[record.pk], 0)) for record in records]


def _due(on: date, until: date) -> list[str]:
    lines = []
    if notices := Notice.objects.filter(taken_down_on=None, ends_on__lt=until).count():
        lines.append(f"公示期满撤下 {notices} 张")
    if Month.of(until) != Month.of(on):
        if ending := Award.objects.ever_due().filter(last_month=Month.of(on).first()).count():
            lines.append(f"待遇止发 {ending} 份")
        if beginning := Award.objects.ever_due().filter(first_month=Month.of(until).first()).count():
            lines.append(f"待遇起发 {beginning} 份")
        lines += _month_work(until)
    return lines or ["没有到期的事项"]


def _month_work(until: date) -> list[str]:
    if waiting := month_to_open(until):
        return [f"{waiting.label()}可以开始核定"]
    last = MonthRun.objects.standing().order_by("-month").first()
    return [f"{last.label}核定尚待办完"] if last and last.state != RunState.SEALED else []

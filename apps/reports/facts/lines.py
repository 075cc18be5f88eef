"""The lines behind a month's figures. The freezing adds up the same rows that the pages list.

Everything counted is read from the line and from the terms it was calculated by, which nothing changes afterwards:
a list opened years later still agrees with the figure it stands behind.
"""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from apps.awards.enums import Change
from apps.awards.models import CalcLine, MonthRun
from apps.eligibility.policy.enums import PartKind, Scheme, Support
from apps.reports.enums import KINDS_OF, Kind
from apps.reports.models import Figure, FrozenMonth, PartFigure

NEW, CHANGED, STOPPED = "NEW", "CHANGED", "STOPPED"
COLUMNS = ("township_id", "area", "kind", "households", "persons", "amount_fen", "change", "parts")
UNMOVED = (Change.NEW, Change.SAME)


def counted(lines: QuerySet[CalcLine]) -> QuerySet[CalcLine]:
    """The lines that count, with ``area``, ``kind``, ``households`` and ``persons``.

    A line without any part is that of a unit no longer entitled. 低保 whose gap rounds to nothing still counts.
    """
    return lines.filter(parts__0__isnull=False).annotate(
        area=KeyTextTransform("area", "award__terms"),
        kind=_kind(),
        persons=Func("award__terms__people", function="jsonb_array_length", output_field=IntegerField()),
        households=_households(),
    )


def _kind() -> Case:
    institution = Q(scheme=Scheme.TEKUN, award__terms__people__0__support=Support.INSTITUTION)
    return Case(
        When(institution, then=Value(Kind.TEKUN_INSTITUTION.value)),
        When(scheme=Scheme.TEKUN, then=Value(Kind.TEKUN_DISPERSED.value)),
        default=F("scheme"),
        output_field=CharField(),
    )


def _households() -> Case:
    """Of several 特困 persons of a family the first one counts the household; other units are one each."""
    earlier = CalcLine.objects.filter(
        run=OuterRef("run"),
        household=OuterRef("household"),
        scheme=Scheme.TEKUN,
        person__lt=OuterRef("person"),
        parts__0__isnull=False,
    )
    return Case(When(Q(scheme=Scheme.TEKUN) & Exists(earlier), then=Value(0)), default=Value(1))


def lines_of(run: MonthRun) -> QuerySet[CalcLine]:
    """The counted lines of a month."""
    return counted(CalcLine.objects.filter(run=run))


def stopped_lines(run: MonthRun) -> QuerySet[CalcLine]:
    """The counted lines of the month before whose unit has none in this one."""
    here = CalcLine.objects.filter(run=run, household=OuterRef("household"), parts__0__isnull=False)
    here = here.annotate(unit=Coalesce("person", 0)).filter(unit=Coalesce(OuterRef("person"), 0))
    return counted(CalcLine.objects.filter(run=run.previous()).filter(~Exists(here)))


def listed(frozen: FrozenMonth, user: Any, chosen: dict[str, Any]) -> QuerySet[CalcLine]:
    """The lines behind a number of a frozen month, of the townships the user sees; ``chosen``: the page's filters."""
    if frozen.run is None:
        return counted(CalcLine.objects.none())
    change = chosen.get("change")
    rows = (stopped_lines if change == STOPPED else lines_of)(frozen.run)
    rows = rows.filter(user.scope().rows("township"))
    if change == NEW:
        # The first month has none before it to be new against.
        rows = rows.filter(change=Change.NEW) if frozen.run.previous() else rows.none()
    elif change == CHANGED:
        rows = rows.exclude(change__in=UNMOVED)
    if group := chosen.get("group"):
        rows = rows.filter(kind__in=KINDS_OF[group])
    if part := chosen.get("part"):
        single = Q(kind=Kind.DIBAO_SINGLE)
        rows = rows.filter(single if part == PartKind.SINGLE else Q(parts__contains=[{"kind": part}]) & ~single)
    equal = {name: chosen.get(name) for name in ("area", "kind", "township")}
    return rows.filter(**{name: value for name, value in equal.items() if value})


# What a 单人户 gets is a flat amount, whatever its ground: no supplement on top of anything.
PART_PAID = "CASE WHEN kind = 'DIBAO_SINGLE' THEN 'SINGLE' ELSE part ->> 'kind' END"

_SUMMED = """
    SELECT sum(households), sum(persons), sum(amount_fen),
        sum((SELECT count(*) FROM jsonb_array_elements(parts) AS part WHERE {part_paid} = %s)),
        sum((SELECT sum((part ->> 'amount')::numeric * 100) FROM jsonb_array_elements(parts) AS part
             WHERE {part_paid} = %s))
    FROM ({rows}) AS rows
"""


def as_sql(rows: QuerySet[CalcLine]) -> tuple[str, tuple[Any, ...]]:
    """The question as the database is asked it, so that what is added up and what is listed are one definition."""
    return rows.values(*COLUMNS).order_by().query.sql_with_params()


@dataclass(frozen=True)
class Summed:
    """What listed lines add up to; of one part, its receivers and its money."""

    households: int = 0
    persons: int = 0
    fen: int = 0
    receivers: int = 0
    part_fen: int = 0


def summed(rows: QuerySet[CalcLine], part: str = "") -> Summed:
    """The sums of listed lines."""
    try:
        question, values = as_sql(rows)
    except EmptyResultSet:
        return Summed()
    with connection.cursor() as cursor:
        cursor.execute(_SUMMED.format(rows=question, part_paid=PART_PAID), [part, part, *values])
        return Summed(*(int(value or 0) for value in cursor.fetchone()))


def sums_behind(frozen: FrozenMonth, user: Any, chosen: dict[str, Any]) -> Summed:
    """What the listed lines add up to: read from the frozen figures where they say it, else from the lines themselves.

    A province's month has a million lines; its figures are a few hundred rows.
    """
    part = chosen.get("part", "")
    if frozen.run is None or chosen.get("change") or (part and (chosen.get("group") or chosen.get("kind"))):
        return summed(listed(frozen, user, chosen), part)
    equal = {"township": chosen.get("township"), "area_kind": chosen.get("area")}
    equal |= {"part": part} if part else {"kind": chosen.get("kind"), "kind__in": KINDS_OF.get(chosen.get("group", ""))}
    equal = {name: value for name, value in equal.items() if value}
    rows = (PartFigure if part else Figure).objects.visible_to(user).filter(frozen=frozen, **equal).order_by()
    if part:
        found = rows.aggregate(receivers=Sum("receivers", default=0), part_fen=Sum("spending_fen", default=0))
    else:
        names = {"households": "households", "persons": "persons", "fen": "spending_fen"}
        found = rows.aggregate(**{name: Sum(column, default=0) for name, column in names.items()})
    return Summed(**{name: int(value) for name, value in found.items()})

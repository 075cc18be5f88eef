"""Freezing a month's figures, and taking in figures that others counted."""

import datetime as dt

from django.db import IntegrityError, connection, transaction

from apps.accounts.models import User
from apps.accounts.roles import require
from apps.audit.actions import act
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.awards.enums import RunState
from apps.awards.models import MonthRun
from apps.core.refusal import Refused
from apps.reports.enums import Source
from apps.reports.facts.lines import PART_PAID, as_sql, lines_of, stopped_lines
from apps.reports.given import Given
from apps.reports.models import Figure, FrozenMonth, PartFigure

_FIGURES = """
    INSERT INTO reports_figure (frozen_id, township_id, area_kind, kind, households, persons, spending_fen,
        new_units, changed_units, stopped_units)
    SELECT %s, township_id, area, kind, sum(households), sum(persons), sum(amount_fen),
        sum(came), sum(moved), sum(went)
    FROM (
        SELECT township_id, area, kind, households, persons, amount_fen,
            (change = 'NEW' AND %s)::int AS came, (change NOT IN ('NEW', 'SAME'))::int AS moved, 0 AS went
        FROM ({here}) AS here
        UNION ALL
        SELECT township_id, area, kind, 0, 0, 0, 0, 0, 1 FROM ({gone}) AS gone
    ) AS rows
    GROUP BY township_id, area, kind
"""

_PARTS = """
    INSERT INTO reports_partfigure (frozen_id, township_id, area_kind, part, receivers, spending_fen)
    SELECT %s, township_id, area, {part_paid}, count(*), sum((part ->> 'amount')::numeric * 100)::bigint
    FROM ({here}) AS here, jsonb_array_elements(here.parts) AS part
    GROUP BY township_id, area, {part_paid}
"""


def freeze_figures(run: MonthRun, *, acting_user: User, on: dt.date) -> FrozenMonth:
    """Write down what a sealed month added up to, once: a month already frozen is given back as it stands.

    A few statements whatever the number of lines. Refused("month_not_sealed") before the month's amounts are owed.
    """
    _refuse_people(acting_user, Verb.FREEZE_FIGURES, on)
    with transaction.atomic():
        # One at a time, so that the second finds what the first one froze.
        run = MonthRun.objects.select_for_update(no_key=True, of=("self",)).get(pk=run.pk)
        if run.state != RunState.SEALED:
            raise Refused("month_not_sealed", f"{run.label}还没有编制发放批次，月报数要在封存之后生成。")
        standing = FrozenMonth.objects.filter(run=run).first()
        return standing or _frozen(run, acting_user, on)


def _frozen(run: MonthRun, acting_user: User, on: dt.date) -> FrozenMonth:
    with act(Verb.FREEZE_FIGURES, acting_user=acting_user, on=on, subject=run) as record:
        frozen = FrozenMonth.objects.create(month=run.month, source=Source.RUN, run=run, record=record)
        here, values = as_sql(lines_of(run))
        gone, more = as_sql(stopped_lines(run))
        # Of the first month nobody knows who is new: the families were taken over with the old register.
        has_before = run.previous() is not None
        with connection.cursor() as cursor:
            cursor.execute(_FIGURES.format(here=here, gone=gone), [frozen.pk, has_before, *values, *more])
            cursor.execute(_PARTS.format(here=here, part_paid=PART_PAID), [frozen.pk, *values])
        return frozen


def freeze_sealed(*, acting_user: User, on: dt.date) -> int:
    """Freeze every sealed month that is not frozen yet, oldest first; how many."""
    waiting = MonthRun.objects.filter(state=RunState.SEALED, frozen=None).order_by("month")
    for run in waiting:
        freeze_figures(run, acting_user=acting_user, on=on)
    return len(waiting)


def record_figures(given: Given, *, acting_user: User, on: dt.date) -> FrozenMonth:
    """Take in a month that was counted elsewhere: published, or from the time before this system.

    Refused("no_source") unless it says where the figures come from, ("already_frozen") for a month that stands.
    """
    _refuse_people(acting_user, Verb.RECORD_FIGURES, on)
    if given.source == Source.RUN or not given.note.strip():
        raise Refused("no_source", "请写明这些数字的出处；本系统核定的月份由系统自己封存。")
    try:
        with act(Verb.RECORD_FIGURES, acting_user=acting_user, on=on, reason=given.note, month=str(given)) as record:
            return _recorded(given, record)
    except IntegrityError as error:
        if "frozen_once" in str(error):
            raise Refused("already_frozen", f"{given}的数字已经封存，不能再登记。") from error
        raise


def _recorded(given: Given, record: Record) -> FrozenMonth:
    frozen = FrozenMonth.objects.create(
        unit=given.unit, month=given.month.first(), source=given.source, note=given.note.strip(), record=record
    )
    for rows in (given.figures, given.parts):
        for row in rows:
            row.frozen = frozen
    Figure.objects.bulk_create(given.figures)
    PartFigure.objects.bulk_create(given.parts)
    return frozen


def _refuse_people(acting_user: User, verb: Verb, on: dt.date) -> None:
    """Figures are the system's own work: nobody's desk may do it by hand."""
    if acting_user != User.objects.system():
        require(acting_user, verb, on=on)

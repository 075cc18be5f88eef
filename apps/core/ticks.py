"""The ticks of the schedule: each is carried out once, however many clocks send it."""

import datetime as dt

from django.db import connection

from apps.core.models import Tick

KEPT = dt.timedelta(days=2)


def due_at(now: dt.datetime, seconds: int) -> dt.datetime:
    """The newest moment at which a schedule of so many seconds was due."""
    return dt.datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, tz=dt.UTC)


def claim(schedule: str, seconds: int, now: dt.datetime) -> bool:
    """Whether this call is the one that carries out the newest due tick; every other call for it gets False.

    Ticks missed while no clock ran are not made up one by one: what is scheduled looks at how things stand, so that
    one tick does the work of all that were missed. Ticks of an earlier moment than the newest claimed are refused.
    """
    due = due_at(now, seconds)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_tick (schedule, due_at) SELECT %(schedule)s, %(due)s "
            "WHERE NOT EXISTS (SELECT FROM core_tick WHERE schedule = %(schedule)s AND due_at >= %(due)s) "
            "ON CONFLICT (schedule, due_at) DO NOTHING",
            {"schedule": schedule, "due": due},
        )
        return cursor.rowcount == 1


def forget(now: dt.datetime) -> None:
    """Remove ticks nobody asks about any more."""
    Tick.objects.filter(due_at__lt=now - KEPT).delete()

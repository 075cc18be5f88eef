"""The one clock. Doors (pages, API, tasks, commands) ask it once and pass the day inwards.

Where ``settings.OFFICE_DATE`` is on (demo and tests) the day is kept in PostgreSQL and moved by hand, so that a notice
of seven days or a month's end can be lived through; production refuses to start with it.
"""

from datetime import date

from django.conf import settings
from django.utils import timezone

from apps.core.models import OfficeDate


def today() -> date:
    """The office's day: the kept one where the office date is on, otherwise the calendar's in Asia/Shanghai."""
    if settings.OFFICE_DATE:
        kept = OfficeDate.objects.values_list("day", flat=True).first()
        if kept is not None:
            return kept
    return timezone.localdate()

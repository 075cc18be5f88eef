"""The one clock. Doors (pages, API, tasks, commands) ask it once and pass the day inwards.

Where ``settings.OFFICE_DATE`` is on (demo and tests) the day is kept in PostgreSQL and moved by hand, so that a notice
of seven days or a month's end can be lived through; production refuses to start with it.
"""

from collections.abc import Callable
from contextvars import ContextVar
from datetime import date

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from apps.core.models import OfficeDate

# What a request was answered; None outside of requests, where everybody asks anew.
_asked: ContextVar[list[date] | None] = ContextVar("asked", default=None)


def today() -> date:
    """The office's day: the kept one where the office date is on, otherwise the calendar's in Asia/Shanghai."""
    asked = _asked.get()
    if asked is None:
        return _read()
    if not asked:
        asked.append(_read())
    return asked[0]


def _read() -> date:
    if settings.OFFICE_DATE:
        kept = OfficeDate.objects.values_list("day", flat=True).first()
        if kept is not None:
            return kept
    return timezone.localdate()


class OneDay:
    """The day stays the same through a request, and is read once, whoever asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _asked.set([])
        try:
            return self.get_response(request)
        finally:
            _asked.reset(token)

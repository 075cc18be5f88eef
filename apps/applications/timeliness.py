"""How long decisions took, and how many came within the days of the law: for statistics."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median_low
from typing import Any

from apps.accounts.models import Scope
from apps.applications.deadlines import TEKUN, Clock, spans_of, whole_of
from apps.applications.models import Application
from apps.applications.transitions import State
from apps.core.month import Month
from apps.core.workdays import is_workday, workdays_between

PORTION = 2000


@dataclass(frozen=True)
class Timeliness:
    """Decisions of one scheme: how many, how many within the whole procedure's days, the median in working days.

    ``within`` is None for 特困, whose stages have days of their own and whose whole has none.
    """

    scheme: str
    decided: int
    within: int | None
    median_workdays: int


def timeliness(first_month: Month, last_month: Month, scope: Scope) -> list[Timeliness]:
    """By scheme, for the decisions of these months there; working days on which the clock stood are not counted."""
    days: dict[str, list[int]] = defaultdict(list)
    within: dict[str, int] = defaultdict(int)
    for case in _decided(first_month, last_month, scope):
        days[case.scheme].append(_taken(case))
        due = Clock(whole_of(case), case.accepted_on).due(spans_of(case))
        within[case.scheme] += due is not None and case.decided_on <= due
    return [
        Timeliness(scheme, len(taken), None if scheme == TEKUN else within[scheme], median_low(taken))
        for scheme, taken in sorted(days.items())
    ]


def _decided(first_month: Month, last_month: Month, scope: Scope) -> Iterator[Any]:
    cases = Application.objects.filter(
        scope.rows("township"),
        state__in=(State.CONFIRMED, State.REFUSED),
        decided_on__range=(first_month.first(), last_month.last()),
        accepted_on__isnull=False,
    )
    return cases.defer("draft_sealed").prefetch_related("pauses").order_by("pk").iterator(chunk_size=PORTION)


def _taken(case: Any) -> int:
    stood = {
        day
        for span in spans_of(case)
        for day in span.days(through=case.decided_on)
        if is_workday(day) and day > case.accepted_on
    }
    return workdays_between(case.accepted_on, case.decided_on) - len(stood)

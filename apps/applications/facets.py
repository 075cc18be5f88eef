"""What a list of cases is narrowed by: each a condition, so that what a chip counts is what its list shows."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from apps.applications.deadlines import SOON, soon_until
from apps.applications.models import Application, Cause, Investigation, Pause
from apps.applications.transitions import OPEN
from apps.applications.worklist import mine, my_turn

PAUSED = Exists(Pause.objects.standing().filter(application=OuterRef("pk")))
MISMATCH = Exists(Investigation.objects.filter(application=OuterRef("pk"), agrees=False))

# Label and colour of each; the conditions below have the same keys.
DUES = {
    "overdue": ("逾期", "bad"),
    "today": ("今天到期", "warn"),
    "soon": (f"{SOON} 个工作日内", ""),
    "later": ("期限更远", ""),
    "paused": ("计时暂停", ""),
    "none": ("没有期限", ""),
}
FLAGS = {
    "overdue": ("逾期", "bad"),
    "returned": ("退回", "warn"),
    "mismatch": ("不一致", "warn"),
    "complaint": ("投诉", "warn"),
    "near": ("近亲属", "warn"),
    "paused": ("暂停", "plain"),
}


def shows(user: Any, on: date) -> dict[str, Q]:
    """Whose cases: one's own, all that wait here, all that are open, the overdue told to the leader, the finished."""
    return {
        "": mine(user, on),
        "turn": my_turn(user, on),
        "open": Q(state__in=OPEN),
        "escalated": Q(state__in=OPEN, escalated_on__isnull=False),
        "done": ~Q(state__in=OPEN),
    }


def dues(on: date) -> dict[str, Q]:
    """By when: every case is in exactly one of these."""
    soon = soon_until(on)
    return {
        "overdue": Q(due_on__lt=on),
        "today": Q(due_on=on),
        "soon": Q(due_on__gt=on, due_on__lte=soon),
        "later": Q(due_on__gt=soon),
        "paused": Q(due_on=None) & Q(PAUSED),
        "none": Q(due_on=None) & ~Q(PAUSED),
    }


def flags(on: date) -> dict[str, Q]:
    """What somebody should look at twice."""
    return {
        "overdue": Q(due_on__lt=on),
        "returned": ~Q(return_reason=""),
        "mismatch": Q(MISMATCH),
        "complaint": Q(cause=Cause.COMPLAINT),
        "near": Q(near_relative=True),
        "paused": Q(PAUSED),
    }


def kind(chosen: str) -> Q:
    """New applications, all reviews, or the reviews of one cause."""
    return Q(cause=chosen) if chosen in Cause.values else Q(kind=chosen)


def called(text: str) -> Q:
    """By case number, applicant, or initials of the head on file; from its beginning."""
    if text.isascii() and text.isdigit():
        return Q(number__startswith=text)
    if text.isascii():
        return Q(household__head__initials__startswith=text.lower())
    return Q(applicant_name__startswith=text)


def counts(cases: QuerySet[Application], conditions: Mapping[str, Q]) -> dict[str, int]:
    """How many of the cases meet each condition; one query."""
    named = {f"n{place}": Count("pk", filter=condition) for place, condition in enumerate(conditions.values())}
    found = cases.order_by().aggregate(**named)
    return dict(zip(conditions, found.values(), strict=True))

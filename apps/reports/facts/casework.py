"""How cases are handled: what is open, what came and was decided each month, why it was refused, how long it took."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, DateField, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import TruncMonth

from apps.applications.deadlines import WHOLE
from apps.applications.models import Application, RefusalGround
from apps.applications.transitions import OPEN, State
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core.month import Month, months
from apps.reports.timeliness import Handled, Timeliness, is_late, timeliness

PERIOD = 12
# What was confirmed counts in its month, whether it was taken back later or not.
GRANTED = (State.CONFIRMED, State.REVOKED)
DECIDED = (*GRANTED, State.REFUSED)
RECEIVED, LATE = "RECEIVED", "LATE"
EVENTS = [
    (RECEIVED, "受理"),
    ("DECIDED", "办结"),
    (State.CONFIRMED.value, State.CONFIRMED.label),
    (State.REFUSED.value, State.REFUSED.label),
    (State.WITHDRAWN.value, State.WITHDRAWN.label),
    (LATE, "超期办结"),
]


@dataclass(frozen=True)
class Span:
    """Whole months, both ends included."""

    first: Month
    last: Month

    @classmethod
    def of_months_to(cls, on: dt.date, count: int = PERIOD) -> "Span":
        """The last months, this one included."""
        return cls(Month.of(on) - (count - 1), Month.of(on))

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        """First and last day."""
        return self.first.first(), self.last.last()


def cases_of(user: Any) -> QuerySet[Application]:
    """Cases that were handed in, with the day they were closed on (a withdrawal stands in the book of acts)."""
    withdrawn = Record.objects.filter(
        verb=Verb.WITHDRAW, subject_type=Application._meta.label_lower, subject_id=OuterRef("pk")
    )
    day = Subquery(withdrawn.order_by("-pk").values("on")[:1])
    closed_on = Case(When(state=State.WITHDRAWN, then=day), default=F("decided_on"), output_field=DateField())
    return Application.objects.visible_to(user).exclude(state=State.DRAFT).annotate(closed_on=closed_on)


def stages(user: Any) -> list[tuple[str, str, int]]:
    """How many cases stand at each open stage now, drafts left out."""
    counts = dict(cases_of(user).filter(state__in=OPEN).order_by().values_list("state").annotate(Count("pk")))
    return [(state.value, state.label, counts.get(state, 0)) for state in OPEN[1:]]


@dataclass(frozen=True)
class Flow:
    """What a month did to the caseload."""

    month: Month
    received: int = 0
    confirmed: int = 0
    refused: int = 0
    withdrawn: int = 0

    @property
    def decided(self) -> int:
        """Confirmed or refused."""
        return self.confirmed + self.refused


def flows(user: Any, span: Span) -> list[Flow]:
    """Received, decided and withdrawn, month by month, in two statements."""
    cases = cases_of(user)
    received = cases.filter(accepted_on__range=span.days).order_by()
    came = dict(received.values_list(TruncMonth("accepted_on")).annotate(Count("pk")))
    went: dict[tuple[dt.date, str], int] = defaultdict(int)
    closed = cases.filter(state__in=(*DECIDED, State.WITHDRAWN), closed_on__range=span.days).order_by()
    for month, state, count in closed.values_list(TruncMonth("closed_on"), "state").annotate(Count("pk")):
        went[month, state] += count
    return [
        Flow(
            one,
            came.get(one.first(), 0),
            sum(went[one.first(), state] for state in GRANTED),
            *(went[one.first(), state] for state in (State.REFUSED, State.WITHDRAWN)),
        )
        for one in months(span.first, span.last)
    ]


def grounds(user: Any, span: Span) -> list[tuple[str, str, int]]:
    """Why cases were refused, the commonest first."""
    refused = cases_of(user).filter(state=State.REFUSED, decided_on__range=span.days).order_by()
    counts = dict(refused.values_list("refusal_ground").annotate(Count("pk")))
    named = [(ground.value, ground.label, counts[ground]) for ground in RefusalGround if counts.get(ground)]
    return sorted(named, key=lambda row: -row[2])


def timeliness_of(user: Any, span: Span) -> tuple[Timeliness, list[tuple[int, str, Timeliness]]]:
    """How long decided cases took, altogether and township by township."""
    rows = _decided(user, span).order_by("township__code")
    columns = ("township", "township__name", "accepted_on", "decided_on")
    by_township: dict[tuple[int, str], list[Handled]] = defaultdict(list)
    for pk, name, accepted, decided, count in rows.values_list(*columns).annotate(Count("pk")):
        by_township[pk, name].append(Handled(accepted, decided, count))
    everything = [one for handled in by_township.values() for one in handled]
    towns = [(pk, name, timeliness(handled, WHOLE.length)) for (pk, name), handled in by_township.items()]
    return timeliness(everything, WHOLE.length), towns


def _decided(user: Any, span: Span) -> QuerySet[Application]:
    return cases_of(user).filter(state__in=DECIDED, decided_on__range=span.days, accepted_on__isnull=False)


def listed(user: Any, chosen: dict[str, Any], on: dt.date) -> QuerySet[Application]:
    """The cases behind a number; ``chosen``: the page's filters."""
    month = chosen.get("month")
    span = Span(month, month) if month else Span.of_months_to(on)
    rows = _of_event(user, chosen.get("event", ""), span)
    equal = {name: chosen.get(name) for name in ("state", "township")} | {"refusal_ground": chosen.get("ground")}
    return rows.filter(**{name: value for name, value in equal.items() if value})


def _of_event(user: Any, event: str, span: Span) -> QuerySet[Application]:
    rows = cases_of(user)
    if event == RECEIVED:
        return rows.filter(accepted_on__range=span.days)
    if event == LATE:
        rows = _decided(user, span)
        return rows.filter(_late(rows.order_by().values_list("accepted_on", "decided_on").distinct()))
    if event:
        states = {"DECIDED": DECIDED, State.CONFIRMED.value: GRANTED}.get(event, (event,))
        return rows.filter(state__in=states, closed_on__range=span.days)
    return rows


def _late(days: Iterable[tuple[dt.date, dt.date]]) -> Q:
    """The condition that a case was decided too late; the first late day of every day of acceptance."""
    first_late: dict[dt.date, dt.date] = {}
    for accepted, decided in days:
        if is_late(Handled(accepted, decided), WHOLE.length):
            first_late[accepted] = min(decided, first_late.get(accepted, decided))
    late = Q(pk__in=())
    for accepted, decided in first_late.items():
        late |= Q(accepted_on=accepted, decided_on__gte=decided)
    return late

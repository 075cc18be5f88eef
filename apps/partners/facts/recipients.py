"""The list of a month's recipients, read from the month's lines a page at a time."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from apps.awards.enums import RunState
from apps.awards.models import Award, CalcLine, MonthRun
from apps.core.refusal import Refused
from apps.eligibility.policy.enums import Scheme
from apps.households.models import Person
from apps.partners.enums import Benefit, Field
from apps.partners.facts.access import Access
from apps.partners.facts.status import area_told, benefit_of, kind_of

STANDS = (RunState.CONFIRMED, RunState.SEALED)
SCHEMES = {
    Benefit.TEKUN: (Scheme.TEKUN,),
    Benefit.DIBAO: (Scheme.DIBAO, Scheme.DIBAO_SINGLE, Scheme.DIBAO_PHASE_OUT),
}


@dataclass(frozen=True)
class Page:
    """Some rows of the list, whom they tell of, which fields, and the last award on it (None: the list ends here)."""

    rows: list[dict[str, Any]]
    people: list[int]
    fields: frozenset[str]
    last: int | None


def month_told(month: dt.date) -> MonthRun:
    """The month's calculation once a second person has confirmed it; Refused("month_open") before."""
    run = MonthRun.objects.filter(month=month, state__in=STANDS).first()
    if run is None:
        raise Refused("month_open", "这个月的待遇还没有核定完，请在月底以后再取名单。", field="month")
    return run


def page_of(run: MonthRun, *, access: Access, benefits: Collection[Benefit], area: str, after: int, size: int) -> Page:
    """At most ``size`` units after an award: the order of awards never changes, so nobody is missed or told twice.

    Lines are added while a month is calculated and never after; a constant number of queries, whatever the size.
    """
    schemes = [scheme for benefit in benefits for scheme in SCHEMES[benefit]]
    lines = CalcLine.objects.filter(access.rows("township"), run=run, award__gt=after, parts__0__isnull=False)
    lines = lines.filter(scheme__in=schemes).select_related("township")
    if area:
        lines = lines.filter(township__code__in=writings_of(area))
    found = list(lines.only("award_id", "scheme", "township").order_by("award_id")[: size + 1])
    shown = found[:size]
    rows, people = _rows(shown, access)
    fields = frozenset(name.upper() for row in rows for name in row)
    return Page(rows, people, fields, shown[-1].award_id if len(found) > size else None)


def writings_of(township: str) -> set[str]:
    """The code of a township in nine figures, and with three noughts after them."""
    short = township.removesuffix("000") if len(township) == 12 else township
    return {short, f"{short}000"}


def _rows(lines: list[Any], access: Access) -> tuple[list[dict[str, Any]], list[int]]:
    # Joined to the lines, the awards before the page would be read for each page again.
    awards = Award.objects.filter(pk__in=[line.award_id for line in lines])
    people = dict(awards.values_list("pk", "terms__people"))
    paid = [(line, int(person["ref"])) for line in lines for person in people[line.award_id]]
    known = Person.objects.only("uuid", "name", "id_number_sealed").in_bulk([pk for _, pk in paid])
    return [_row(line, people[line.award_id], known[pk], access) for line, pk in paid], [pk for _, pk in paid]


def _row(line: Any, people: Any, person: Person, access: Access) -> dict[str, Any]:
    fields = access.fields(line.township_id)
    said = {
        Field.SCHEME: benefit_of(line.scheme),
        Field.CATEGORY: kind_of(line.scheme, {"people": people}),
        Field.AREA: area_told(line.township),
        Field.NAME: person.name,
    }
    row = {name.lower(): value for name, value in said.items() if name in fields}
    # Opened only for whoever is granted it.
    return {"id_number": person.full_id_number()} | row if Field.ID_NUMBER in fields else row

"""What somebody receives, as a partner is told it."""

import datetime as dt
import unicodedata
from dataclasses import dataclass
from typing import Any

from apps.accounts.models import Area
from apps.awards.models import Award, AwardMember
from apps.core.month import Month
from apps.eligibility.policy.enums import Scheme, Support
from apps.households.idnumber import IdNumber
from apps.households.models import Person
from apps.partners.enums import Benefit, Field, Kind
from apps.partners.facts.access import Access

# Nobody has this id: a question about somebody unknown asks the database exactly what any other question asks it.
NOBODY = 0


@dataclass(frozen=True)
class Standing:
    """One benefit of a person, from a month through another (none: still running), in a township."""

    award: Award
    since: dt.date
    until: dt.date | None

    def told(self, fields: frozenset[str]) -> dict[str, object]:
        """What may be told of it; every field not granted is absent."""
        said = {
            Field.SCHEME: benefit_of(self.award.scheme),
            Field.CATEGORY: kind_of(self.award.scheme, self.award.terms),
            Field.SINCE: str(Month.of(self.since)),
            Field.UNTIL: str(Month.of(self.until)) if self.until else None,
            Field.AREA: area_told(self.award.township),
        }
        return {name.lower(): value for name, value in said.items() if name in fields}


def benefit_of(scheme: str) -> str:
    """特困 or 低保."""
    return Benefit.TEKUN if scheme == Scheme.TEKUN else Benefit.DIBAO


def kind_of(scheme: str, terms: dict[str, Any]) -> str:
    """How it is given."""
    if scheme == Scheme.TEKUN:
        institution = any(person.get("support") == Support.INSTITUTION for person in terms["people"])
        return Kind.INSTITUTION if institution else Kind.DISPERSED
    return {Scheme.DIBAO_SINGLE: Kind.SINGLE, Scheme.DIBAO_PHASE_OUT: Kind.PHASE_OUT}.get(scheme, Kind.FAMILY)


def area_told(township: Area) -> dict[str, str]:
    """A township by code and name."""
    return {"code": township.code, "name": township.name}


def same_name(one: str, other: str) -> bool:
    """Whether two spellings are the same name: spaces, width and the dot between parts do not matter."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", name) if c.isalnum())


def standing_of(number: IdNumber, name: str, *, month: dt.date, access: Access) -> tuple[Person | None, list[Standing]]:
    """Who is meant, and the benefits running in that month or waiting, as far as this call may see them.

    Nobody, unless number and name belong together and something may be told: unknown, misspelt, elsewhere and without
    benefit look alike, and cost the same two queries.
    """
    person = Person.objects.with_id_number(number).first()
    fits = person is not None and same_name(person.name, name)
    wanted = person.pk if person is not None and fits else NOBODY
    rows = AwardMember.objects.filter(access.rows("award__township"), person=wanted).select_related("award__township")
    found = _joined(list(rows.order_by("first_month", "pk")))
    current = [one for one in found if one.until is None or one.until >= month]
    return (person, current) if current else (None, [])


def _joined(rows: list[AwardMember]) -> list[Standing]:
    """Benefits of one scheme that follow each other without a gap are one, told as the latest stands."""
    found: list[Standing] = []
    for row in rows:
        if row.last_month is not None and row.last_month < row.first_month:
            continue  # replaced before anything was paid
        since = row.first_month
        before = found[-1] if found else None
        if before and before.until and Month.of(before.until).next().first() == row.first_month and _alike(before, row):
            found.pop()
            since = before.since
        found.append(Standing(row.award, since, row.last_month))
    return found


def _alike(before: Standing, row: AwardMember) -> bool:
    return benefit_of(before.award.scheme) == benefit_of(row.award.scheme)

"""What the public may read of who is helped: these fields and no others ever reach a notice (57号第19条、第24条)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from apps.accounts.models import Area
from apps.accounts.roles import Level
from apps.awards.facts import due_of
from apps.awards.models import Award
from apps.core.month import Month
from apps.eligibility.law import law_in_force
from apps.eligibility.policy.enums import Scheme
from apps.households.models import Person

ADULT = 18
# 单人户 and 渐退 would tell of an illness, a disability or an income: to the public all of them are 低保.
DIBAO, TEKUN = "最低生活保障", "特困人员救助供养"


@dataclass(frozen=True)
class Disclosed:
    """One family on a list; ``people`` counts those paid for."""

    applicant: str
    village: str
    people: int
    category: str
    amount_fen: int


def public_name(person: Person, on: date) -> str:
    """The name as the public reads it: of a minor only the family name."""
    return person.name if person.age_on(on) >= ADULT else f"{person.name[:1]}某某"


def disclosed(award: Award, *, on: date) -> Disclosed:
    """What of an award may be read by anybody; it needs its household with head and village."""
    household = award.household
    return Disclosed(
        applicant=public_name(household.head, on),
        village=household.village.name,
        people=len(award.members.all()),
        category=TEKUN if award.scheme == Scheme.TEKUN else DIBAO,
        amount_fen=due_of(award, Month.of(on), law_in_force()).total,
    )


def long_term_list(area: Area, *, on: date) -> Iterator[Disclosed]:
    """Whoever is helped this month in a village, or in all villages of a township, as it is posted for the long term.

    An award that has ended is no longer in it, and one that has not begun not yet.
    """
    inside = Q(household__village=area) if area.level == Level.VILLAGE else Q(household__township=area)
    running = Award.objects.due_in(Month.of(on).first()).filter(inside)
    running = running.select_related("household__head", "household__village").prefetch_related("members")
    for award in running.order_by("household__village__code", "scheme", "pk").iterator(chunk_size=500):
        if (row := disclosed(award, on=on)).amount_fen:
            yield row


def confined(seen: QuerySet, user: Any, on: date, village: str) -> QuerySet:
    """``seen``, or for somebody all of whose posts are in villages what is public of these villages.

    They see no family's file, so that ``seen`` is empty to them: it is asked anew, and narrowed only afterwards.
    """
    posts = user.postings_on(on)
    if not posts or any(post.area.level != Level.VILLAGE for post in posts):
        return seen
    return seen.model._default_manager.filter(**{f"{village}__in": [post.area_id for post in posts]})

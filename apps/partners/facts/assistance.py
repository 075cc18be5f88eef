"""Families as the items of special assistance see them, read for many at once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.awards.models import Award, AwardMember, Recognition
from apps.core.sight import seeing_the_county
from apps.eligibility.policy.enums import DisabilityCategory, Relation
from apps.eligibility.policy.facts import Disability
from apps.households.models import Declaration, DeclaredMember, Household, Membership
from apps.partners.enums import Bureau
from apps.partners.policy.assistance import Claim, Family, Member, claims, in_force, shipped_items

# A death is answered for (funeral costs) within a year.
_YEAR = timedelta(days=365)
_AT_ONCE = 500


def entitled_families(rows: QuerySet[Household], day: date) -> QuerySet[Household]:
    """Of these families those that stand in any category that day."""
    paid = Award.objects.due_in(day.replace(day=1)).filter(household=OuterRef("pk"))
    recognised = Recognition.objects.in_force(day).filter(household=OuterRef("pk"))
    return rows.filter(Q(Exists(paid)) | Q(Exists(recognised)))


def claims_of(household: Household, day: date) -> list[Claim]:
    """What this family may claim that day."""
    return claims(families_of([household], day)[household.pk], day, shipped_items())


def claims_in(
    rows: Iterable[Household], day: date, *, bureau: Bureau | None = None, item: str = ""
) -> Iterator[tuple[Household, Claim]]:
    """What many families may claim, read a few hundred at a time; of one bureau or one item where asked."""
    wanted = [one for one in in_force(day, shipped_items()) if _asked(one.bureau, bureau) and item in ("", one.item)]
    portion: list[Household] = []
    for household in rows:
        portion.append(household)
        if len(portion) == _AT_ONCE:
            yield from _claims_of(portion, day, wanted)
            portion = []
    yield from _claims_of(portion, day, wanted)


def _asked(found: Bureau, wanted: Bureau | None) -> bool:
    return wanted is None or found == wanted


def _claims_of(portion: Sequence[Household], day: date, wanted: list) -> Iterator[tuple[Household, Claim]]:  # type: ignore[type-arg]
    families = families_of(portion, day)
    for household in portion:
        for claim in claims(families[household.pk], day, wanted):
            yield household, claim


def families_of(households: Sequence[Household], day: date) -> dict[int, Family]:
    """These families with everybody's categories and what was last declared, in a handful of queries."""
    pks = [household.pk for household in households]
    recognised = dict(Recognition.objects.in_force(day).filter(household__in=pks).values_list("household", "category"))
    rows = Membership.objects.filter(household__in=pks, since__lte=day).select_related("person").order_by("pk")
    there = Q(until=None) | Q(until__gt=day)
    lately = Q(person__died_on__gt=day - _YEAR, person__died_on__lte=day)
    belonging: dict[int, list[Membership]] = defaultdict(list)
    for membership in rows.filter(there | lately):
        belonging[membership.household_id].append(membership)
    people = {one.person_id for many in belonging.values() for one in many}
    schemes, declared = _schemes(people, day), _declared(pks, day)
    found = {}
    for household in households:
        category = recognised.get(household.pk, "")
        members = tuple(
            _member(one, schemes.get(one.person_id, set()), category, declared.get((household.pk, one.person_id)), day)
            for one in _once_each(belonging[household.pk])
        )
        held = frozenset().union(*(one.categories for one in members if not one.died)) if members else frozenset()
        found[household.pk] = Family(household.area_kind, held | ({category} if category else frozenset()), members)
    return found


def _once_each(memberships: list[Membership]) -> list[Membership]:
    head_first = sorted(memberships, key=lambda one: one.relation != Relation.HEAD)
    return list({one.person_id: one for one in head_first}.values())


@seeing_the_county()
def _schemes(people: set[int], day: date) -> dict[int, set[str]]:
    """What each is paid under that month, wherever; who died lately, under what they were paid last."""
    month = day.replace(day=1)
    now = Q(first_month__lte=month) & (Q(last_month=None) | Q(last_month__gte=month))
    last = Q(person__died_on__isnull=False, first_month__lte=month, last_month__gte=month - _YEAR)
    found: dict[int, set[str]] = defaultdict(set)
    for person, scheme in AwardMember.objects.filter(now | last, person__in=people).values_list(
        "person", "award__scheme"
    ):
        found[person].add(scheme)
    return found


def _declared(pks: list[int], day: date) -> dict[tuple[int, int], DeclaredMember]:
    latest = (
        Declaration.objects.filter(household__in=pks, effective_on__lte=day)
        .order_by("household", "-effective_on", "-pk")
        .distinct("household")
        .values("pk")
    )
    rows = DeclaredMember.objects.filter(declaration__in=latest).select_related("declaration")
    return {(row.declaration.household_id, row.person_id): row for row in rows}


def _member(
    membership: Membership, schemes: set[str], category: str, declared: DeclaredMember | None, day: date
) -> Member:
    person = membership.person
    known = declared is not None
    return Member(
        ref=person.pk,
        name=person.name,
        age=person.age_on(person.died_on or day),
        # Who receives a benefit is helped as such; what the family is recognised as counts for the others.
        categories=frozenset(schemes or ({category} if category else ())),
        declared=known,
        student=declared.student if declared else "",
        disability=_disability(declared),
        serious_illness=bool(declared and declared.serious_illness),
        died=person.died_on is not None and person.died_on <= day,
    )


def _disability(declared: DeclaredMember | None) -> Disability | None:
    if declared is None or declared.disability_grade is None:
        return None
    return Disability(DisabilityCategory(declared.disability_category), declared.disability_grade)

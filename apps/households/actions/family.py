"""Opening a family's file and writing down what it declares."""

from datetime import date

from django.db.models import Q

from apps.accounts.models import Area, User
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.refusal import Refused
from apps.households.actions.persons import person_of
from apps.households.family import Family, MemberEntry
from apps.households.models import (
    Household,
    Membership,
    Person,
)


def open_household(
    family: Family, *, township: Area, begun: Household | None = None, acting_user: User, on: date
) -> Household:
    """Find the household this family's head heads, or open a file for it with all its members.

    ``begun`` is a file that a wrongly typed head opened: it goes on under the right one.
    Refused("member_elsewhere") when a member belongs to another household today.
    """
    known = _file_of(family.head, township) or begun
    verb = Verb.OPEN_HOUSEHOLD if known is None else Verb.UPDATE_HOUSEHOLD
    with act(verb, acting_user=acting_user, on=on, subject=known, area=township):
        people = people_of(family)
        head = people[family.members.index(family.head)]
        household = Household.objects.select_for_update().filter(head=head, township=township).first()
        if household is None and begun is not None:
            household = Household.objects.select_for_update(of=("self",)).get(pk=begun.pk)
            household.head = head
            household.save()
        if household is None:
            household = _new_file(family, head, township, on)
        else:
            _keep_current(household, family)
        _join(household, family, people, on=on)
        return household


def update_household(
    household: Household, *, family: Family, effective_on: date, acting_user: User, on: date
) -> Household:
    """Bring a family's file in line with what it declares to be so since a day.

    Refused("head_changed") when another head is named while the old one still belongs to the family.
    """
    with act(Verb.UPDATE_HOUSEHOLD, acting_user=acting_user, on=on, subject=household):
        people = people_of(family)
        head = people[family.members.index(family.head)]
        household = Household.objects.select_for_update(of=("self",)).get(pk=household.pk)
        if head.pk != household.head_id:
            if household.head_id in {person.pk for person in people}:
                raise Refused(
                    "head_changed",
                    "原户主还在名单里，户主须与原档案一致；原户主去世或离开时才另定户主。",
                    field="members",
                )
            household.head = head
            household.save()
        _keep_current(household, family)
        _join(household, family, people, on=effective_on)
        return household


def _file_of(head: MemberEntry, township: Area) -> Household | None:
    files = Household.objects.filter(township=township)
    if head.number is None:
        return files.filter(head=head.person_id).first()
    return files.filter(head__in=Person.objects.with_id_number(head.number)).first()


def _new_file(family: Family, head: Person, township: Area, on: date) -> Household:
    household = Household(
        head=head,
        township=township,
        village=family.village or township,
        area_kind=family.area_kind,
        number=next_number(township, on),
    )
    household.set_address(family.address)
    household.save()
    return household


def people_of(family: Family) -> list[Person]:
    """The persons of the members; taken by number, so that two desks never wait for each other crosswise."""
    numbers = [entry.number.text if entry.number else "" for entry in family.members]
    order = sorted(range(len(numbers)), key=lambda place: numbers[place])
    people = {place: _person(family.members[place]) for place in order}
    return [people[place] for place in range(len(numbers))]


def _person(entry: MemberEntry) -> Person:
    person = _found_or_new(entry)
    if person.died_on is not None:
        raise Refused("member_died", f"{person.name} 已登记死亡，不能列为家庭成员，请从名单中删去。", field="members")
    return person


def _found_or_new(entry: MemberEntry) -> Person:
    if entry.number is None:
        return Person.objects.get(pk=entry.person_id)
    person = person_of(entry.number, name=entry.name, phone=entry.phone)
    if person.name != entry.name or (entry.phone and person.full_phone() != entry.phone):
        person.rename(entry.name)
        if entry.phone:
            person.set_phone(entry.phone)
        person.save()
    return person


def next_number(township: Area, on: date) -> str:
    """The number of the next file a township opens this year."""
    Area.objects.select_for_update().get(pk=township.pk)
    prefix = f"{township.code[:9]}{on:%y}"
    last = (
        Household.objects.filter(number__begins=prefix, township=township)
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
    )
    return f"{prefix}{int(last[len(prefix) :]) + 1 if last else 1:05d}"


def _keep_current(household: Household, family: Family) -> None:
    village = family.village or household.village
    if (household.area_kind, household.village_id, household.full_address()) != (
        family.area_kind,
        village.pk,
        family.address,
    ):
        household.area_kind, household.village = family.area_kind, village
        household.set_address(family.address)
        household.save()


def _join(household: Household, family: Family, people: list[Person], *, on: date) -> None:
    lasting = Q(until=None) | Q(until__gt=on)
    elsewhere = (
        Membership.objects.filter(lasting, person__in=people).exclude(household=household).select_related("person")
    )
    if found := elsewhere.first():
        raise Refused(
            "member_elsewhere",
            f"{found.person.name} 目前登记在另一个家庭，请先核实并从原家庭移出。",
            person=found.person.name,
        )
    present = {m.person_id: m for m in household.memberships.filter(lasting)}
    stay = {person.pk for person in people}
    for left in present.values():
        if left.person_id not in stay:
            _leave(left, on)
    # The head comes last: the one before has made room by then.
    for entry, person in sorted(zip(family.members, people, strict=True), key=lambda pair: pair[0] is family.head):
        membership = present.get(person.pk)
        if membership is None:
            Membership.objects.create(household=household, person=person, relation=entry.relation, since=on)
        elif membership.relation != entry.relation:
            membership.relation = entry.relation
            membership.save()


def _leave(membership: Membership, on: date) -> None:
    if membership.since >= on:
        membership.delete()
    else:
        membership.until = on
        membership.save()

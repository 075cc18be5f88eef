"""Members who found a household of their own, or join another."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Q

from apps.accounts.models import User
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.refusal import Refused
from apps.eligibility.policy.enums import Relation
from apps.households.actions.family import next_number
from apps.households.models import Household, Membership, Person


def split_off(
    household: Household, *, leaving: Sequence[tuple[Person, Relation]], day: date, acting_user: User, on: date
) -> Household:
    """Open a file of their own for members who leave on a day: one of them is its head, the others related to them.

    Refused("nobody_stays"), ("one_head"), or ("not_a_member") for somebody who is not there that day.
    """
    heads = [person for person, relation in leaving if relation == Relation.HEAD]
    if len(heads) != 1:
        raise Refused("one_head", "分出去的成员须有一位、也只能有一位户主。", field="head")
    with act(Verb.OPEN_HOUSEHOLD, acting_user=acting_user, on=on, subject=household):
        household = _locked(household)
        present = _present(household, day)
        chosen = [person.pk for person, _ in leaving]
        if not set(chosen) <= set(present):
            raise Refused("not_a_member", "选出的人当时不在这个家庭，请核对分户日期。", field="day")
        if set(chosen) == set(present):
            raise Refused("nobody_stays", "不能所有人都分出去，至少留一位成员在原户。", field="leaving")
        _end((present[pk] for pk in chosen), day)
        new = Household(
            head=heads[0],
            township=household.township,
            village=household.village,
            area_kind=household.area_kind,
            number=next_number(household.township, on),
        )
        new.set_address(household.full_address())
        new.save()
        for person, relation in leaving:
            Membership.objects.create(household=new, person=person, relation=relation, since=day)
        return new


def join_into(household: Household, *, other: Household, day: date, acting_user: User, on: date) -> list[Person]:
    """Take all members of another household in from a day; how they are related to the head is said by the review.

    Refused("nobody_there") when the other household has no member that day.
    """
    with act(Verb.UPDATE_HOUSEHOLD, acting_user=acting_user, on=on, subject=household):
        # Always in the same order, whichever of the two asks.
        for each in sorted((household, other), key=lambda one: one.pk):
            _locked(each)
        present = _present(other, day)
        if not present:
            raise Refused("nobody_there", "被并入的家庭当时没有成员，请核对并户日期。", field="day")
        _end(present.values(), day)
        for pk in present:
            Membership.objects.create(household=household, person_id=pk, relation=Relation.OTHER, since=day)
        return [one.person for one in present.values()]


def _locked(household: Household) -> Household:
    rows = Household.objects.select_for_update(of=("self",)).select_related("township", "village")
    return rows.get(pk=household.pk)


def _present(household: Household, day: date) -> dict[int, Membership]:
    """Who belongs to the household from a day on; whoever joined after it is not there that day."""
    lasting = household.memberships.filter(Q(until=None) | Q(until__gt=day), since__lte=day)
    return {one.person_id: one for one in lasting.select_related("person")}


def _end(memberships: Iterable[Membership], day: date) -> None:
    for membership in memberships:
        if membership.since == day:
            membership.delete()
        else:
            membership.until = day
            membership.save()

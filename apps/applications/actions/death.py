"""A death found anywhere: it stops what was paid for that person alone and opens the settlement of the others."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from apps.accounts.models import User
from apps.accounts.roles import require
from apps.applications.actions.intake import Because, start_review
from apps.applications.models import Application, Cause
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.actions import end_for_death
from apps.core.month import Month
from apps.core.refusal import Refused
from apps.core.sight import seeing_the_county
from apps.eligibility.policy.review import months_later
from apps.households.models import Household, Membership, Person
from apps.payments.actions import look_again

# 民政部 83号一(三): the changes to what is paid are settled within three months of the death.
SETTLED_WITHIN = 3


def record_death(
    person: Person, *, died_on: date, evidence: str, sections: dict[str, Any], acting_user: User, on: date
) -> Application | None:
    """Put a death on file with its evidence; the case that settles what the others receive, or None.

    The membership ends with the day; what was paid for this person alone ends with the month (found late: from next
    month); for a family with others on benefit a review opens, to be settled within three months of the death, and
    what the family receives goes on until then. Refused("day_to_come"), ("before_birth"), ("already_dead").
    """
    membership = _membership(person, died_on)
    household = membership.household
    require(acting_user, Verb.RECORD_DEATH, on=on, area=household.township)
    if died_on > on:
        raise Refused("day_to_come", "死亡日期不能晚于今天。", field="died_on")
    if died_on < person.birth_date:
        raise Refused("before_birth", "死亡日期早于出生日期，请核对。", field="died_on")
    with act(Verb.RECORD_DEATH, acting_user=acting_user, on=on, subject=household, reason=evidence.strip()):
        Household.objects.select_for_update(of=("self",)).get(pk=household.pk)
        person = Person.objects.select_for_update().get(pk=person.pk)
        if person.died_on is not None:
            raise Refused("already_dead", f"{person.name} 的死亡已经登记过。")
        person.died_on = died_on
        person.save()
        _leave(membership, died_on + timedelta(days=1))
        end_for_death(household, person=person, acting_user=acting_user, on=on)
        look_again(household)
        return _settlement(household, person, evidence.strip(), sections, acting_user=acting_user, on=on)


@seeing_the_county()
def _membership(person: Person, day: date) -> Membership:
    """Where the person belonged that day, or last."""
    rows = person.memberships.select_related("household__township", "household__head").order_by("-since")
    there = rows.filter(Q(until=None) | Q(until__gt=day), since__lte=day).first() or rows.first()
    if there is None:
        raise Refused("no_household", f"{person.name} 不在任何家庭档案里。")
    return there


def _leave(membership: Membership, until: date) -> None:
    if membership.until is None or membership.until > until:
        membership.until = max(until, membership.since + timedelta(days=1))
        membership.save()


def _settlement(
    household: Household, person: Person, evidence: str, sections: dict[str, Any], *, acting_user: User, on: date
) -> Application | None:
    others = household.memberships.filter(until=None).exists()
    if not others or not household.awards.standing(Month.of(on).next().first()).exists() or person.died_on is None:
        return None
    settle_by = months_later(person.died_on, SETTLED_WITHIN)
    if (case := household.applications.open().select_for_update(of=("self",)).first()) is not None:
        # One case at a time: the one under way settles it; it cannot be confirmed with the dead among its members.
        case.settle_by = settle_by
        case.save()
        return case
    note = f"{person.name}于{person.died_on.year}年{person.died_on.month}月{person.died_on.day}日去世；{evidence}"
    because = Because(cause_note=note[:500], changed_on=person.died_on, settle_by=settle_by)
    return start_review(
        household, sections=sections, acting_user=acting_user, on=on, cause=Cause.DEATH, because=because
    )

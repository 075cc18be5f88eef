"""The family's file as of a day: who belonged to it, where it stood, and what the office knew then."""

from datetime import date
from typing import Any

from django.db.models import Q

from apps.households.models import Household, Membership, Person


def members_on(household: Household, day: date, known_on: date | None = None) -> list[Any]:
    """The memberships that counted on a day, as known now, or as the file said at the end of an earlier day."""
    there = Q(since__lte=day) & (Q(until=None) | Q(until__gt=day))
    if known_on is None:
        return list(household.memberships.filter(there).select_related("person").order_by("pk"))
    versions = Membership.history.filter(household_id=household.pk, act__on__lte=known_on)
    last = versions.order_by("id", "-history_id").distinct("id").values("history_id")
    then = Membership.history.filter(there, history_id__in=last).exclude(history_type="-")
    return list(then.select_related("person").order_by("id"))


def file_on(household: Household, day: date) -> Any:
    """Head, township, village and 城/乡 as the file had them at the end of a day; earlier, what it began with."""
    versions = Household.history.filter(id=household.pk).select_related("township", "village", "head")
    return versions.filter(act__on__lte=day).order_by("-history_id").first() or versions.order_by("history_id").first()


def last_of(household: Household) -> Person | None:
    """Who died last of a family in which nobody is left; None while somebody is left, or when nobody has died."""
    lost = Membership.objects.lost().filter(household__in=Household.objects.died_out().filter(pk=household.pk))
    last = lost.select_related("person").order_by("-person__died_on", "-pk").first()
    return last and last.person

"""Who works where: questions that others ask of postings."""

from datetime import date

from django.db.models import Q, QuerySet

from apps.accounts.models import Area, Posting, User


def colleagues_of(user: User, township: Area, *, on: date) -> list[str]:
    """The names of the others who hold a post in that township or one of its villages that day."""
    there = Q(area=township) | Q(area__parent=township)
    held = Posting.objects.filter(there, since__lte=on, user__is_active=True).exclude(user=user)
    names = held.filter(Q(until=None) | Q(until__gt=on)).values_list("user__name", flat=True)
    return sorted(set(names))


def other_townships(township: Area) -> QuerySet[Area]:
    """The county's townships but this one: where a family may move to, whoever may see families there."""
    return Area.objects.townships().exclude(pk=township.pk)

"""Who works where: questions that others ask of postings."""

from datetime import date

from django.db.models import Q

from apps.accounts.models import Area, Posting, User
from apps.accounts.roles import Role


def colleagues_of(user: User, township: Area, *, on: date) -> list[str]:
    """The names of the others who hold a post in that township or one of its villages that day."""
    there = Q(area=township) | Q(area__parent=township)
    held = Posting.objects.filter(there, since__lte=on, user__is_active=True).exclude(user=user)
    names = held.filter(Q(until=None) | Q(until__gt=on)).values_list("user__name", flat=True)
    return sorted(set(names))


def holders_of(role: Role, township: Area, *, on: date) -> set[int]:
    """The ids of those who hold this post in that township that day."""
    held = Posting.objects.filter(role=role, area=township, since__lte=on, user__is_active=True)
    return set(held.filter(Q(until=None) | Q(until__gt=on)).values_list("user", flat=True))

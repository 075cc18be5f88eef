"""Who works where: questions that others ask of accounts and postings."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from apps.accounts.apart import apart
from apps.accounts.models import Area, Posting, User
from apps.accounts.roles import LEVELS, Level, Role


def colleagues_of(user: User, township: Area, *, on: date) -> list[str]:
    """The names of the others who hold a post in that township or one of its villages that day."""
    there = Q(area=township) | Q(area__parent=township)
    held = Posting.objects.on(on).filter(there, user__is_active=True).exclude(user=user)
    return sorted(set(held.values_list("user__name", flat=True)))


def seated(area: Area, role: Role, *, on: date) -> QuerySet[Posting]:
    """The postings on one post in one place that day, of people whose account is open."""
    held = Posting.objects.on(on).filter(area=area, role=role, user__is_active=True)
    return held.select_related("user", "deputy_for__user").order_by("since", "pk")


def townships_of(user: User, role: Role, *, on: date) -> list[Area]:
    """Where this user holds that post that day."""
    return [posting.area for posting in user.postings_on(on) if posting.role == role]


def places_of(role: Role) -> QuerySet[Area]:
    """The areas in which there is such a post."""
    return Area.objects.filter(level=LEVELS[role], is_active=True).select_related("parent").order_by("code")


def stays_empty(posting: Posting, *, from_day: date) -> bool:
    """Whether nobody is left on this post in this place from that day, once this posting has ended."""
    others = Posting.objects.during(from_day, None).filter(area=posting.area, role=posting.role, user__is_active=True)
    return not others.exclude(pk=posting.pk).filter(since__lte=from_day).exists()


def unfit_to_sit_in(posting: Posting, people: Iterable[User], *, since: date, until: date) -> dict[int, str]:
    """Which of these cannot take over a post for these days, by id, and why: what ``deputise`` refuses each for."""
    held = Posting.objects.filter(user__in=people).during(since, until).select_related("area__parent")
    told: dict[int, str] = {}
    for other in held.order_by("since", "pk"):
        if (other.area_id, other.role) == (posting.area_id, posting.role):
            told[other.user_id] = "本来就在这个岗位上"
        elif why := apart(Role(posting.role), Role(other.role)):
            told.setdefault(other.user_id, why)
    return told


def locked_out() -> dict[str, datetime]:
    """User names that cannot log in now, somewhere or anywhere, and the last wrong password: as the login counts.

    A name is locked at one address by AXES_FAILURE_LIMIT errors, everywhere by LOCKOUT_LIMIT_PER_NAME in all.
    """
    counted = AccessAttempt.objects.filter(attempt_time__gte=Now() - settings.AXES_COOLOFF_TIME)
    here: dict[tuple[str, str], int] = defaultdict(int)
    anywhere: dict[str, int] = defaultdict(int)
    last: dict[str, datetime] = {}
    told = counted.order_by("attempt_time").values_list(
        "username", "ip_address", "failures_since_start", "attempt_time"
    )
    for name, address, failures, at in told:
        here[name, address] += failures
        anywhere[name] += failures
        last[name] = at
    locked = {name for (name, _), failures in here.items() if failures >= settings.AXES_FAILURE_LIMIT}
    locked |= {name for name, failures in anywhere.items() if failures >= settings.LOCKOUT_LIMIT_PER_NAME}
    return {name: last[name] for name in sorted(locked, key=last.__getitem__, reverse=True)}


def free_again(since: datetime) -> datetime:
    """When a lockout ends by itself."""
    return since + settings.AXES_COOLOFF_TIME


def holders_of(role: Role, township: Area, *, on: date) -> set[int]:
    """The ids of those who hold this post in that township that day."""
    return set(seated(township, role, on=on).order_by().values_list("user", flat=True))


def other_townships(township: Area) -> QuerySet[Area]:
    """The county's townships but this one: where a family may move to, whoever may see families there."""
    return Area.objects.townships().exclude(pk=township.pk)


def grantable_areas() -> QuerySet[Area]:
    """The county and its townships: what may be opened to another bureau, whoever sees families there."""
    return Area.objects.exclude(level=Level.VILLAGE).filter(is_active=True).order_by("code")

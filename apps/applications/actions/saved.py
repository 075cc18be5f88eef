"""What people keep for themselves of the worklist; their own setting, so no record is made of it."""

from datetime import date

from apps.accounts.models import User
from apps.applications.models import SavedFilter
from apps.core.refusal import Refused

MOST = 20


def keep_filter(name: str, *, query: str, acting_user: User, on: date) -> SavedFilter:
    """Keep a set of filters under a name; the same name again takes the new ones.

    Refused("too_many_filters") beyond twenty, Refused("nothing_to_keep") without any filter.
    """
    if not query:
        raise Refused("nothing_to_keep", "没有选任何筛选条件，请先在待办页上选好再存。")
    own = SavedFilter.objects.filter(user=acting_user)
    if own.exclude(name=name).count() >= MOST:
        raise Refused("too_many_filters", f"最多存 {MOST} 组筛选，请先删除不用的。")
    return SavedFilter.objects.update_or_create(user=acting_user, name=name, defaults={"query": query})[0]


def forget_filter(name: str, *, acting_user: User, on: date) -> None:
    """Forget a kept set of filters."""
    SavedFilter.objects.filter(user=acting_user, name=name).delete()

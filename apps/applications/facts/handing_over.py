"""Who is responsible for how many open cases."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count

from apps.accounts.facts import seated, townships_of
from apps.accounts.models import Area, User
from apps.accounts.roles import Role
from apps.applications.models import Application
from apps.core.navigation import Badge
from apps.core.sight import seeing_the_county


@dataclass(frozen=True)
class Pile:
    """One person's open cases in one township; ``seat`` says how they sit there today, empty when they do not."""

    user: User
    township: Area
    count: int
    seat: str

    @property
    def label(self) -> str:
        """For choosing a receiver: name, seat, and the work they have already."""
        return f"{self.user.name}（{self.seat}，手上在办 {self.count} 件）"


def piles(townships: Collection[Area], *, on: date) -> list[Pile]:
    """Everybody who holds open cases in these townships or could take some, who no longer sits there first."""
    found = []
    for township in townships:
        cases = Application.objects.open().filter(township=township, handler__isnull=False)
        counts = dict(cases.values_list("handler").annotate(count=Count("pk")).order_by())
        seats = {p.user_id: p for p in seated(township, Role.CASEWORKER, on=on)}
        people = User.objects.in_bulk({*counts, *seats})
        found += [
            Pile(user, township, counts.get(pk, 0), f"经办人{seats[pk].deputy_note()}" if pk in seats else "")
            for pk, user in sorted(people.items())
        ]
    return sorted(found, key=lambda pile: bool(pile.seat))


def left_behind_badge(user: Any, on: date) -> Badge | None:
    """How many open cases of the leader's townships lie with somebody who does not sit there any more."""
    townships = townships_of(user, Role.TOWNSHIP_LEADER, on=on)
    count = sum(pile.count for pile in piles(townships, on=on) if not pile.seat)
    return Badge(count, label="件没有人承办", hot=True) if count else None


@seeing_the_county()
def open_cases_of(user: User, township: Area | None = None) -> int:
    """How many open cases this user is responsible for, everywhere or in one township; a number for whoever asks."""
    cases = Application.objects.open().filter(handler=user)
    return (cases if township is None else cases.filter(township=township)).count()

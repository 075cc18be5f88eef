"""Who works where in the demo office, and the calendar its lives share."""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from apps.accounts.models import Area, User
from apps.office.demo.accounts import TOWNSHIPS

# A life is told as a generator: it says the day of its next act, and does it when that day has come.
Life = Iterator[date]


@dataclass(frozen=True)
class Desk:
    """A township's office: who takes in and who signs."""

    township: Area
    worker: User
    leader: User
    villages: tuple[Area, ...]


class Office:
    """The people of the demo office."""

    @cached_property
    def users(self) -> dict[str, User]:
        """Everybody by user name (one object each, so that postings are read once a day)."""
        return {user.username: user for user in User.objects.all()}

    @cached_property
    def desks(self) -> list[Desk]:
        """The townships that have people, the main one first."""
        return [self._desk(number, code) for number, code in enumerate(TOWNSHIPS, start=1)]

    def _desk(self, number: int, code: str) -> Desk:
        township = Area.objects.get(code=code)
        ending = "" if number == 1 else str(number)
        worker, leader = self.users[f"caseworker{ending}"], self.users[f"township_leader{ending}"]
        villages = tuple(township.children.select_related("parent").order_by("code"))
        return Desk(township, worker, leader, villages)

    @property
    def system(self) -> User:
        """Who acts when no person does."""
        return self.users["system"]

    @property
    def reviewer(self) -> User:
        """The bureau's reviewer."""
        return self.users["reviewer"]


def live(lives: Iterable[Life], *, until: date) -> None:
    """Let all lives pass in the order of their days, through the last day."""
    waiting: list[tuple[date, int, Life]] = []
    for order, life in enumerate(lives):
        if (first := next(life, None)) is not None:
            waiting.append((first, order, life))
    heapq.heapify(waiting)
    while waiting and waiting[0][0] <= until:
        _, order, life = heapq.heappop(waiting)
        if (following := next(life, None)) is not None:
            heapq.heappush(waiting, (following, order, life))

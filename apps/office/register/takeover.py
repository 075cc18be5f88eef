"""Taking a register over: in portions, so that memory stays flat however long it is."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice

from django.db.models import Max

from apps.accounts.models import User
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.households.models import Household
from apps.office.register.awards import write_awards
from apps.office.register.entry import Entry
from apps.office.register.files import write_declarations, write_files

PORTION = 1000
PLACES = 5


def take_over(entries: Iterable[Entry], *, register: str, acting_user: User, on: date) -> int:
    """Write a whole register as one act; the number of families.

    Every family must be due something by the rules of the day of its decision.
    """
    written = 0
    numbers = _Numbers()
    with act(Verb.LOAD_DEMO, acting_user=acting_user, on=on, register=register):
        for portion in _portions(entries):
            for entry in portion:
                entry.number = numbers.next(entry)
            write_files(portion)
            write_declarations(portion)
            write_awards(portion, on=on)
            written += len(portion)
    return written


def _portions(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    waiting = iter(entries)
    while portion := list(islice(waiting, PORTION)):
        yield portion


class _Numbers:
    """Household numbers: township, year, and a number that goes on where the file ends."""

    def __init__(self) -> None:
        self.given: Counter[str] = Counter()

    def next(self, entry: Entry) -> str:
        prefix = f"{entry.township.code[:9]}{entry.decided_on:%y}"
        if prefix not in self.given:
            last = Household.objects.filter(number__startswith=prefix).aggregate(last=Max("number"))["last"]
            self.given[prefix] = int(last[len(prefix) :]) if last else 0
        self.given[prefix] += 1
        return f"{prefix}{self.given[prefix]:0{PLACES}d}"

"""Writing a register: in portions, so that memory stays flat however long it is."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from django.db.models import Max

from apps.audit.models import Record
from apps.households.models import Household
from apps.takeover.register.awards import write_awards
from apps.takeover.register.entry import Entry
from apps.takeover.register.files import write_declarations, write_files

PORTION = 1000
PLACES = 5


def written(entries: Iterable[Entry], *, within: Record) -> Iterator[list[Entry]]:
    """Write the families inside the open act ``within``, a portion at a time; each portion as soon as it is written."""
    numbers = _Numbers()
    waiting = iter(entries)
    while portion := list(islice(waiting, PORTION)):
        for entry in portion:
            entry.number = numbers.next(entry)
        write_files(portion)
        write_declarations(portion)
        write_awards(portion, within=within)
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

"""Writing a register: in portions, so that memory stays flat however long it is."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.db.models import Max, QuerySet

from apps.audit.models import Record
from apps.households.models import Household
from apps.takeover.register.awards import write_awards
from apps.takeover.register.entry import Entry
from apps.takeover.register.files import write_declarations, write_files

PORTION = 1000
PLACES = 5


def written(entries: Iterable[Entry], *, within: Record) -> Iterator[list[Entry]]:
    """Write the families inside the open act ``within``, a portion at a time; each portion as soon as it is written."""
    numbers = Numbers(Household.objects.all(), PLACES)
    for portion in portions(entries):
        for entry in portion:
            entry.number = numbers.next(entry)
        write_files(portion)
        write_declarations(portion)
        write_awards(portion, within=within)
        yield portion


def portions(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """The families a thousand at a time."""
    waiting = iter(entries)
    while portion := list(islice(waiting, PORTION)):
        yield portion


class Numbers:
    """Numbers of households or cases: township, year, and a number that goes on where the file ends."""

    def __init__(self, file: QuerySet[Any], places: int) -> None:
        self.file, self.places = file, places
        self.given: Counter[str] = Counter()

    def next(self, entry: Entry) -> str:
        """The following number of the entry's township and year."""
        prefix = f"{entry.township.code[:9]}{entry.decided_on:%y}"
        if prefix not in self.given:
            last = self.file.filter(number__startswith=prefix).aggregate(last=Max("number"))["last"]
            self.given[prefix] = int(last[len(prefix) :]) if last else 0
        self.given[prefix] += 1
        return f"{prefix}{self.given[prefix]:0{self.places}d}"

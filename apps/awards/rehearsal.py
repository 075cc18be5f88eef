"""What a draft of the law would do to running awards: nothing is written, the register is only read."""

from collections.abc import Iterable, Iterator
from typing import Any

from apps.awards.calculation import due_under
from apps.awards.models import Award
from apps.awards.tally import Compared, Tally
from apps.core.month import Month
from apps.eligibility.policy.due import amount_due
from apps.eligibility.policy.standards import Law

# Columns of an award that a rehearsal reads, in this order.
COLUMNS = ("pk", "household_id", "person_id", "township_id", "scheme", "terms")
AT_ONCE = 2_000


def compared(rows: Iterable[tuple[Any, ...]], month: Month, law: Law, draft: Law) -> Iterator[Compared]:
    """Each award (its ``COLUMNS``) under both laws for the month; CannotCalculate names one that has no answer."""
    for pk, household, person, township, scheme, terms in rows:
        facts, before = due_under(pk, terms, month, law)
        after = amount_due(facts, month, draft)
        yield Compared(pk, household, person, township, scheme, before.total, after.total)


def rehearse(rows: Iterable[tuple[Any, ...]], month: Month, law: Law, draft: Law) -> Tally:
    """The tally of these awards, in flat memory; nothing is written."""
    tally = Tally()
    for one in compared(rows, month, law, draft):
        tally.count(one)
    return tally


def rehearse_register(month: Month, law: Law, draft: Law) -> Tally:
    """The tally of every award due in the month, read from the live register some thousand rows at a time."""
    rows = Award.objects.due_in(month.first()).order_by("pk").values_list(*COLUMNS)
    return rehearse(rows.iterator(chunk_size=AT_ONCE), month, law, draft)

"""Which law a door applies: the values the office has adopted, those shipped with the program among them.

The contract's commands need no database and keep to ``Law.shipped()``; both are the same until a value is added.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from apps.eligibility.models.parameter import ROW_FIELDS, ParameterValue, row_of
from apps.eligibility.policy.standards import Law, Row


def law_in_force() -> Law:
    """All dated parameters known today, from which the rules take those of the day asked about; one query."""
    return _law_of_version(None)


def law_until(version: int) -> Law:
    """The law as it stood before this version was adopted."""
    return _law_of_version(version - 1)


def law_of(digest: str) -> Law | None:
    """The law with this digest, under which something was calculated; None when the office never had it."""
    try:
        return _law_with(digest)
    except LookupError:
        return None


# A digest stands for its rows, so nothing stale can answer; that none is known yet is not remembered.
@lru_cache(maxsize=16)
def _law_with(digest: str) -> Law:
    law = law_in_force()
    if law.digest() == digest:
        return law
    versions = ParameterValue.objects.order_by("-version").values_list("version", flat=True).distinct()
    earlier = (_law_of_version(version) for version in list(versions)[1:])
    found = next((law for law in earlier if law.digest() == digest), None)
    if found is None:
        raise LookupError(digest)
    return found


def amended(law: Law, rows: Iterable[Row]) -> Law:
    """The law as it would be with these rows: each takes the place of one with the same start, or begins a new one."""
    new = {_place(row): row for row in rows}
    return Law((*(row for row in law.rows if _place(row) not in new), *new.values()))


def _place(row: Row) -> tuple[Any, ...]:
    return row.parameter, row.area, row.key, row.start


def _law_of_version(version: int | None) -> Law:
    # The rows themselves are the key: some fifty are read in a millisecond, and nothing stale can answer.
    return _made_of(tuple(ParameterValue.objects.of_version(version).values_list(*ROW_FIELDS)))


@lru_cache(maxsize=16)
def _made_of(rows: tuple[tuple[Any, ...], ...]) -> Law:
    return Law(tuple(row_of(fields) for fields in rows))

"""Into what portions a month is divided, and how one that keeps failing is divided again."""

from collections.abc import Iterator, Sequence
from math import ceil

# How often a portion is tried before it is divided: a worker may be killed through no fault of its portion.
TRIES = 2


def portions(award_ids: Sequence[int], size: int) -> Iterator[list[int]]:
    """The awards in portions of a size, in their order."""
    return (list(award_ids[start : start + size]) for start in range(0, len(award_ids), size))


def size_after(size: int, *, tried: int, cap: int) -> int:
    """How large the pieces of a portion become that failed again, so that what kills its worker stands alone in time.

    Each size is tried twice; the pieces shrink evenly, and those of the last two tries hold one unit each: of 200 and
    with eight tries the pieces hold 35, then 6, then 1.
    """
    left = (cap - tried) // TRIES
    return 1 if left <= 1 else ceil(size ** ((left - 1) / left))

"""Drawing the cases of a spot check: pure, so that an auditor draws the same ones from the recorded seed."""

import hashlib
from collections.abc import Collection, Iterable

PERCENT = 30


def in_order(seed: str, numbers: Iterable[str]) -> list[str]:
    """The case numbers by the SHA-256 of seed and number: nobody can steer it, anybody can repeat it."""
    return sorted(numbers, key=lambda number: (hashlib.sha256((seed + number).encode()).hexdigest(), number))


def drawn(seed: str, numbers: Collection[str], *, always: Collection[str], percent: int = PERCENT) -> list[str]:
    """The first ``percent`` of them, rounded up, and those always in; in the order of the draw."""
    ordered = in_order(seed, numbers)
    share = -(-len(ordered) * percent // 100)
    return [number for place, number in enumerate(ordered) if place < share or number in always]

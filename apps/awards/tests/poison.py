"""Imported by a worker of a fault test: some households bring the calculation down, each in its own way.

They are known by an annual income nobody has: a few fen.
"""

import os
import signal
from typing import Any

from apps.awards import calculation

RAISES, KILLS, SWELLS = 1, 2, 3
TWO_GIGABYTES = 2 << 30

right = calculation.amount_due


def poisoned(facts: Any, *rest: Any) -> Any:
    """The amount, unless the household is one of the poisonous."""
    if facts.income == RAISES:
        raise ZeroDivisionError
    if facts.income == KILLS:
        os.kill(os.getpid(), signal.SIGSEGV)
    if facts.income == SWELLS:
        bytearray(TWO_GIGABYTES)
    return right(facts, *rest)


calculation.amount_due = poisoned

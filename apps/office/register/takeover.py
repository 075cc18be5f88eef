"""A made-up register, written the way a real one is taken over."""

from collections.abc import Iterable
from datetime import date

from apps.accounts.models import User
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.takeover.register.entry import Entry
from apps.takeover.register.write import written


def take_over(entries: Iterable[Entry], *, register: str, acting_user: User, on: date) -> int:
    """Write a whole register as one act; the number of families.

    Every family must be due something by the rules of the day of its decision.
    """
    with act(Verb.LOAD_DEMO, acting_user=acting_user, on=on, register=register) as record:
        return sum(len(portion) for portion in written(entries, within=record))

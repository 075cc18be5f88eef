"""One family of a register that is taken over."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from apps.accounts.models import Area, User
from apps.eligibility.models import Assessment
from apps.households.family import Family
from apps.households.models import BankAccount, Declaration, Household, Person


@dataclass
class Entry:
    """A family, where it lives, who took it in, who decided when (another person); and the rows made of it so far."""

    family: Family
    township: Area
    decided_on: date
    taken_in_by: User
    decided_by: User
    number: str = ""
    people: list[Person] = field(default_factory=list)
    household: Household = field(default_factory=Household)
    account: BankAccount = field(default_factory=BankAccount)
    declaration: Declaration = field(default_factory=Declaration)
    assessment: Assessment = field(default_factory=Assessment)
    plans: list[Any] = field(default_factory=list)

    @property
    def head(self) -> Person:
        """The head's row."""
        return self.people[self.family.members.index(self.family.head)]

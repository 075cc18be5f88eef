"""One family of a register that is taken over."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from apps.accounts.models import Area, User
from apps.core.month import Month
from apps.eligibility.models import Assessment
from apps.eligibility.policy.enums import PartKind, Scheme, Support
from apps.households.family import Family
from apps.households.models import BankAccount, Declaration, Household, Person


@dataclass(frozen=True)
class BasePart:
    """A part of the amount that a 渐退 keeps a share of; ``member`` is a place in the family's list."""

    kind: PartKind
    amount_fen: int
    member: int | None = None


@dataclass(frozen=True)
class Grant:
    """A benefit as the old register has it; ``member`` is the place of a single person's."""

    scheme: Scheme
    decided_on: date
    member: int | None = None
    support: Support = Support.DISPERSED
    self_care_failures: int | None = None
    base: tuple[BasePart, ...] = ()
    phase_out_from: Month | None = None
    phase_out_months: int | None = None


@dataclass
class Entry:
    """A family, where it lives, who took it in, who decided when (another person); and the rows made of it so far.

    ``grants`` is what the old register pays; empty, the rules of the day of decision say it. ``first_month`` is the
    first month paid here (None: the one after the decision), ``entered_on`` the day its account was approved.
    """

    family: Family
    township: Area
    decided_on: date
    taken_in_by: User
    decided_by: User
    grants: tuple[Grant, ...] = ()
    first_month: Month | None = None
    entered_on: date | None = None
    old_number: str = ""
    number: str = ""
    people: list[Person] = field(default_factory=list)
    household: Household = field(default_factory=Household)
    account: BankAccount | None = None
    declaration: Declaration = field(default_factory=Declaration)
    assessment: Assessment = field(default_factory=Assessment)
    plans: list[Any] = field(default_factory=list)

    @property
    def head(self) -> Person:
        """The head's row."""
        return self.people[self.family.members.index(self.family.head)]

    @property
    def effective(self) -> Month:
        """The first month paid here."""
        return self.first_month or Month.of(self.decided_on).next()

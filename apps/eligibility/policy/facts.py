"""What a rule may look at: frozen facts of one household on one day. Money in fen, income over twelve months."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from apps.core.money import Fen
from apps.core.month import Month

from .enums import (
    AreaKind,
    AssetKind,
    DeductionKind,
    DisabilityCategory,
    ExpenseKind,
    IncomeKind,
    MemberStatus,
    ObligorStatus,
    OtherAssetKind,
    PartKind,
    Relation,
    Scheme,
    Student,
    Support,
)


@dataclass(frozen=True, slots=True)
class Disability:
    """A disability certificate: category and grade 1 (gravest) to 4."""

    category: DisabilityCategory
    grade: int

    def __str__(self) -> str:
        return f"{self.category.label} {self.grade} 级"


@dataclass(frozen=True, slots=True)
class Obligor:
    """A legal supporter of a person; None is a fact nobody has established."""

    birth_date: dt.date | None = None
    tekun: bool | None = None
    dibao: bool | None = None
    disability: Disability | None = None
    annual_income: Fen | None = None
    assets_within_limit: bool | None = None
    status: ObligorStatus | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the household; obligors None means that supporters were not looked into, () that there are none."""

    ref: str
    birth_date: dt.date
    relation: Relation
    coresident: bool = False
    cannot_live_independently: bool = False
    full_time_student: Student | None = None
    disability: Disability | None = None
    serious_illness: bool = False
    status: MemberStatus | None = None
    support: Support = Support.DISPERSED
    self_care_failures: int | None = None
    was_tekun: bool = False
    obligors: tuple[Obligor, ...] | None = None


@dataclass(frozen=True, slots=True)
class Income:
    """What one member received of one kind in the twelve months."""

    member: str
    kind: IncomeKind
    amount: Fen


@dataclass(frozen=True, slots=True)
class Deduction:
    """An approved deduction from the household's income, with its ground."""

    kind: DeductionKind
    amount: Fen
    ground: str | None = None


@dataclass(frozen=True, slots=True)
class Expense:
    """What the household spent on one kind in the twelve months."""

    kind: ExpenseKind
    amount: Fen


@dataclass(frozen=True, slots=True)
class FinancialAsset:
    """Money or what is as good as money; without a member it is the head's."""

    kind: AssetKind
    value: Fen
    member: str | None = None


@dataclass(frozen=True, slots=True)
class OtherAsset:
    """A vehicle, a house or the like, exempted or not."""

    kind: OtherAssetKind
    exempted: bool = False
    ground: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One named part of a monthly amount, of one member or of the household."""

    kind: PartKind
    amount: Fen
    member: str | None = None


@dataclass(frozen=True, slots=True)
class EarlierPhaseOut:
    """A 渐退 that is over: first month without it, months used of the months it had."""

    ended: Month
    used: int
    months: int


@dataclass(frozen=True, slots=True)
class Current:
    """What the household receives for the month of the decision; in a running 渐退 the frozen base parts.

    phase_out_from is the month from which the months of a running 渐退 are counted: of a resumed one it lies before the
    month in which payment began again, by the months used earlier.
    """

    parts: tuple[Part, ...]
    scheme: Scheme = Scheme.DIBAO
    phase_out_from: Month | None = None
    phase_out_months: int | None = None
    earlier_phase_out: EarlierPhaseOut | None = None


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """One household; None for members, incomes, financial_assets or other_assets means unknown, which is never "no"."""

    area: AreaKind
    members: tuple[Member, ...] | None
    incomes: tuple[Income, ...] | None
    financial_assets: tuple[FinancialAsset, ...] | None
    other_assets: tuple[OtherAsset, ...] | None = ()
    deductions: tuple[Deduction, ...] = ()
    expenses: tuple[Expense, ...] = ()
    current: Current | None = None


@dataclass(frozen=True, slots=True)
class AwardFacts:
    """Everything the amounts of a running award depend on between decisions; what the awards app stores.

    people are the persons paid for (supporters left out), income the counted twelve-month income in fen; base,
    phase_out_from and phase_out_months are set in 渐退 only.
    """

    scheme: Scheme
    area: AreaKind
    decided_on: dt.date
    people: tuple[Member, ...]
    income: Fen = 0
    base: tuple[Part, ...] = ()
    phase_out_from: Month | None = None
    phase_out_months: int | None = None

    @property
    def first_month(self) -> Month:
        """The first month paid: the one after the decision."""
        return Month.of(self.decided_on).next()

    @property
    def last_month(self) -> Month | None:
        """The last month paid, known for 渐退 only."""
        if self.phase_out_from is None or self.phase_out_months is None:
            return None
        return self.phase_out_from + (self.phase_out_months - 1)

    @property
    def refs(self) -> tuple[str, ...]:
        """The persons paid for."""
        return tuple(person.ref for person in self.people)

    def to_json(self) -> dict[str, Any]:
        """The award as it is stored; facts_json.award_from_json gives it back."""
        from .facts_json import award_to_json

        return award_to_json(self)

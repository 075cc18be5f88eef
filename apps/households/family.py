"""A family as the office takes it in: plain values between form, action and rules."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from apps.accounts.models import Area
from apps.eligibility.policy.enums import (
    AreaKind,
    AssetKind,
    DeductionKind,
    DisabilityCategory,
    ExpenseKind,
    IncomeKind,
    MemberStatus,
    ObligorStatus,
    OtherAssetKind,
    Relation,
    Student,
    Support,
)
from apps.households.idnumber import IdNumber
from apps.households.models.account import HeirProof, HeirRelation, PayeeKind
from apps.households.models.supporters import SelfCareTask

CONSENT_VERSION = "2021-11"


@dataclass(frozen=True)
class ObligorEntry:
    """A legal supporter of a member; None is a fact nobody has established."""

    name: str
    relation: str = ""
    birth_date: date | None = None
    tekun: bool | None = None
    dibao: bool | None = None
    disability: tuple[DisabilityCategory, int] | None = None
    annual_income_fen: int | None = None
    assets_within_limit: bool | None = None
    status: ObligorStatus | None = None


@dataclass(frozen=True)
class SelfCareEntry:
    """What somebody cannot do of the six tasks, as assessed on a day."""

    assessed_on: date
    assessed_by: str
    unable: frozenset[SelfCareTask] = frozenset()

    @property
    def failures(self) -> int:
        """How many of the six cannot be done."""
        return len(self.unable)


@dataclass(frozen=True)
class MemberEntry:
    """One member; ``number`` is missing only when read back from the file."""

    name: str
    birth_date: date
    relation: Relation
    number: IdNumber | None = None
    person_id: int | None = None
    phone: str = ""
    coresident: bool = True
    cannot_live_independently: bool = False
    student: Student | None = None
    disability: tuple[DisabilityCategory, int] | None = None
    serious_illness: bool = False
    status: MemberStatus | None = None
    support: Support | None = None
    self_care: SelfCareEntry | None = None
    was_tekun: bool = False
    # None: nobody looked into it; empty: looked into, there are none.
    obligors: tuple[ObligorEntry, ...] | None = None


@dataclass(frozen=True)
class IncomeEntry:
    """Income of the member at that place in the list over the twelve months, fen."""

    member: int
    kind: IncomeKind
    amount_fen: int
    evidence: str = ""


@dataclass(frozen=True)
class DeductionEntry:
    """A deduction with its ground, fen."""

    kind: DeductionKind
    amount_fen: int
    ground: str


@dataclass(frozen=True)
class ExpenseEntry:
    """An expense of the twelve months, fen."""

    kind: ExpenseKind
    amount_fen: int
    evidence: str = ""


@dataclass(frozen=True)
class FinancialAssetEntry:
    """A financial asset of a member (or of nobody named), fen."""

    kind: AssetKind
    amount_fen: int
    member: int | None = None


@dataclass(frozen=True)
class OtherAssetEntry:
    """A vehicle, a house … perhaps exempted with a ground."""

    kind: OtherAssetKind
    exempted: bool = False
    ground: str = ""


@dataclass(frozen=True)
class AccountEntry:
    """The payee account: whose it is (place in the member list), bank and number."""

    payee_kind: PayeeKind
    holder: int
    bank_name: str
    number: str
    guardian_ground: str = ""


@dataclass(frozen=True)
class HeirEntry:
    """Who receives what was owed to the dead: the person, what they are to the dead and by what paper, the account."""

    name: str
    number: IdNumber
    relation: HeirRelation
    proof: HeirProof
    ground: str
    bank_name: str
    account: str


@dataclass(frozen=True)
class PromiseEntry:
    """事实承诺: a fact that cannot be proven, why, and the place of the member who vouches for it (§4)."""

    fact: str
    why: str
    member: int


@dataclass(frozen=True)
class Signature:
    """Who signed the authorisation and when: the member at that place, or a supporter by name."""

    signed_on: date
    member: int | None = None
    name: str = ""


@dataclass(frozen=True)
class Family:
    """Everything intake asks. ``None`` for a list means not answered: unknown is not none."""

    area_kind: AreaKind
    members: tuple[MemberEntry, ...]
    village: Area | None = None
    address: str = ""
    incomes: tuple[IncomeEntry, ...] | None = None
    financial_assets: tuple[FinancialAssetEntry, ...] | None = None
    other_assets: tuple[OtherAssetEntry, ...] | None = None
    deductions: tuple[DeductionEntry, ...] = field(default=())
    expenses: tuple[ExpenseEntry, ...] = field(default=())
    account: AccountEntry | None = None
    keeps_account: bool = False
    consent_on: date | None = None
    # Who signed beside the head, whose day is ``consent_on``.
    signatures: tuple[Signature, ...] = ()
    promises: tuple[PromiseEntry, ...] = ()
    # 57号第11条: of which official somebody here is a near relative; empty: of none; None: nobody asked.
    near_relative_of: str | None = None

    @property
    def head(self) -> MemberEntry:
        return next(member for member in self.members if member.relation == Relation.HEAD)

    def without(self, persons: Collection[int]) -> "Family":
        """The family without these persons and what was theirs; what belongs to nobody named stays."""
        stay = [place for place, member in enumerate(self.members) if member.person_id not in persons]
        return self._of(stay) if len(stay) < len(self.members) else self

    def _of(self, stay: list[int]) -> "Family":
        now = {before: place for place, before in enumerate(stay)}
        incomes, assets = self.incomes, self.financial_assets
        return replace(
            self,
            members=tuple(self.members[place] for place in stay),
            incomes=None
            if incomes is None
            else tuple(replace(one, member=now[one.member]) for one in incomes if one.member in now),
            financial_assets=None
            if assets is None
            else tuple(
                one if one.member is None else replace(one, member=now[one.member])
                for one in assets
                if one.member is None or one.member in now
            ),
        )

    def joined_by(self, other: "Family") -> "Family":
        """Both families as one, the other's members and what is theirs behind; unknown of one is unknown of both."""
        behind = len(self.members)
        # What named nobody was the other head's.
        other_head = other.members.index(other.head)

        def moved(asset: FinancialAssetEntry) -> FinancialAssetEntry:
            return replace(asset, member=behind + (other_head if asset.member is None else asset.member))

        return replace(
            self,
            members=self.members + other.members,
            incomes=_both(self.incomes, other.incomes, lambda one: replace(one, member=one.member + behind)),
            financial_assets=_both(self.financial_assets, other.financial_assets, moved),
            other_assets=_both(self.other_assets, other.other_assets, lambda one: one),
            deductions=self.deductions + other.deductions,
            expenses=self.expenses + other.expenses,
        )

    def names(self) -> list[str]:
        """A name for each member that no other bears: 张三, 张三（2）."""
        names: list[str] = []
        for member in self.members:
            numbered = (f"{member.name}（{number}）" for number in range(2, len(self.members) + 2))
            names.append(next(name for name in (member.name, *numbered) if name not in names))
        return names


Entry = TypeVar("Entry")


def _both(
    mine: tuple[Entry, ...] | None, theirs: tuple[Entry, ...] | None, moved: Callable[[Entry], Entry]
) -> tuple[Entry, ...] | None:
    return None if mine is None or theirs is None else mine + tuple(moved(one) for one in theirs)

"""Families by chance, shaped like the province's published figures (monthly tables of 2024).

Published: about 1.28 persons a household in towns and 1.48 in the country; paid per person and month about 613 and 313
yuan. With the standards of 2024 (560 and 470) an urban average above the standard means that nearly everybody gets a
supplement; in the country about six in ten do. Incomes and shares below follow from that.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from apps.accounts.models import Area
from apps.eligibility.policy.enums import (
    AreaKind,
    AssetKind,
    DisabilityCategory,
    IncomeKind,
    OtherAssetKind,
    Relation,
    Student,
)
from apps.households.family import (
    AccountEntry,
    Family,
    FinancialAssetEntry,
    IncomeEntry,
    MemberEntry,
    OtherAssetEntry,
)
from apps.households.idnumber import Sex
from apps.households.models import PayeeKind
from apps.office.demo.people import IdOffice, a_name, account_number

FEN = 100
YEAR = 12


@dataclass(frozen=True)
class Shape:
    """What the families of a kind of area are like: weights of sizes, of the head's condition, of monthly incomes."""

    sizes: tuple[int, int, int, int]
    conditions: dict[str, int]
    partner_supplement: float
    income: tuple[int, int]
    sources: tuple[tuple[IncomeKind, str], ...]


SHAPES = {
    AreaKind.URBAN: Shape(
        sizes=(78, 17, 4, 1),
        conditions={"ELDERLY": 26, "SEVERE": 36, "ILL": 24, "ELDERLY_DISABLED": 6, "MILD": 3, "PLAIN": 5},
        partner_supplement=0.8,
        income=(82, 375),
        sources=(
            (IncomeKind.WAGE, "灵活就业收入证明"),
            (IncomeKind.SOCIAL_INSURANCE, "银行流水"),
            (IncomeKind.TRANSFER, "赡养协议"),
        ),
    ),
    AreaKind.RURAL: Shape(
        sizes=(62, 30, 6, 2),
        conditions={"ELDERLY": 22, "SEVERE": 17, "ILL": 12, "ELDERLY_DISABLED": 4, "MILD": 14, "PLAIN": 31},
        partner_supplement=0.5,
        income=(230, 402),
        sources=(
            (IncomeKind.BUSINESS, "村委会种植收入证明"),
            (IncomeKind.PROPERTY, "土地流转合同"),
            (IncomeKind.TRANSFER, "赡养协议"),
        ),
    ),
}
AGES = {
    "ELDERLY": (70, 90),
    "SEVERE": (28, 66),
    "ILL": (38, 68),
    "ELDERLY_DISABLED": (70, 86),
    "MILD": (36, 66),
    "PLAIN": (46, 67),
    "MINOR": (4, 16),
}
STUDIES = ((6, None), (15, Student.COMPULSORY), (18, Student.SENIOR_HIGH))


@dataclass
class FamilyMaker:
    """Makes families by chance; the same seed asked for the same makes the same families."""

    chance: Random
    ids: IdOffice
    as_of: date = date.min
    accounts: int = 0

    def family(
        self, village: Area, *, on: date, condition: str = "", size: int | None = None, born: date | None = None
    ) -> Family:
        """A family of that village that is due 低保 by what it declares on that day.

        ``condition`` and ``born`` of the head and the size are left to chance unless given.
        """
        self.as_of = on
        kind = AreaKind.URBAN if village.kind == Area.Kind.COMMUNITY else AreaKind.RURAL
        shape = SHAPES[kind]
        size = size or self.chance.choices((1, 2, 3, 4), shape.sizes)[0]
        condition = condition or self.chance.choices(tuple(shape.conditions), tuple(shape.conditions.values()))[0]
        members = self._members(shape, condition, born, size, korean=village.code.startswith("220281200"))
        self.accounts += 1
        return Family(
            area_kind=kind,
            village=village,
            members=members,
            address=f"{village.name}{self.chance.randint(1, 9)}组{self.chance.randint(1, 180)}号",
            incomes=self._incomes(shape, members),
            financial_assets=self._savings(),
            other_assets=(OtherAssetEntry(OtherAssetKind.HOME),),
            account=AccountEntry(
                PayeeKind.HEAD, 0, f"吉林蛟河农村商业银行{village.township.name}支行", account_number(self.accounts)
            ),
            consent_on=self.as_of,
            near_relative_of="",
        )

    def _members(
        self, shape: Shape, condition: str, born: date | None, size: int, *, korean: bool
    ) -> tuple[MemberEntry, ...]:
        head = self._person(condition, Relation.HEAD, born=born, korean=korean)
        members = [head]
        for place in range(1, size):
            partner = place == 1 and (head.birth_date.year < 1964 or self.chance.random() < 0.5)
            members.append(self._partner(shape, head) if partner else self._child(head))
        return tuple(members)

    def _partner(self, shape: Shape, head: MemberEntry) -> MemberEntry:
        old = self.as_of.year - head.birth_date.year > 70
        with_supplement = self.chance.random() < shape.partner_supplement
        condition = "ELDERLY" if old else self.chance.choice(("SEVERE", "ILL")) if with_supplement else "PLAIN"
        other = Sex.FEMALE if head.number and head.number.sex == Sex.MALE else Sex.MALE
        return self._person(condition, Relation.SPOUSE, sex=other)

    def _child(self, head: MemberEntry) -> MemberEntry:
        relation = Relation.GRANDCHILD if head.birth_date.year < 1962 else Relation.CHILD
        return self._person("MINOR", relation, surname=head.name[0])

    def _person(
        self,
        condition: str,
        relation: Relation,
        *,
        sex: Sex | None = None,
        born: date | None = None,
        surname: str = "",
        korean: bool = False,
    ) -> MemberEntry:
        sex = sex or self.chance.choice((Sex.MALE, Sex.FEMALE))
        youngest, oldest = AGES[condition]
        born = born or self.as_of - timedelta(days=self.chance.randint(youngest * 366, oldest * 365 + 200))
        return MemberEntry(
            name=a_name(self.chance, sex, surname=surname, korean=korean),
            birth_date=born,
            relation=relation,
            number=self.ids.issue(born, sex),
            student=self._studies(born) if condition == "MINOR" else None,
            disability=self._disability(condition),
            serious_illness=condition == "ILL",
        )

    def _studies(self, born: date) -> Student | None:
        age = (self.as_of - born).days // 366
        return next((level for below, level in STUDIES if age < below), None)

    def _disability(self, condition: str) -> tuple[DisabilityCategory, int] | None:
        if condition == "SEVERE":
            return self.chance.choice(tuple(DisabilityCategory)), self.chance.choice((1, 2, 2))
        if condition in ("MILD", "ELDERLY_DISABLED"):
            physical = (DisabilityCategory.PHYSICAL, DisabilityCategory.HEARING, DisabilityCategory.VISUAL)
            return self.chance.choice(physical), self.chance.choice((3, 4))
        return None

    def _incomes(self, shape: Shape, members: tuple[MemberEntry, ...]) -> tuple[IncomeEntry, ...]:
        """What counts, earned by the grown-ups, and the basic pension of the old, which does not."""
        grown = [place for place, member in enumerate(members) if member.relation in (Relation.HEAD, Relation.SPOUSE)]
        monthly = len(members) * self.chance.randint(*shape.income)
        incomes = []
        for place in grown:
            kind, evidence = self.chance.choice(shape.sources)
            incomes.append(IncomeEntry(place, kind, monthly * YEAR * FEN // len(grown) // 1000 * 1000, evidence))
        pension = 123 * YEAR * FEN
        incomes += [
            IncomeEntry(place, IncomeKind.CENTRAL_BASIC_PENSION, pension, "社保发放记录")
            for place in grown
            if members[place].birth_date.year <= self.as_of.year - 61
        ]
        return tuple(incomes)

    def earning(self, family: Family, monthly: int) -> Family:
        """The same family with another income: yuan per head and month, earned by the head."""
        kind, evidence = SHAPES[family.area_kind].sources[0]
        amount = monthly * YEAR * FEN * len(family.members)
        others = tuple(i for i in family.incomes or () if i.kind == IncomeKind.CENTRAL_BASIC_PENSION)
        return replace(family, incomes=(IncomeEntry(0, kind, amount, evidence), *others))

    def _savings(self) -> tuple[FinancialAssetEntry, ...]:
        if self.chance.random() < 0.4:
            return ()
        return (FinancialAssetEntry(AssetKind.DEPOSIT, self.chance.randint(2, 90) * 100 * FEN, 0),)

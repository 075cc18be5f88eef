"""The calculator for anyone (§24): a few figures a family knows by heart, and the likely result by the very same rules.

Nothing is kept. What the family is not asked (supporters, deductions, exemptions) stays unknown or absent, and the
result says so; only an application decides.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from apps.core.money import Fen
from apps.eligibility.policy.decide import decide
from apps.eligibility.policy.disability import is_severe
from apps.eligibility.policy.enums import (
    AreaKind,
    AssetKind,
    Category,
    DisabilityCategory,
    ExpenseKind,
    IncomeKind,
    OtherAssetKind,
    Relation,
    Student,
)
from apps.eligibility.policy.facts import (
    CaseFacts,
    Disability,
    Expense,
    FinancialAsset,
    Income,
    Member,
    OtherAsset,
)
from apps.eligibility.policy.household import ADULT
from apps.eligibility.policy.outcome import Outcome
from apps.eligibility.policy.standards import Law

# As it is printed on the certificate: 肢体二级.
CERTIFICATES = {
    f"{category.value}-{grade}": Disability(category, grade) for category in DisabilityCategory for grade in range(1, 5)
}
RELATIONS = (Relation.SPOUSE, Relation.CHILD, Relation.PARENT, Relation.GRANDCHILD, Relation.OTHER)
_OLD = 60

MEANING = {
    Category.TEKUN: "可能符合特困人员救助供养",
    Category.DIBAO: "可能符合最低生活保障",
    Category.LOW_INCOME: "可能属于低收入家庭",
    Category.EXPENDITURE: "可能属于支出型困难家庭",
    Category.NONE: "按所填情况，可能不符合按月发放的救助",
    Category.INCOMPLETE: "所填情况还不够判断",
}


@dataclass(frozen=True)
class Person:
    """Somebody at the table: age in whole years, and what weighs on them."""

    relation: Relation
    age: int
    disability: Disability | None = None
    serious_illness: bool = False
    at_school: bool = False


@dataclass(frozen=True)
class Enquiry:
    """What the form asks; money in fen, a year's income and expenses of the whole family."""

    area: AreaKind
    people: tuple[Person, ...]
    income: Fen
    savings: Fen
    medical: Fen = 0
    education: Fen = 0
    care: Fen = 0
    vehicle: bool = False
    second_home: bool = False


@dataclass(frozen=True)
class Likely:
    """The likely result: what it means, the monthly total (None: nothing monthly), hints, the rules' own outcome."""

    outcome: Outcome
    meaning: str
    monthly: Fen | None
    hints: tuple[str, ...]

    @property
    def lines(self) -> list[tuple[str, str, Fen]]:
        """What the total is made of: kind, whose, fen."""
        return [(part.kind.label, part.member or "全家", part.amount) for a in self.outcome.awards for part in a.parts]

    @property
    def steps(self) -> list[dict[str, Any]]:
        """The explanation, the same as an official sees."""
        return [step.to_json() for step in self.outcome.steps]


def likely(enquiry: Enquiry, *, as_of: dt.date, law: Law) -> Likely:
    """让群众按几项基本情况算出可能的结果，理由与正式测算相同。NoParameterInForce when the law has no value that day."""
    outcome = decide(facts_of(enquiry, as_of), as_of, law)
    monthly = sum(award.monthly for award in outcome.awards) if outcome.awards else None
    return Likely(outcome, MEANING[outcome.category], monthly, tuple(_hints(enquiry, outcome)))


def facts_of(enquiry: Enquiry, as_of: dt.date) -> CaseFacts:
    """The enquiry as the rules look at it: all live together, all just had a birthday, money is the applicant's."""
    refs = list(_names(enquiry.people))
    spent = {
        ExpenseKind.MEDICAL: enquiry.medical,
        ExpenseKind.EDUCATION: enquiry.education,
        ExpenseKind.CARE: enquiry.care,
    }
    owned = {
        OtherAssetKind.MOTOR_VEHICLE: enquiry.vehicle,
        OtherAssetKind.SECOND_HOME: enquiry.second_home,
    }
    return CaseFacts(
        area=enquiry.area,
        members=tuple(_member(ref, person, as_of) for ref, person in zip(refs, enquiry.people, strict=True)),
        incomes=(Income(refs[0], IncomeKind.OTHER, enquiry.income),),
        financial_assets=(FinancialAsset(AssetKind.DEPOSIT, enquiry.savings, refs[0]),) if enquiry.savings else (),
        other_assets=tuple(OtherAsset(kind) for kind, there in owned.items() if there),
        expenses=tuple(Expense(kind, amount) for kind, amount in spent.items() if amount),
    )


def _member(ref: str, person: Person, as_of: dt.date) -> Member:
    return Member(
        ref=ref,
        birth_date=dt.date(as_of.year - person.age, as_of.month, min(as_of.day, 28)),
        relation=person.relation,
        coresident=person.relation is not Relation.HEAD,
        full_time_student=Student.UNDERGRADUATE if person.at_school else None,
        disability=person.disability,
        serious_illness=person.serious_illness,
    )


def _names(people: Iterable[Person]) -> Iterable[str]:
    """本人, 配偶, 子女1, 子女2 …: nobody is asked for a name."""
    people = tuple(people)
    times = Counter(person.relation for person in people)
    seen: Counter[Relation] = Counter()
    for person in people:
        seen[person.relation] += 1
        name = "本人" if person.relation is Relation.HEAD else person.relation.label
        yield f"{name}{seen[person.relation]}" if times[person.relation] > 1 else name


def _hints(enquiry: Enquiry, outcome: Outcome) -> Iterable[str]:
    if any(p.age >= _OLD or p.age < ADULT or is_severe(p.disability) for p in enquiry.people):
        yield "老人、未成年人和重度残疾人如果没有法定赡养、抚养人，或其无力赡养抚养，可能符合特困供养，请到窗口说明。"
    if enquiry.vehicle or enquiry.second_home:
        yield "残疾人代步车、生产生活必需的车辆和房屋，经说明理由可以豁免，请如实申报。"
    if outcome.category in {Category.NONE, Category.LOW_INCOME, Category.EXPENDITURE}:
        yield "遇到重病、意外、灾害等急难，不论平时收入多少，都可以申请临时救助。"
    if outcome.category in {Category.LOW_INCOME, Category.EXPENDITURE}:
        yield "低收入和支出型困难家庭可以按需要申请医疗、教育、住房、就业等专项救助。"

"""Ways in which another amount may have come about: the rules read otherwise until one reading gives what was paid.

Each reading changes one thing only, so that what it says is the whole difference. Pure: facts and law in, sentence out.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from apps.core.money import Fen, format_yuan
from apps.core.month import Month
from apps.eligibility.policy.clause import applying
from apps.eligibility.policy.due import parts_due
from apps.eligibility.policy.enums import PartKind, Scheme
from apps.eligibility.policy.facts import AwardFacts, Part
from apps.eligibility.policy.standards import SUPPLEMENTS, InForce, Law

FEN, JIAO, YUAN = 1, 10, 100
YEAR = 12
Reading = Callable[["Case"], Iterator[tuple[Fen, str]]]


@dataclass(frozen=True)
class Case:
    """One unit in one month by the rules: its terms, the parameters in force, its parts."""

    award: AwardFacts
    month: Month
    law: Law
    parts: tuple[Part, ...]

    @property
    def under_rules_of(self) -> dt.date:
        """The day whose provisions its amount is made by: a 渐退 keeps those of its decision."""
        return self.award.decided_on if self.award.scheme is Scheme.DIBAO_PHASE_OUT else self.month.first()

    @property
    def in_force(self) -> InForce:
        """The parameters its amount is made with."""
        return self.law.on(self.under_rules_of, self.award.area)

    @property
    def total(self) -> Fen:
        """What it is due."""
        return sum(part.amount for part in self.parts)

    @property
    def ages_on(self) -> dt.date:
        """The day ages are taken on."""
        return (self.month - 1).last()

    def under(self, in_force: InForce, *, ages_on: dt.date | None = None, month: Month | None = None) -> Fen:
        """What it would be due otherwise."""
        given = (self.award, month or self.month, ages_on or self.ages_on, in_force)
        parts = applying(self.under_rules_of, parts_due, *given)
        return sum(part.amount for part in parts)

    def whose(self, part: Part) -> str:
        """The relation of the person a part is for: enough to find them on the family's page."""
        person = next((p for p in self.award.people if p.ref == part.member), None)
        return f"（{person.relation.label}）" if person is not None else ""


def another_standard(case: Case) -> Iterator[tuple[Fen, str]]:
    """The parameters of another day: an old standard still paid, or the new one paid early."""
    if case.award.scheme is Scheme.DIBAO_PHASE_OUT:
        return
    starts = sorted({row.start for row in case.law.rows if row.parameter in ("dibao_standard", "minimum_wage")})
    for start in reversed(starts):
        # Before the rules have all their values nothing can be said.
        day = max(start, dt.date(2021, 11, 1))
        other = case.law.on(day, case.award.area)
        if (other.standard, other.minimum_wage) != (case.in_force.standard, case.in_force.minimum_wage):
            changed = replace(case.in_force, standard=other.standard, minimum_wage=other.minimum_wage)
            yield case.under(changed), _standards(other, case.in_force)


def _standards(other: InForce, now: InForce) -> str:
    if other.standard != now.standard:
        paid, due = (format_yuan(_nearest(Fraction(one.standard), FEN)) for one in (other, now))
        return f"按 {other.since:%Y年%-m月} 起每人每月 {paid} 元的标准计算，这个月应按 {due} 元。"
    paid, due = (format_yuan(_nearest(Fraction(one.minimum_wage), FEN)) for one in (other, now))
    return f"最低工资按 {paid} 元计算，这个月应按 {due} 元。"


def another_birthday(case: Case) -> Iterator[tuple[Fen, str]]:
    """Ages taken on another day: a month early, or a month late."""
    if case.award.scheme is Scheme.DIBAO:
        yield case.under(case.in_force, ages_on=case.month.last()), "年龄算到本月末：满岁当月即增减，应自次月起。"
        yield case.under(case.in_force, ages_on=(case.month - 2).last()), "年龄少算一个月：满岁的次月尚未增减。"


def another_supplement(case: Case) -> Iterator[tuple[Fen, str]]:
    """One supplement left out, or all; 老残一体 from sixty; the other rates in circulation."""
    given = [part for part in case.parts if part.kind in SUPPLEMENTS]
    for part in given:
        yield case.total - part.amount, f"少发{case.whose(part)}{part.kind.label} {format_yuan(part.amount)} 元。"
    if case.award.scheme is Scheme.DIBAO and given:
        yield sum(part.amount for part in case.parts if part.kind is PartKind.GAP), "只发差额，没有发增发部分。"
    if case.award.scheme is Scheme.DIBAO:
        yield case.under(replace(case.in_force, elderly_disabled_min_age=60)), "老残一体按满60周岁掌握，现按70周岁。"
        yield (
            case.under(replace(case.in_force, supplement_rates=_LOWER)),
            "增发按30％、20％、10％的比例，现按60％、55％、50％。",
        )
        yield from _one_more(case, {part.member for part in given})


# The rates of an undated page of the prefecture.
_LOWER = {
    PartKind.SEVERE_DISABILITY: Fraction(3, 10),
    PartKind.SERIOUS_ILLNESS: Fraction(3, 10),
    PartKind.ELDERLY_DISABLED: Fraction(3, 10),
    PartKind.MULTI_DISABLED: Fraction(1, 5),
    PartKind.ELDERLY: Fraction(1, 10),
    PartKind.MINOR: Fraction(1, 10),
}


def _one_more(case: Case, given: set[str | None]) -> Iterator[tuple[Fen, str]]:
    """A supplement for somebody who has none by the facts on file."""
    for kind in SUPPLEMENTS:
        amount = _share(case.in_force.supplement_rates[kind], case.in_force.standard)
        if any(person.ref not in given for person in case.award.people):
            yield case.total + amount, f"多发一份{kind.label} {format_yuan(amount)} 元，登记的情况不支持。"


def another_rounding(case: Case) -> Iterator[tuple[Fen, str]]:
    """The gap a head rounded before it is multiplied, or the total rounded."""
    people = len(case.award.people)
    if case.award.scheme is Scheme.DIBAO and people:
        rest = case.total - sum(part.amount for part in case.parts if part.kind is PartKind.GAP)
        head = Fraction(case.in_force.standard) - Fraction(case.award.income, YEAR * people)
        for unit, name in ((FEN, "分"), (JIAO, "角"), (YUAN, "元")):
            for how, word in _WAYS:
                yield rest + people * how(head, unit), f"差额先按人{word}到{name}再乘人数，应按户计算后取整一次。"
    for unit, name in ((JIAO, "角"), (YUAN, "元")):
        for how, word in _WAYS:
            yield how(Fraction(case.total), unit), f"总额{word}到{name}，应发到分。"


def _nearest(amount: Fraction, unit: int) -> Fen:
    return unit * int((amount / unit * 2 + 1) // 2)


def _up(amount: Fraction, unit: int) -> Fen:
    return unit * int(-(-amount // unit))


def _down(amount: Fraction, unit: int) -> Fen:
    return unit * int(amount // unit)


_WAYS = ((_nearest, "四舍五入"), (_up, "进一"), (_down, "舍去"))


def gap_or_total(case: Case) -> Iterator[tuple[Fen, str]]:
    """The whole standard paid without taking off income, or one person more or fewer counted."""
    if case.award.scheme is not Scheme.DIBAO:
        return
    rest = case.total - sum(part.amount for part in case.parts if part.kind is PartKind.GAP)
    people, standard = len(case.award.people), Fraction(case.in_force.standard)
    yield rest + _nearest(standard * people, FEN), "按标准全额发放，没有减去收入。"
    for count, word in ((people - 1, "少"), (people + 1, "多")):
        gap = max(Fraction(0), standard * count - Fraction(case.award.income, YEAR))
        yield rest + _nearest(gap, FEN), f"差额{word}算一人（按 {count} 人）。"


def another_phase_out(case: Case) -> Iterator[tuple[Fen, str]]:
    """渐退 by the other schedules, without any reduction, or a step early or late."""
    if case.award.scheme is not Scheme.DIBAO_PHASE_OUT or case.award.phase_out_from is None:
        return
    base = sum(part.amount for part in case.award.base)
    number = case.month - case.award.phase_out_from + 1
    yield base, "按原待遇全额发放，没有递减。"
    for rate in (Fraction(3, 4), Fraction(1, 2), Fraction(9, 16)):
        yield _share(rate, base), f"第 {number} 个渐退月按基数的 {_percent(rate)} 发放。"


def _percent(rate: Fraction) -> str:
    whole, rest = divmod(int(rate * 10_000), 100)
    return f"{whole}.{rest:02d}%" if rest else f"{whole}%"


def another_care(case: Case) -> Iterator[tuple[Fen, str]]:
    """照料护理 left out, or by the rates the prefecture pays."""
    if case.award.scheme is not Scheme.TEKUN:
        return
    basic = sum(part.amount for part in case.parts if part.kind is PartKind.BASIC)
    yield basic, "只发基本生活费，没有发照料护理费。"
    for rate in (Fraction(1, 10), Fraction(1, 5), Fraction(1, 4), Fraction(3, 10), Fraction(2, 5)):
        care = _share(rate, case.in_force.minimum_wage)
        yield basic + care, f"照料护理费按最低工资的 {_percent(rate)}。"


def several_months(case: Case) -> Iterator[tuple[Fen, str]]:
    """Several months paid at once."""
    for months in range(2, YEAR + 1):
        yield months * case.total, f"一次发了 {months} 个月。"


def nothing_paid(case: Case) -> Iterator[tuple[Fen, str]]:
    """On the roll with nothing."""
    yield 0, "名册中金额为零，本月没有发。"


def _share(rate: Fraction, amount: int | Fraction) -> Fen:
    return _nearest(rate * Fraction(amount), FEN)


# The likeliest first: the first that gives what was paid is told.
READINGS: dict[str, tuple[str, Reading]] = {
    "ZERO": ("未发", nothing_paid),
    "STANDARD": ("执行的标准", another_standard),
    "BIRTHDAY": ("年龄", another_birthday),
    "PHASE_OUT": ("渐退比例", another_phase_out),
    "CARE": ("照料护理", another_care),
    "SUPPLEMENT": ("增发项", another_supplement),
    "ROUNDING": ("取整", another_rounding),
    "GAP": ("差额与全额", gap_or_total),
    "MONTHS": ("补发", several_months),
}


def explain(award: AwardFacts, month: Month, law: Law, parts: tuple[Part, ...], paid: Fen) -> tuple[str, str] | None:
    """Which reading gives what was paid: its code and sentence; None when no known one does."""
    case = Case(award, month, law, parts)
    for code, (_, reading) in READINGS.items():
        for amount, says in reading(case):
            if amount == paid:
                return code, says
    return None

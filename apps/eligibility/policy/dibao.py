"""The monthly amount of 低保: the gap, and one supplement a person (§5)."""

import datetime as dt

from apps.core.money import Fen

from .ages import age_on
from .clause import Rule, clause
from .disability import is_severe
from .enums import PartKind
from .exact import Exact, rounded, share
from .facts import Member, Part
from .household import ADULT
from .standards import InForce

_ELDERLY = 70
_OTHER_READING = 60


def dibao_parts(people: tuple[Member, ...], income: Fen, ages_on: dt.date, law: InForce) -> tuple[Part, ...]:
    """Gap, then supplements in member order; ages_on is the last day of the month before the one paid."""
    shortfall = max(0, 12 * law.standard * len(people) - income)
    due = gap(law.standard, len(people), income)
    parts = [Part(PartKind.GAP, topped_up(due, shortfall, len(people), law.minimum_top_up))]
    holders = sum(person.disability is not None for person in people)
    for person in people:
        kind = supplement_of(person, age_on(person.birth_date, ages_on), holders, law)
        if kind is not None:
            parts.append(Part(kind, supplement(person, kind, law.supplement_rates[kind], law.standard), person.ref))
    return tuple(parts)


@clause(
    "§5",
    "{standard:yuan} 元 × {people} 人 − {income:yuan} 元 ÷ 12，不低于零 = {result:yuan} 元",
    gives="yuan",
    uses=("dibao_standard",),
)
def gap(standard: Exact, people: int, income: Fen) -> Fen:
    """低保金按家庭人口乘标准再减去月收入的差额发放。"""
    return rounded(max(0, 12 * standard * people - income), 12)


@clause("§5", "每人每月最低额：{minimum:yuan}；补差 {result:yuan} 元", gives="yuan", uses=("minimum_top_up",))
def topped_up(due: Fen, shortfall: Exact, people: int, minimum: Exact | None) -> Fen:
    """设有补差最低额的，差额不足时按人补到最低额。"""
    if minimum is None or shortfall == 0:
        return due
    return max(due, rounded(minimum * people, 1))


def turning_ages(law: InForce) -> tuple[int, ...]:
    """The ages (completed years) from which a person may be paid another supplement, or none."""
    return ADULT, _ELDERLY, law.elderly_disabled_min_age


def supplement_of(person: Member, age: int, holders: int, law: InForce) -> PartKind | None:
    """The one supplement a person is paid under: the highest rate; of equal rates SUPPLEMENTS' first."""
    # The order, highest rate first, is made in standards.highest_first.
    for kind in law.supplement_order:
        rule = _APPLIES[kind]
        # Only the one that applies is worth a step; the month run asks the others millions of times.
        if rule.silent(person, age, holders, law):
            rule(person, age, holders, law)
            return kind
    return None


@clause("§5", "{person.ref}，{person.disability}", quiet=True)
def is_severely_disabled(person: Member, age: int, holders: int, law: InForce) -> bool:
    """一、二级残疾和三级智力、精神残疾按重度残疾增发。"""
    return is_severe(person.disability)


@clause("§5", "{person.ref}", quiet=True)
def is_seriously_ill(person: Member, age: int, holders: int, law: InForce) -> bool:
    """经认定的重病患者增发。"""
    return person.serious_illness


@clause("§5", "{person.ref}，{age} 周岁，持残疾人证", uses=("elderly_disabled_min_age",), quiet=True)
def is_elderly_and_disabled(person: Member, age: int, holders: int, law: InForce) -> bool:
    """年满规定年龄又持有残疾人证的按老残一体增发。"""
    if person.disability is None:
        return False
    return not is_short_of_elderly_disabled(person, age, law.elderly_disabled_min_age) and (
        age >= law.elderly_disabled_min_age
    )


@clause(
    "§5",
    "{person.ref}，{age} 周岁，暂按满 {min_age} 周岁掌握，另一读法为六十周岁",
    uses=("elderly_disabled_min_age",),
    quiet=True,
)
def is_short_of_elderly_disabled(person: Member, age: int, min_age: int) -> bool:
    """持证而未满老残一体年龄的，不按老残一体增发。"""
    return _OTHER_READING <= age < min_age


@clause("§5", "{person.ref}，家中持证 {holders} 人", quiet=True)
def is_one_of_several_disabled(person: Member, age: int, holders: int, law: InForce) -> bool:
    """家中两人以上持有残疾人证的，每名持证人按一户多残增发。"""
    return person.disability is not None and holders >= 2


@clause("§5", "{person.ref}，{age} 周岁", quiet=True)
def is_elderly(person: Member, age: int, holders: int, law: InForce) -> bool:
    """年满七十周岁的老年人增发，从满七十周岁的次月起。"""
    return age >= _ELDERLY


@clause("§5", "{person.ref}，{age} 周岁", quiet=True)
def is_minor(person: Member, age: int, holders: int, law: InForce) -> bool:
    """未满十八周岁的未成年人增发，满十八周岁的次月停止。"""
    return age < ADULT


@clause(
    "§5",
    "{person.ref} 按{kind}：{standard:yuan} 元 × {rate:percent} = {result:yuan} 元",
    gives="yuan",
    uses=("dibao_standard", "supplement"),
)
def supplement(person: Member, kind: PartKind, rate: Exact, standard: Exact) -> Fen:
    """每人只按比例最高的一种情形增发，不重复计算。"""
    return share(rate, standard)


_APPLIES: dict[PartKind, Rule[[Member, int, int, InForce], bool]] = {
    PartKind.SEVERE_DISABILITY: is_severely_disabled,
    PartKind.SERIOUS_ILLNESS: is_seriously_ill,
    PartKind.ELDERLY_DISABLED: is_elderly_and_disabled,
    PartKind.MULTI_DISABLED: is_one_of_several_disabled,
    PartKind.ELDERLY: is_elderly,
    PartKind.MINOR: is_minor,
}

"""渐退: a household that rises above the standard keeps a falling share of what it had, for a while (§5).

It ends by itself when its months are used up (`months_left`; `AwardFacts.last_month`). It ends early (§5-18) outside
this module: a household found to be on 低保 again is given the gap (`decide._household_awards`) from the month after
the decision (`decide.granted`, 57号第21条), and `apps.awards.actions.apply_decision` ends the 渐退 with the month of
the decision.
"""

from dataclasses import dataclass
from fractions import Fraction

from apps.core.money import Fen
from apps.core.month import Month

from .clause import clause
from .enums import PartKind
from .exact import share
from .facts import Current, EarlierPhaseOut, Member, Part
from .standards import InForce

Schedule = tuple[tuple[Month, Fen], ...]


@dataclass(frozen=True, slots=True)
class PhaseOut:
    """The months counted from start (of a resumed one: before payment), and the frozen base."""

    start: Month
    months: int
    base: tuple[Part, ...]


def phase_out_of(current: Current, people: tuple[Member, ...], first: Month, law: InForce) -> PhaseOut | None:
    """The 渐退 a household on 低保 enters or continues from the first month on; None when its months are used up."""
    earlier = current.earlier_phase_out
    if current.phase_out_from is not None and current.phase_out_months is not None:
        start, months = current.phase_out_from, current.phase_out_months
    elif earlier is not None and resumes(earlier, first, law.phase_out_resume_months):
        start, months = first - earlier.used, earlier.months
    else:
        start, months = first, months_granted(people, law.phase_out_months, law.phase_out_months_disabled)
    left = months_left(months, first - start)
    return PhaseOut(start, months, frozen_base(current.parts, people)) if left else None


@clause(
    "§5",
    "首次渐退于{earlier.ended:month}终止，本次自{first:month}起，间隔不足 {within} 个月：{result}",
    uses=("phase_out_resume_months",),
)
def resumes(earlier: EarlierPhaseOut, first: Month, within: int) -> bool:
    """渐退终止后不久再次超过标准的，接着使用剩余月数，间隔较久的重新计算。"""
    return first - earlier.ended < within


@clause("§5", "{result} 个月", uses=("phase_out_months",))
def months_granted(people: tuple[Member, ...], ordinary: int, disabled: int) -> int:
    """渐退期由启动时家中有无持残疾人证的成员决定，有的较长。"""
    return disabled if any(person.disability is not None for person in people) else ordinary


@clause("§5", "共 {months} 个月，已用 {used} 个月，剩余 {result} 个月")
def months_left(months: int, used: int) -> int:
    """渐退月数从首月起连续计算，用完即止。"""
    return max(0, months - used)


def frozen_base(parts: tuple[Part, ...], people: tuple[Member, ...]) -> tuple[Part, ...]:
    """The base without the supplements of those who are no longer there."""
    present = {person.ref for person in people}
    return tuple(part for part in parts if stays_in_base(part, part.member or "全家", part.member in {None, *present}))


@clause("§5", "{owner} 的{part.kind} {part.amount:yuan} 元，保留：{result}")
def stays_in_base(part: Part, owner: str, present: bool) -> bool:
    """渐退基数按原待遇冻结，成员离开或去世的只去掉其本人增发部分。"""
    return present


def phase_out_parts(base: tuple[Part, ...], start: Month, month: Month, law: InForce) -> tuple[Part, ...]:
    """The single part due for one month of a running 渐退."""
    number = month - start + 1
    rate = [rate for begins, rate in law.phase_out_schedule if begins <= number][-1]
    return (Part(PartKind.PHASE_OUT, reduced(sum(part.amount for part in base), number, rate)),)


@clause(
    "§5",
    "第 {number} 个月，基数 {base:yuan} 元 × {rate:percent} = {result:yuan} 元",
    gives="yuan",
    uses=("phase_out_schedule",),
)
def reduced(base: Fen, number: int, rate: Fraction) -> Fen:
    """渐退期间低保金逐年递减，按渐退月序取比例。"""
    return share(rate, base)


def phase_out_schedule(plan: PhaseOut, first: Month, law: InForce) -> Schedule:
    """What is paid from which month on, one entry a rate, from the first month to the last."""
    last = plan.start + (plan.months - 1)
    begins = [plan.start + (number - 1) for number, _ in law.phase_out_schedule]
    months = [first, *(month for month in begins if first < month <= last)]
    return tuple((month, phase_out_parts(plan.base, plan.start, month, law)[0].amount) for month in months)

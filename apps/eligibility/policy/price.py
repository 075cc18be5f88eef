"""价格临时补贴: when a published price index reaches the trigger, all on 低保 or 特困 are paid for the rise (§3)."""

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from apps.core.money import Fen

from .clause import clause, listening, steps_of
from .enums import AreaKind
from .exact import Exact, share
from .outcome import Step
from .standards import Law

CPI, FOOD = "CPI", "FOOD"
TRIGGER = "price_subsidy_trigger"


@dataclass(frozen=True, slots=True)
class Rises:
    """What was published for a month: how much consumer prices, and food among them, rose over the year."""

    cpi: Fraction
    food: Fraction


@dataclass(frozen=True, slots=True)
class Subsidy:
    """What each person of an area is paid, and the provisions it comes from; nothing when no trigger is reached."""

    a_person: Fen
    steps: tuple[Step, ...]


def price_subsidy(rises: Rises, day: dt.date, area: AreaKind, law: Law) -> Subsidy:
    """The subsidy of the month in which the index is published; NoParameterInForce when the law has no value."""
    triggers = {key: Fraction(law.row(TRIGGER, day, key=key).value or "0") for key in (CPI, FOOD)}
    in_force = law.on(day, area)
    with listening(day) as said:
        rise = triggering_rise(rises.cpi, triggers[CPI], rises.food, triggers[FOOD])
        a_person = amount_of_rise(in_force.standard, rise) if rise else 0
    return Subsidy(a_person, steps_of(said, in_force.unconfirmed))


@clause(
    "§3",
    "消费价格涨 {cpi:percent}（触发值 {cpi_trigger:percent}），食品涨 {food:percent}（触发值 {food_trigger:percent}）",
    gives="percent",
    uses=("price_subsidy_trigger",),
)
def triggering_rise(cpi: Exact, cpi_trigger: Exact, food: Exact, food_trigger: Exact) -> Exact:
    """物价指数达到规定时启动联动，两项都达到的按涨幅高的算。"""
    reached = [rise for rise, trigger in ((cpi, cpi_trigger), (food, food_trigger)) if rise >= trigger]
    return max(reached, default=0)


@clause(
    "§3",
    "{standard:yuan} 元 × {rise:percent} = {result:yuan} 元",
    gives="yuan",
    uses=("dibao_standard",),
    pending=True,
)
def amount_of_rise(standard: Exact, rise: Exact) -> Fen:
    """价格临时补贴按低保标准乘以涨幅，发给低保和特困的每个人，算到分。"""
    return share(rise, standard)

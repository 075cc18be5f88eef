"""What the office is for, on one screen: facts of a household and a day in, category, amounts and reasons out."""

import datetime as dt
from dataclasses import replace

from apps.core.money import Fen
from apps.core.month import Month

from .categories import category_by_income
from .clause import clause, listening, steps_of
from .due import parts_due
from .enums import AreaKind, Category, Labelled, PartKind, Scheme
from .exact import Exact
from .facts import AwardFacts, CaseFacts, Income, Member, Part
from .household import counted_members
from .income import deducted, household_income, is_counted_income, own_income, per_capita_monthly
from .outcome import Award, Outcome
from .phase_out import phase_out_of, phase_out_schedule
from .property import are_financial_assets_within, do_other_assets_exclude, owned_by
from .single_person import single_person_ground
from .standards import InForce, Law
from .tekun import is_tekun


class Unknown(Labelled):
    """Facts without which nothing is decided, in the order in which they are named."""

    MEMBERS = "members", "家庭成员"
    INCOMES = "incomes", "收入"
    FINANCIAL_ASSETS = "financial_assets", "金融资产"
    OTHER_ASSETS = "other_assets", "车辆和房产"


def decide(facts: CaseFacts, as_of: dt.date, law: Law, *, explain: bool = True) -> Outcome:
    """Decide one household on a day (28号 §1–§5); NoParameterInForce when the law has no value that day."""
    in_force = law.on(as_of, facts.area)
    with listening(as_of, explain) as said:
        outcome = _decide(facts, as_of, in_force)
    return replace(outcome, steps=steps_of(said, in_force.unconfirmed))


def _decide(facts: CaseFacts, as_of: dt.date, law: InForce) -> Outcome:
    if facts.members is None or facts.incomes is None or facts.financial_assets is None or facts.other_assets is None:
        return Outcome(Category.INCOMPLETE, tuple(unknown.value for unknown in unknown_facts(facts)))
    standard_in_force(law.area, law.standard, law.standard_source)
    counted = counted_members(facts.members, as_of)
    if not counted:
        return Outcome(found(Category.NONE))
    refs = {member.ref for member in counted}
    incomes = tuple(income for income in facts.incomes if income.member in refs and is_counted_income(income))
    owned = owned_by(counted, facts.financial_assets)

    tekun = tuple(m for m in counted if is_tekun(m, own_income(m.ref, incomes), owned[m.ref], as_of, law))
    awards = tuple(_award(AwardFacts(Scheme.TEKUN, law.area, as_of, (_lasting(m, on_tekun=True),)), law) for m in tekun)
    people = tuple(_lasting(member) for member in counted if member not in tekun)
    if not people:
        return Outcome(found(Category.TEKUN), awards=awards)

    income = _income_of(people, incomes, facts)
    per_capita = per_capita_monthly(income, len(people))
    fits = are_financial_assets_within(sum(owned[p.ref] for p in people), len(people), law.standard, law.asset_months)
    excluded = do_other_assets_exclude(facts.other_assets)
    within = fits and not excluded
    category = category_by_income(income, len(people), facts.expenses, law) if within else Category.NONE
    awards += _household_awards(category, AwardFacts(Scheme.DIBAO, law.area, as_of, people, income), facts, law)
    return Outcome(found(category), per_capita=per_capita, awards=awards)


def _household_awards(category: Category, dibao: AwardFacts, facts: CaseFacts, law: InForce) -> tuple[Award, ...]:
    """What the household's category brings: 低保; or 渐退; or 单人户; or nothing."""
    if category is Category.DIBAO:
        return (_award(dibao, law),)
    if category is not Category.LOW_INCOME:
        return ()
    first = dibao.first_month
    if facts.current is not None and (plan := phase_out_of(facts.current, dibao.people, first, law)):
        award = replace(
            dibao,
            scheme=Scheme.DIBAO_PHASE_OUT,
            base=plan.base,
            phase_out_from=plan.start,
            phase_out_months=plan.months,
        )
        schedule = phase_out_schedule(plan, first, law)
        parts = (Part(PartKind.PHASE_OUT, schedule[0][1]),)
        granted(award.scheme, award.refs, first, parts)
        return (Award(award, parts, schedule),)
    alone = [person for person in dibao.people if single_person_ground(person)]
    return tuple(_award(replace(dibao, scheme=Scheme.DIBAO_SINGLE, people=(person,)), law) for person in alone)


def _award(facts: AwardFacts, law: InForce) -> Award:
    """The award with the amounts of its first month, under the parameters of the day of decision (57号第21条).

    The amounts are made in `due.parts_due`, which asks `dibao`, `single_person`, `tekun` or `phase_out` by scheme.
    """
    parts = parts_due(facts, facts.first_month, Month.of(facts.decided_on).last(), law)
    granted(facts.scheme, facts.refs, facts.first_month, parts)
    return Award(facts, parts)


def _income_of(people: tuple[Member, ...], incomes: tuple[Income, ...], facts: CaseFacts) -> Fen:
    refs = {person.ref for person in people}
    deductions = sum(deducted(deduction) for deduction in facts.deductions)
    return household_income(sum(income.amount for income in incomes if income.member in refs), deductions)


def _lasting(member: Member, *, on_tekun: bool = False) -> Member:
    """The member as a running award remembers them: supporters are looked at in decisions only."""
    return replace(member, obligors=None, was_tekun=on_tekun)


@clause("57号第21条", "{scheme}（{refs}）自{first:month}起每月 {result:yuan} 元", gives="yuan")
def granted(scheme: Scheme, refs: tuple[str, ...], first: Month, parts: tuple[Part, ...]) -> Fen:
    """待遇自决定的次月起按月发放，总额为各项之和。"""
    return sum(part.amount for part in parts)


@clause("57号第10条", "{result}")
def unknown_facts(facts: CaseFacts) -> tuple[Unknown, ...]:
    """情况不明的先补齐，不作决定，也不视为不符合。"""
    return tuple(unknown for unknown in Unknown if getattr(facts, unknown.value) is None)


@clause("§3", "{area}每人每月 {standard:yuan} 元，依据：{source}", gives="yuan", uses=("dibao_standard",))
def standard_in_force(area: AreaKind, standard: Exact, source: str) -> Exact:
    """按决定之日执行的低保标准计算。"""
    return standard


@clause("§1", "{result}")
def found(category: Category) -> Category:
    """认定结果。"""
    return category

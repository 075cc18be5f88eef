"""What the household is, after 特困 persons are taken out (§1, §2), in this order: 低保, 低收入, 支出型, none."""

from collections.abc import Iterable

from apps.core.money import Fen

from .clause import clause
from .enums import Category, ExpenseKind
from .exact import Exact
from .facts import Expense
from .standards import InForce

_NECESSARY = (ExpenseKind.MEDICAL, ExpenseKind.EDUCATION, ExpenseKind.CARE)


@clause("§2", "{result}")
def category_by_income(income: Fen, people: int, expenses: tuple[Expense, ...], law: InForce) -> Category:
    """财产符合规定的家庭按收入依次认定为低保、低收入、支出型或者都不是。

    The order gives the lower bounds: 低收入 is reached only at the standard or above it (§1-2), 支出型 only at the
    ceiling or above it (§1-3). The property was looked at before, in `decide._decide` (§4).
    """
    if is_below_standard(income, people, law.standard):
        return Category.DIBAO
    if is_below_ceiling(income, people, law.standard, law.low_income_ceiling):
        return Category.LOW_INCOME
    if is_below_disposable(income, people, law.annual_disposable_income) and is_poor_after_expenses(
        income, necessary_expenses(expenses), people, law.standard
    ):
        return Category.EXPENDITURE
    return Category.NONE


@clause(
    "§2",
    "收入 {income:yuan} 元，标准 {standard:yuan} 元 × 12 × {people} 人，低于：{result}",
    uses=("dibao_standard",),
)
def is_below_standard(income: Fen, people: int, standard: Exact) -> bool:
    """家庭收入低于低保标准的属于低保，正好等于标准的不是。"""
    return income < 12 * standard * people


@clause(
    "§1",
    "收入 {income:yuan} 元，{ceiling} × 标准 {standard:yuan} 元 × 12 × {people} 人，低于：{result}",
    uses=("dibao_standard", "low_income_ceiling"),
)
def is_below_ceiling(income: Fen, people: int, standard: Exact, ceiling: Exact) -> bool:
    """家庭收入达到标准而不足两倍标准的属于低收入。"""
    return income < ceiling * 12 * standard * people


@clause(
    "§1",
    "收入 {income:yuan} 元，人均可支配收入 {disposable:yuan} 元 × {people} 人，低于：{result}",
    uses=("disposable_income",),
)
def is_below_disposable(income: Fen, people: int, disposable: Exact) -> bool:
    """支出型家庭的收入须低于上年度居民人均可支配收入。"""
    return income < disposable * people


def necessary_expenses(expenses: Iterable[Expense]) -> Fen:
    """Sum of the expenses that §1 names, in fen."""
    return sum(expense.amount for expense in expenses if is_necessary(expense))


@clause("§1", "{expense.kind} {expense.amount:yuan} 元，扣减：{result}")
def is_necessary(expense: Expense) -> bool:
    """基本医疗、基本教育和基本照护支出可以从收入中扣减。"""
    return expense.kind in _NECESSARY


@clause(
    "§1",
    "{income:yuan} 元 − {expenses:yuan} 元，标准 {standard:yuan} 元 × 12 × {people} 人，低于：{result}",
    uses=("dibao_standard",),
)
def is_poor_after_expenses(income: Fen, expenses: Fen, people: int, standard: Exact) -> bool:
    """扣减必需支出后低于低保标准的家庭属于支出型困难家庭，认定有效十二个月。"""
    return income - expenses < 12 * standard * people

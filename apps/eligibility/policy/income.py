"""The counted income of the twelve whole months before the application month (57号第13条)."""

from collections.abc import Iterable

from apps.core.money import Fen

from .clause import clause
from .enums import IncomeKind
from .exact import rounded
from .facts import Deduction, Income

COUNTED_KINDS = frozenset(
    {
        IncomeKind.WAGE,
        IncomeKind.BUSINESS,
        IncomeKind.PROPERTY,
        IncomeKind.TRANSFER,
        IncomeKind.SOCIAL_INSURANCE,
        IncomeKind.OTHER,
    }
)


@clause("57号第13条", "{income.member} 的{income.kind} {income.amount:yuan} 元，计入：{result}")
def is_counted_income(income: Income) -> bool:
    """劳动、经营、财产、转移等收入计入，优抚、奖励、救助和基础养老金等不计入。"""
    if income.kind is IncomeKind.OLD_AGE_ALLOWANCE:
        return not is_old_age_allowance(income)
    return income.kind in COUNTED_KINDS


@clause("57号第13条", "{income.member} 的高龄津贴 {income.amount:yuan} 元", pending=True, quiet=True)
def is_old_age_allowance(income: Income) -> bool:
    """高龄津贴暂按不计入收入办理。"""
    return income.kind is IncomeKind.OLD_AGE_ALLOWANCE


@clause("57号第13条", "{deduction.kind} {deduction.amount:yuan} 元，理由：{deduction.ground}", gives="yuan")
def deducted(deduction: Deduction) -> Fen:
    """经认可的就业成本和因残疾、重病增加的支出逐项从家庭收入中扣减。"""
    return deduction.amount


@clause("57号第13条", "{counted:yuan} 元 − 扣减 {deductions:yuan} 元，不低于零 = {result:yuan} 元", gives="yuan")
def household_income(counted: Fen, deductions: Fen) -> Fen:
    """家庭十二个月收入为计入的各项收入之和减去扣减。"""
    return max(0, counted - deductions)


@clause(
    "57号第13条", "{income:yuan} 元 ÷ 12 个月 ÷ {people} 人 = {result:yuan} 元（供对照，判定按全家合计）", gives="yuan"
)
def per_capita_monthly(income: Fen, people: int) -> Fen:
    """人均月收入由家庭十二个月收入按月按人平均。"""
    return rounded(income, 12 * people)


def own_income(ref: str, incomes: Iterable[Income]) -> Fen:
    """What counts as one person's own income in judging 特困: social insurance left out (43号第6条)."""
    return sum(i.amount for i in incomes if i.member == ref and i.kind is not IncomeKind.SOCIAL_INSURANCE)

"""What a decision does, in the words of the letter and of the page where it is signed."""

from collections.abc import Iterator, Mapping
from typing import Any

from apps.awards.models.recognition import RECOGNISED
from apps.core.money import fen, format_yuan
from apps.core.month import Month
from apps.eligibility.policy.enums import Category, Scheme
from apps.households.models import AccountState, Household

Json = Mapping[str, Any]


def award_sentence(award: Json) -> str:
    """One award of an answer: since when, what, how much; a 渐退 with all its steps."""
    first, what = Month.parse(award["from"]).label(), Scheme(award["scheme"]).label
    whose = f"（{'、'.join(award['members'])}）" if award["scheme"] in (Scheme.TEKUN, Scheme.DIBAO_SINGLE) else ""
    if "schedule" not in award:
        return f"自{first}起，按月发给{what}待遇{whose}人民币 {_yuan(award['monthly'])} 元。"
    return f"自{first}起，按月发给{what}待遇：{'，'.join(_steps(award))}，期满停发。"


def recognised_as(category: str) -> str:
    """The recognition by its full name: 低收入家庭, 支出型困难家庭; empty for other categories."""
    return {Category.LOW_INCOME: "低收入家庭", Category.EXPENDITURE: "支出型困难家庭"}.get(Category(category), "")


def recognition_sentence(category: str) -> str:
    """What the family is recognised as; nothing for other categories."""
    if category not in RECOGNISED:
        return ""
    lasts = "，自决定之日起十二个月内有效" if category == Category.EXPENDITURE else ""
    return f"认定您家为{recognised_as(category)}{lasts}，可以按规定申请医疗、教育、住房、就业等专项救助。"


def account_sentence(household: Household) -> str:
    """Where the money of a confirmed case will go."""
    known = {account.state: account for account in household.accounts.select_related("holder")}
    if account := known.get(AccountState.PROPOSED):
        said = "同时核准收款账户"
    elif account := known.get(AccountState.APPROVED):
        said = "仍发到收款账户"
    else:
        return "还没有收款账户：登记并核准之前不能发放。"
    return f"{said}：{account.holder.name}，{account.bank_name}，尾号 {account.number_mask[-4:]}。"


def _steps(award: Json) -> Iterator[str]:
    """2024年7月至2025年6月每月 995.25 元, one for each rate."""
    rows = award["schedule"]
    begins = [Month.parse(row["from"]) for row in rows]
    ends = [*(month - 1 for month in begins[1:]), Month.parse(award["until"])]
    for row, first, last in zip(rows, begins, ends, strict=True):
        yield f"{first.label()}至{last.label()}每月人民币 {_yuan(row['monthly'])} 元"


def _yuan(text: str) -> str:
    return format_yuan(fen(text))

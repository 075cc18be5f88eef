"""What a decision letter says the family is paid."""

from collections.abc import Iterator, Mapping
from typing import Any

from apps.core.money import fen, format_yuan
from apps.core.month import Month
from apps.eligibility.policy.enums import Scheme

Json = Mapping[str, Any]


def award_sentence(award: Json) -> str:
    """One award of an answer: since when, what, how much; a 渐退 with all its steps."""
    first, what = Month.parse(award["from"]).label(), Scheme(award["scheme"]).label
    whose = f"（{'、'.join(award['members'])}）" if award["scheme"] in (Scheme.TEKUN, Scheme.DIBAO_SINGLE) else ""
    if "schedule" not in award:
        return f"自{first}起，按月发给{what}待遇{whose}人民币 {_yuan(award['monthly'])} 元。"
    return f"自{first}起，按月发给{what}待遇：{'，'.join(_steps(award))}，期满停发。"


def _steps(award: Json) -> Iterator[str]:
    """2024年7月至2025年6月每月 995.25 元, one for each rate."""
    rows = award["schedule"]
    begins = [Month.parse(row["from"]) for row in rows]
    ends = [*(month - 1 for month in begins[1:]), Month.parse(award["until"])]
    for row, first, last in zip(rows, begins, ends, strict=True):
        yield f"{first.label()}至{last.label()}每月人民币 {_yuan(row['monthly'])} 元"


def _yuan(text: str) -> str:
    return format_yuan(fen(text))

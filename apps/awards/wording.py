"""How decisions and changes are said."""

from collections.abc import Sequence

from apps.awards.enums import DecisionKind
from apps.core.money import format_yuan
from apps.core.month import Month
from apps.eligibility.policy.due import amount_due
from apps.eligibility.policy.enums import Category
from apps.eligibility.policy.facts import AwardFacts
from apps.eligibility.policy.standards import Law


def sentence_of(kind: DecisionKind, effective: Month, awards: Sequence[AwardFacts], category: str) -> str:
    """The decision in one sentence."""
    if not awards:
        found = Category(category).label
        if kind == DecisionKind.STOP:
            return f"自{effective.label()}起停发原待遇（认定结果：{found}）。"
        return f"认定结果：{found}，不发放月度待遇。"
    said = "；".join(_award(award, effective) for award in awards)
    lead = {
        DecisionKind.START: "发放",
        DecisionKind.CHANGE: "调整为",
        DecisionKind.PHASE_OUT: "转入渐退",
        DecisionKind.KEEP: "继续发放",
    }[kind]
    return f"自{effective.label()}起{lead}：{said}。"


def _award(award: AwardFacts, month: Month) -> str:
    monthly = format_yuan(amount_due(award, month, Law.shipped()).total)
    until = f"，至{award.last_month.label()}止" if award.last_month else ""
    return f"{award.scheme.label}{len(award.people)}人，每月{monthly}元{until}"

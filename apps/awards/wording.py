"""How decisions and changes are said."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from apps.awards.enums import Change, DecisionKind
from apps.awards.models import CalcLine
from apps.core.money import fen, format_yuan
from apps.core.month import Month, months
from apps.eligibility.policy.due import amount_due
from apps.eligibility.policy.enums import Category, PartKind
from apps.eligibility.policy.facts import AwardFacts
from apps.eligibility.policy.standards import Law


def sentence_of(kind: DecisionKind, effective: Month, awards: Sequence[AwardFacts], category: str, law: Law) -> str:
    """The decision in one sentence."""
    if not awards:
        found = Category(category).label
        if kind == DecisionKind.STOP:
            return f"自{effective.label()}起停发原待遇（认定结果：{found}）。"
        if kind == DecisionKind.RECOGNISE:
            return f"认定为{found}家庭，不发放月度待遇。"
        return f"认定结果：{found}，不发放月度待遇。"
    said = "；".join(_award(award, effective, law) for award in awards)
    lead = {
        DecisionKind.START: "发放",
        DecisionKind.CHANGE: "调整为",
        DecisionKind.PHASE_OUT: "转入渐退",
        DecisionKind.KEEP: "继续发放",
        DecisionKind.RESUME: "恢复发放",
    }[kind]
    return f"自{effective.label()}起{lead}：{said}。"


def _award(award: AwardFacts, month: Month, law: Law) -> str:
    until = f"，至{award.last_month.label()}止" if award.last_month else ""
    return f"{award.scheme.label}{len(award.people)}人，{_amounts(award, month, law)}{until}"


def _amounts(award: AwardFacts, month: Month, law: Law) -> str:
    """每月1,355.00元; of a 渐退 that falls: 前12个月每月1,016.25元，之后每月677.50元."""
    paid = [amount_due(award, one, law).total for one in months(month, award.last_month or month)]
    steps = [(amount, sum(1 for _ in alike)) for amount, alike in groupby(paid)]
    if len(steps) == 1:
        return f"每月{format_yuan(paid[0])}元"
    *earlier, (last, _) = steps
    said = [f"{'之后' if n else '前'}{count}个月每月{format_yuan(one)}元" for n, (one, count) in enumerate(earlier)]
    return "，".join([*said, f"之后每月{format_yuan(last)}元"])


Part = Mapping[str, Any]
BY_DECISION = frozenset({Change.NEW, Change.UP, Change.DOWN, Change.PHASE_OUT})


def part_text(part: Part, names: Mapping[int, str]) -> str:
    """重残增发 330.00（钱二）."""
    whose = f"（{names.get(int(part['member']), '')}）" if part.get("member") else ""
    return f"{PartKind(part['kind']).label}{whose}"


def amount_text(part: Part) -> str:
    """1,330.00."""
    return format_yuan(fen(str(part["amount"])))


def difference(before: Sequence[Part], now: Sequence[Part], names: Mapping[int, str]) -> str:
    """Which parts came, went or moved: 差额 200.00→210.00，减：未成年增发（赵小）275.00."""
    old = {part_text(part, names): amount_text(part) for part in before}
    new = {part_text(part, names): amount_text(part) for part in now}
    moved = [f"{what} {old[what]}→{new[what]}" for what in new if what in old and old[what] != new[what]]
    gone = [f"减：{what} {old[what]}" for what in old if what not in new]
    come = [f"增：{what} {new[what]}" for what in new if what not in old]
    return "；".join(moved + gone + come)


def why_changed(line: CalcLine, before: Sequence[Part], names: Mapping[int, str]) -> str:
    """Why a line differs from the month before: the decision, or the parts that moved by themselves."""
    if line.change in BY_DECISION:
        return as_decided(line)
    return difference(before, line.parts, names)


def as_decided(line: CalcLine) -> str:
    """The decision, and beside it what the month has it come to where a standard or a birthday moved it since."""
    sentence, amount = line.award.decision.sentence, f"每月{format_yuan(line.amount_fen)}元"
    if amount in sentence:
        return sentence
    since = f"决定之后标准或年龄有变，{Month.of(line.month).label()}起{amount}。"
    return f"{sentence}{since}"


def why_stopped(line: CalcLine) -> str:
    """Why a unit of last month has no line now."""
    ended = line.award.ended_by
    return ended.sentence if ended else "渐退期满，自然终止。"

"""What the rules say of a family of the file, beside what the old register pays it."""

from collections.abc import Iterator
from dataclasses import dataclass

from apps.awards.actions.decisions import OF_ONE_PERSON
from apps.core.money import format_yuan
from apps.core.month import Month
from apps.eligibility.contract import read_case
from apps.eligibility.contract_shapes import BadInput
from apps.eligibility.policy.decide import decide
from apps.eligibility.policy.due import amount_due
from apps.eligibility.policy.enums import Scheme
from apps.eligibility.policy.facts import AwardFacts
from apps.eligibility.policy.outcome import Outcome
from apps.eligibility.policy.standards import Law, NoParameterInForce
from apps.takeover.register.entry import Entry
from apps.takeover.register.granted import request_for, terms_of

Unit = str | None


class NothingToPay(ValueError):
    """A grant that pays nothing in the first month; its number among the family's, and why."""

    def __init__(self, grant: int, says: str) -> None:
        self.grant = grant
        super().__init__(says)


@dataclass(frozen=True)
class Judged:
    """The awards of a family as the register has them, their first month's amounts, and where the rules differ.

    ``differences``: number of the grant, and what is another.
    """

    terms: list[AwardFacts]
    amounts: list[int]
    differences: list[tuple[int, str]]


def judge(entry: Entry, law: Law) -> Judged:
    """NothingToPay where a grant cannot be taken over at all."""
    _refuse_months_nobody_grants(entry, law)
    try:
        facts = read_case(request_for(entry), law)
        outcome = decide(facts, entry.decided_on, law, explain=False)
        terms = terms_of(entry, facts)
        amounts = [_amount(number, award, entry.effective, law) for number, award in enumerate(terms)]
    except NoParameterInForce as error:
        raise NothingToPay(0, f"决定之日的政策参数不全：{error}") from error
    except BadInput as error:
        raise NothingToPay(0, f"规则不能判断这一户：{error.message}。") from error
    return Judged(terms, amounts, list(_differences(terms, amounts, outcome, entry.effective, law)))


def _refuse_months_nobody_grants(entry: Entry, law: Law) -> None:
    granted = sorted({int(row.value or 0) for row in law.rows if row.parameter == "phase_out_months"})
    for number, grant in enumerate(entry.grants):
        if grant.phase_out_months not in (None, *granted):
            says = f"没有准予 {grant.phase_out_months} 个月的渐退：应为{'或'.join(map(str, granted))}个月。"
            raise NothingToPay(number, says)


def _amount(number: int, award: AwardFacts, month: Month, law: Law) -> int:
    if not award.people:
        raise NothingToPay(number, "除特困人员外没有计入的成员，不能再有整户待遇。")
    due = amount_due(award, month, law)
    if not due:
        why = "本人既非重残也非重病。" if award.scheme is Scheme.DIBAO_SINGLE else "请核对年龄、日期和月数。"
        raise NothingToPay(number, f"{award.scheme.label}在{month.label()}没有金额：{why}")
    return due.total


def _unit(award: AwardFacts) -> Unit:
    return award.refs[0] if award.scheme in OF_ONE_PERSON else None


def _differences(
    terms: list[AwardFacts], amounts: list[int], outcome: Outcome, month: Month, law: Law
) -> Iterator[tuple[int, str]]:
    by_rules = {_unit(award.facts): award.facts for award in outcome.awards}
    for number, (award, amount) in enumerate(zip(terms, amounts, strict=True)):
        ruled = by_rules.pop(_unit(award), None)
        if ruled is None:
            found = outcome.category.label
            yield number, f"登记册为{award.scheme.label}，按决定之日的规则不应有（认定结果：{found}）。"
        elif ruled.scheme is not award.scheme:
            yield number, f"登记册为{award.scheme.label}，按决定之日的规则为{ruled.scheme.label}。"
        elif ruled.phase_out_months != award.phase_out_months:
            yield number, f"渐退准予 {award.phase_out_months} 个月，按规则为 {ruled.phase_out_months} 个月。"
        elif (due := amount_due(ruled, month, law).total) != amount:
            yield number, f"{month.label()}按登记册 {format_yuan(amount)} 元，按规则 {format_yuan(due)} 元。"
    for ruled in by_rules.values():
        # 单人户 never begins by itself: who is not on it has not been decided on.
        if ruled.scheme is not Scheme.DIBAO_SINGLE:
            yield 0, f"按决定之日的规则，这一户还应有{ruled.scheme.label}，登记册没有。"

"""边填边算: what the rules would say of what is filled in so far."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.applications.forms.intake.draft import Draft, Gap
from apps.applications.models import Application, Applied
from apps.awards.actions import current_of
from apps.core.money import format_yuan
from apps.core.month import Month
from apps.eligibility.actions import preview
from apps.eligibility.policy.enums import Category, PartKind, Scheme
from apps.eligibility.policy.outcome import Outcome
from apps.households.family import Family

_GIVES = {
    Scheme.TEKUN: Applied.TEKUN,
    Scheme.DIBAO: Applied.DIBAO,
    Scheme.DIBAO_PHASE_OUT: Applied.DIBAO,
    Scheme.DIBAO_SINGLE: Applied.DIBAO_SINGLE,
}
_RECOGNISED = {Category.LOW_INCOME: Applied.LOW_INCOME, Category.EXPENDITURE: Applied.EXPENDITURE}
_CARE = {PartKind.CARE_SELF, PartKind.CARE_PARTIAL, PartKind.CARE_FULL}


@dataclass(frozen=True)
class Precheck:
    """The panel beside the form; nothing of it is kept."""

    gaps: tuple[Gap, ...]
    outcome: Outcome | None = None
    why_not: str = ""
    assumed: tuple[str, ...] = ()
    applied: Applied = Applied.DIBAO
    notes: tuple[str, ...] = ()

    @property
    def fits(self) -> list[Applied]:
        """What this family would be given, in the words of the opening form."""
        if self.outcome is None:
            return []
        found = [_GIVES[award.scheme] for award in self.outcome.awards]
        if self.outcome.category in _RECOGNISED:
            found.append(_RECOGNISED[self.outcome.category])
        return list(dict.fromkeys(found))

    @property
    def better(self) -> str:
        """What fits better than what was asked for."""
        if not self.fits or self.applied in self.fits:
            return ""
        return "、".join(each.label for each in self.fits)

    @property
    def likely(self) -> str:
        """What the family probably is."""
        if self.outcome is None:
            return ""
        schemes = "、".join(dict.fromkeys(award.scheme.label for award in self.outcome.awards))
        return schemes or self.outcome.category.label

    @property
    def hopeful(self) -> bool:
        """Whether anything at all would be granted or recognised."""
        return self.outcome is not None and self.outcome.category is not Category.NONE

    @property
    def total(self) -> int | None:
        """Fen a month of all benefits; None without any."""
        if self.outcome is None or not self.outcome.awards:
            return None
        return sum(award.monthly for award in self.outcome.awards)

    @property
    def made_of(self) -> str:
        """差额 750.00 + 未成年增发 275.00: the parts by kind."""
        sums: dict[str, int] = {}
        for award in self.outcome.awards if self.outcome else ():
            for part in award.parts:
                sums[part.kind.label] = sums.get(part.kind.label, 0) + part.amount
        return " + ".join(f"{label} {format_yuan(amount)}" for label, amount in sums.items())


def precheck(draft: Draft, case: Application) -> Precheck:
    """Ask the rules about the rows that are complete; property not answered yet is taken as none, and said to be."""
    gaps = tuple(draft.gaps())
    family = draft.family(assume_nothing_owned=True)
    if family is None:
        return Precheck(gaps, why_not="选好村（社区），填好户主的身份证号和姓名，就开始测算。")
    if family.incomes is None:
        return Precheck(gaps, why_not="收入还没有填，先不估算。没有收入请点“没有”。")
    known = draft.family() or family
    asked = {"金融资产": known.financial_assets, "车辆、房产": known.other_assets}
    assumed = tuple(label for label, answer in asked.items() if answer is None)
    outcome = preview(family, as_of=draft.setting.on, current=_current(case, family, draft))
    notes = (*_unassessed(outcome), *_not_looked_into(family, draft))
    return Precheck(gaps, outcome, assumed=assumed, applied=draft.setting.scheme, notes=notes)


def _unassessed(outcome: Outcome) -> list[str]:
    """特困 persons whose self-care nobody assessed: their care part is missing, not nothing."""
    return [
        f"{award.facts.refs[0]}的自理能力还没有评估，金额暂不含照料护理费。"
        for award in outcome.awards
        if award.scheme is Scheme.TEKUN and not any(part.kind in _CARE for part in award.parts)
    ]


def _not_looked_into(family: Family, draft: Draft) -> list[str]:
    open_ones = {care.label for care in draft.cares if not care.typed.get("answer")}
    return [
        f"{member.name}可能符合特困，法定义务人没有查清之前不作特困评估。"
        for member in family.members
        if member.obligors is None and member.name in open_ones
    ]


def _current(case: Application, family: Family, draft: Draft) -> Any:
    if case.household is None:
        return None
    names: Mapping[int, str] = {
        member.person_id: name
        for member, name in zip(family.members, family.names(), strict=True)
        if member.person_id is not None
    }
    return current_of(case.household, Month.of(draft.setting.on), names=names)

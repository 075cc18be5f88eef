"""边填边算: what the rules would say of what is filled in so far."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.applications.forms.intake.draft import Draft, Gap
from apps.applications.models import Application
from apps.awards.actions import current_of
from apps.core.money import format_yuan
from apps.core.month import Month
from apps.eligibility.actions import preview
from apps.eligibility.policy.enums import Category
from apps.eligibility.policy.outcome import Outcome
from apps.households.family import Family


@dataclass(frozen=True)
class Precheck:
    """The panel beside the form; nothing of it is kept."""

    gaps: tuple[Gap, ...]
    outcome: Outcome | None = None
    why_not: str = ""
    assumed: tuple[str, ...] = ()

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
    return Precheck(gaps, outcome, assumed=assumed)


def _current(case: Application, family: Family, draft: Draft) -> Any:
    if case.household is None:
        return None
    names: Mapping[int, str] = {
        member.person_id: name
        for member, name in zip(family.members, family.names(), strict=True)
        if member.person_id is not None
    }
    return current_of(case.household, Month.of(draft.setting.on), names=names)

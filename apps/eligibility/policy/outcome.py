"""The answer of the rules: category, awards, and the steps that led there; written out as the data contract has it."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from apps.core.money import Fen, plain_yuan
from apps.core.month import Month

from .enums import Category, Scheme
from .facts import AwardFacts, Part


class Step(NamedTuple):
    """One provision as it was applied; pending when its reading awaits confirmation by the bureau."""

    clause: str
    rule: str
    says: str
    result: str
    pending: bool = False

    def to_json(self) -> dict[str, Any]:
        """The step as the contract writes it."""
        step = {"clause": self.clause, "rule": self.rule, "says": self.says, "result": self.result}
        return {**step, "pending": True} if self.pending else step


@dataclass(frozen=True, slots=True)
class Award:
    """A monthly benefit the decision grants: amounts of its first month, and the facts later months follow from."""

    facts: AwardFacts
    parts: tuple[Part, ...]
    schedule: tuple[tuple[Month, Fen], ...] = ()

    @property
    def scheme(self) -> Scheme:
        """Which benefit."""
        return self.facts.scheme

    @property
    def monthly(self) -> Fen:
        """Fen due for the first month."""
        return sum(part.amount for part in self.parts)

    def to_json(self) -> dict[str, Any]:
        """The award as the contract writes it."""
        answer: dict[str, Any] = {
            "scheme": self.scheme.value,
            "members": list(self.facts.refs),
            "monthly": plain_yuan(self.monthly),
            "from": str(self.facts.first_month),
        }
        if self.schedule:
            answer["until"] = str(self.facts.last_month)
            answer["schedule"] = [{"from": str(month), "monthly": plain_yuan(due)} for month, due in self.schedule]
        answer["parts"] = parts_to_json(self.parts)
        return answer


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the policy says about one household on one day; per_capita is monthly, in fen, for showing only."""

    category: Category
    missing: tuple[str, ...] = ()
    per_capita: Fen | None = None
    awards: tuple[Award, ...] = ()
    steps: tuple[Step, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The answer of the contract, without the caller's label."""
        answer: dict[str, Any] = {}
        if self.per_capita is not None:
            answer["per_capita_monthly_income"] = plain_yuan(self.per_capita)
        answer["category"] = self.category.value
        if self.missing:
            answer["missing"] = list(self.missing)
        answer["awards"] = [award.to_json() for award in self.awards]
        answer["steps"] = [step.to_json() for step in self.steps]
        return answer


@dataclass(frozen=True, slots=True)
class Due:
    """What an award is due for one month; no parts when it is not in payment that month."""

    parts: tuple[Part, ...] = ()

    @property
    def total(self) -> Fen:
        """Sum of the parts, in fen."""
        return sum(part.amount for part in self.parts)

    def __bool__(self) -> bool:
        return bool(self.parts)


NOTHING_DUE = Due()


def parts_to_json(parts: tuple[Part, ...]) -> list[dict[str, str]]:
    """Parts as the contract writes them."""
    return [
        {"kind": part.kind.value, **({"member": part.member} if part.member else {}), "amount": plain_yuan(part.amount)}
        for part in parts
    ]

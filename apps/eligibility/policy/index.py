"""综合量化评审 (§4): how hard a family's situation is, in points; advice beside the rules' result, never instead of it.

    index_of(facts, as_of, law) -> Index | None

Weights and bands are dated tables in `index_tables/`, all of them 待民政局确认; the parameter `assessment_index`
switches the index on (any value) and is shipped switched off. Nothing that decides an award reads this module.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from apps.core.money import Fen, round_half_up

from .ages import age_on
from .categories import necessary_expenses
from .clause import applying
from .disability import is_severe, takes_labour_capacity
from .exact import Exact
from .facts import CaseFacts, Member
from .household import ADULT, counted_members
from .income import deducted, household_income, is_counted_income
from .property import do_other_assets_exclude, owned_by
from .standards import InForce, Law, NoParameterInForce, documents

PARAMETER = "assessment_index"
_OLD = 60
_TABLES = Path(__file__).parent / "index_tables"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator: what was measured, the points of its band (0–100, higher is harder), its weight of 100."""

    key: str
    label: str
    measured: str
    measure: Fraction
    points: int
    weight: int
    help: str = ""

    @property
    def weighted(self) -> Fraction:
        """What it adds to the score."""
        return Fraction(self.points * self.weight, 100)


@dataclass(frozen=True, slots=True)
class Index:
    """The score (0–100) with its breakdown, and the help it suggests to look at."""

    score: Fraction
    level: str
    indicators: tuple[Indicator, ...]
    suggests: tuple[str, ...]
    source: str
    pending: bool

    def to_json(self) -> dict[str, Any]:
        """The index for pages and interfaces: points as text with one decimal."""
        return {
            "score": tenths(self.score),
            "level": self.level,
            "indicators": [
                {
                    "label": indicator.label,
                    "measured": indicator.measured,
                    "measure": hundredths(indicator.measure),
                    "points": indicator.points,
                    "weight": indicator.weight,
                    "weighted": tenths(indicator.weighted),
                }
                for indicator in self.indicators
            ],
            "suggests": list(self.suggests),
            "source": self.source,
            "pending": self.pending,
        }


def index_of(facts: CaseFacts, as_of: dt.date, law: Law) -> Index | None:
    """The index of a household on a day (§4); None when switched off, facts are unknown, or nobody is counted."""
    if not is_switched_on(as_of, law) or facts.members is None:
        return None
    if facts.incomes is None or facts.financial_assets is None or facts.other_assets is None:
        return None
    table = table_on(as_of)
    measures = applying(as_of, measures_of, facts, as_of, law.on(as_of, facts.area))
    return scored(measures, table) if measures and table else None


def is_switched_on(as_of: dt.date, law: Law) -> bool:
    """Whether the bureau has switched the index on for that day; a law that does not know it has not."""
    try:
        return law.row(PARAMETER, as_of).value is not None
    except NoParameterInForce:
        return False


def measures_of(facts: CaseFacts, as_of: dt.date, law: InForce) -> dict[str, Fraction]:
    """What is measured for each indicator, exactly; empty when nobody is counted. Money in fen, twelve months."""
    people = counted_members(facts.members or (), as_of)
    if not people:
        return {}
    year = 12 * law.standard * len(people)
    refs = {person.ref for person in people}
    counted = sum(i.amount for i in facts.incomes or () if i.member in refs and is_counted_income(i))
    income = household_income(counted, sum(deducted(deduction) for deduction in facts.deductions))
    return {
        "income": _ratio(income, year),
        "property": _property(facts, people, law),
        "structure": _share(people, lambda p: not ADULT <= age_on(p.birth_date, as_of) < _OLD),
        "health": Fraction(sum(_burden(person) for person in people), 2 * len(people)),
        "labour": _share(people, lambda p: can_work(p, age_on(p.birth_date, as_of))),
        "spending": _ratio(necessary_expenses(facts.expenses), year),
    }


def can_work(person: Member, age: int) -> bool:
    """Of working age, not at school, neither seriously ill nor without labour capacity by certificate."""
    hindered = person.serious_illness or takes_labour_capacity(person.disability) or is_severe(person.disability)
    return ADULT <= age < _OLD and person.full_time_student is None and not hindered


def scored(measures: dict[str, Fraction], table: dict[str, Any]) -> Index:
    """The measures weighed by a table."""
    indicators = tuple(_indicator(written, measures[written["key"]]) for written in table["indicators"])
    score = sum((indicator.weighted for indicator in indicators), Fraction(0))
    level = next(level for level in table["levels"] if score >= level["at_least"])
    suggests = (level["help"], *(indicator.help for indicator in indicators if indicator.help))
    return Index(score, level["label"], indicators, suggests, table["source"], not table["confirmed"])


@cache
def table_on(day: dt.date) -> dict[str, Any] | None:
    """The weights and bands in force on a day; None before the first."""
    begun = [table for table in documents(_TABLES) if table["from"] <= day]
    return max(begun, key=lambda table: table["from"], default=None)


def tenths(points: Fraction) -> str:
    """Points with one decimal, half up."""
    whole, tenth = divmod(round_half_up(points * 10), 10)
    return f"{whole}.{tenth}"


def hundredths(measure: Fraction) -> str:
    """A ratio with two decimals, half up."""
    whole, cents = divmod(round_half_up(measure * 100), 100)
    return f"{whole}.{cents:02d}"


def _indicator(written: dict[str, Any], measure: Fraction) -> Indicator:
    band = next(b for b in written["bands"] if "to" not in b or measure <= Fraction(b["to"]))
    points, hint = band["points"], written.get("suggests", {})
    apt = bool(hint) and hint.get("at_least", 0) <= points <= hint.get("at_most", 100)
    return Indicator(
        written["key"],
        written["label"],
        written["measure"],
        measure,
        points,
        written["weight"],
        hint["help"] if apt else "",
    )


def _property(facts: CaseFacts, people: tuple[Member, ...], law: InForce) -> Fraction:
    limit = law.asset_months * law.standard * len(people)
    owned = _ratio(sum(owned_by(people, facts.financial_assets or ()).values()), limit)
    over = do_other_assets_exclude(facts.other_assets or ())
    return max(owned, Fraction(2)) if over else owned


def _burden(person: Member) -> int:
    if is_severe(person.disability) or person.serious_illness:
        return 2
    return 1 if person.disability is not None else 0


def _share(people: tuple[Member, ...], holds: Callable[[Member], bool]) -> Fraction:
    return Fraction(sum(holds(person) for person in people), len(people))


def _ratio(amount: Fen, of: Exact) -> Fraction:
    return Fraction(amount) / of

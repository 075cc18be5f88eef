"""Why a line says what it says: the provisions applied to its award, with the names of the people they speak of."""

from dataclasses import dataclass

from apps.awards.facts import names_of
from apps.awards.models import CalcLine, MonthRun
from apps.awards.terms import facts_of, with_names
from apps.awards.wording import amount_text, as_decided, difference, part_text
from apps.core.month import Month
from apps.eligibility.law import law_of
from apps.eligibility.policy.due import explained
from apps.eligibility.policy.outcome import Step


@dataclass(frozen=True)
class Explained:
    """A line in words: its decision, its steps, its parts, and what moved since the month before."""

    steps: tuple[Step, ...]
    parts: list[tuple[str, str]]
    moved: str
    decided: str


def explained_line(line: CalcLine) -> Explained:
    """The line worked out again under the law of its run, this time telling how."""
    terms, month = line.award.terms, Month.of(line.month)
    before = _line_before(line)
    told = [*line.parts, *(before.parts if before else []), *({"member": one["ref"]} for one in terms["people"])]
    names = names_of({int(part["member"]) for part in told if part.get("member")})
    law = law_of(line.run.law_digest)
    steps = () if law is None else explained(facts_of(with_names(terms, names)), month, law)
    parts = [(part_text(part, names), amount_text(part)) for part in line.parts]
    moved = difference(before.parts, line.parts, names) if before else ""
    return Explained(steps, parts, moved, as_decided(line))


def _line_before(line: CalcLine) -> CalcLine | None:
    previous: MonthRun | None = line.run.previous()
    unit = {"household": line.household_id, "person": line.person_id}
    return None if previous is None else previous.lines.filter(**unit).first()

"""One family's sealed months as they would be entitled with what is known now: law, deaths, what reaches back.

Nothing is decided here. Where an act reaches back (``Backdating``) the rules are asked again for the day on which the
office would have decided; elsewhere the awards stand as they were decided, under the law of each month as it is known
now. The month of a death is paid in full. The base of a 渐退 follows what was due for the month of its decision.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from apps.awards.calculation import due_under
from apps.awards.facts import earlier_phase_out
from apps.awards.models import Award, CalcLine
from apps.awards.terms import facts_of
from apps.core.month import Month
from apps.eligibility.contract import read_case
from apps.eligibility.facts import family_of, request_of
from apps.eligibility.policy.decide import decide
from apps.eligibility.policy.due import current_of
from apps.eligibility.policy.enums import Scheme
from apps.eligibility.policy.facts import AwardFacts, CaseFacts, Part
from apps.eligibility.policy.facts_json import award_to_json, part_from_json
from apps.eligibility.policy.outcome import Due, parts_to_json
from apps.eligibility.policy.standards import Law
from apps.households.models import Declaration
from apps.payments.enums import RecalculationGround as Ground
from apps.payments.models import Backdating

OF_ONE_PERSON = frozenset({Scheme.TEKUN, Scheme.DIBAO_SINGLE})
Person = int | None


@dataclass(frozen=True)
class Entitled:
    """A unit's month as it was entitled: the sealed line, net of confirmed corrections."""

    scheme: str
    amount_fen: int
    parts: list[dict[str, Any]]
    township_id: int


@dataclass(frozen=True)
class Standing:
    """What a unit stands under in a month, and why that is not simply the award as decided."""

    facts: AwardFacts
    ground: Ground = Ground.STANDARD
    award: Award | None = None

    @property
    def person(self) -> Person:
        """The person of a single person's award; None for the household."""
        return int(self.facts.people[0].ref) if self.facts.scheme in OF_ONE_PERSON else None


@dataclass(frozen=True)
class Compared:
    """A unit's month: as it was, as it is due now, and why they differ."""

    person: Person
    month: Month
    ground: Ground
    was: Entitled | None
    scheme: str
    now_fen: int
    now_parts: list[dict[str, Any]] = field(default_factory=list)
    now_terms: dict[str, Any] | None = None

    @property
    def was_fen(self) -> int:
        """Fen entitled so far."""
        return self.was.amount_fen if self.was else 0


@dataclass
class Course:
    """A family's awards and whatever reaches back over them, asked month by month."""

    awards: Sequence[Award]
    backdatings: Sequence[Backdating]
    died: Mapping[int, date]
    law: Law
    sealed: Mapping[tuple[Person, Month], Entitled]
    original: Mapping[tuple[Person, Month], Entitled]
    _reckoned: dict[int, list[Standing]] = field(default_factory=dict)

    def compared(self, months: Iterable[Month]) -> list[Compared]:
        """The units' months that differ, oldest first."""
        return [one for month in months for one in self._of_month(month) if one.was_fen != one.now_fen]

    def _of_month(self, month: Month) -> list[Compared]:
        standing = {one.person: one for one in self.standing(month)}
        was = {person: entitled for (person, at), entitled in self.sealed.items() if at == month}
        units = sorted({*standing, *was}, key=lambda person: person or 0)
        return [self._compared(person, month, standing.get(person), was.get(person)) for person in units]

    def _compared(self, person: Person, month: Month, now: Standing | None, was: Entitled | None) -> Compared:
        due = self._due(now, month) if now else None
        if now is None or due is None or not due.total:
            ground = now.ground if now else self._why_gone(person, month)
            return Compared(person, month, ground, was, was.scheme if was else now.facts.scheme if now else "", 0)
        scheme = was.scheme if was and was.amount_fen > due.total else now.facts.scheme.value
        terms = award_to_json(now.facts)
        return Compared(person, month, now.ground, was, scheme, due.total, list(parts_to_json(due.parts)), terms)

    def _due(self, one: Standing, month: Month) -> Due:
        return due_under(one.award.pk if one.award else 0, award_to_json(one.facts), month, self.law)[1]

    def _why_gone(self, person: Person, month: Month) -> Ground:
        over = self._over(month)
        return Ground(over[-1].ground) if over else Ground.DEATH

    def _over(self, month: Month) -> list[Backdating]:
        return [one for one in self.backdatings if one.since <= month.first() <= one.until]

    def standing(self, month: Month) -> list[Standing]:
        """What the family's units stand under in a month; of the dead only the month of death is left."""
        found = self._decided(month)
        for one in self._over(month):
            found = self._without(one, found, month) if one.ground == Ground.REVOKED else self.reckoned(one)
        return [one for one in found if not self._all_dead(one.facts, month)]

    def _all_dead(self, facts: AwardFacts, month: Month) -> bool:
        return all(self.died.get(int(ref), date.max) < month.first() for ref in facts.refs)

    def _decided(self, month: Month) -> list[Standing]:
        return [self._standing(award) for award in self.awards if _covers(award, month.first())]

    def _standing(self, award: Award, ground: Ground = Ground.STANDARD) -> Standing:
        facts = facts_of(award.terms)
        if not award.is_phase_out:
            return Standing(facts, ground, award)
        base, why = self._base(facts)
        return Standing(replace(facts, base=base), why if base != facts.base else ground, award)

    def _base(self, facts: AwardFacts) -> tuple[tuple[Part, ...], Ground]:
        """What was due for the month of the decision as it is known now, less the parts of those no longer there."""
        month = Month.of(facts.decided_on)
        before = next((one for one in self.standing(month) if one.person is None), None)
        if before is None:
            return facts.base, Ground.STANDARD
        if before.facts.scheme == Scheme.DIBAO_PHASE_OUT:
            changed = before.award is None or before.facts.base != facts_of(before.award.terms).base
            parts = before.facts.base
        else:
            then = self.original.get((None, month))
            parts = self._due(before, month).parts
            changed = then is not None and parts != tuple(map(part_from_json, then.parts))
        kept = tuple(part for part in parts if part.member is None or part.member in facts.refs)
        return (kept, before.ground) if changed and kept else (facts.base, Ground.STANDARD)

    def _without(self, revoked: Backdating, found: list[Standing], month: Month) -> list[Standing]:
        """What the revoked decision began is left out; what it ended goes on."""
        left = [one for one in found if one.award is None or one.award.decision_id != revoked.decision_id]
        if len(left) == len(found):
            return found
        ended = [award for award in self.awards if award.ended_by_id == revoked.decision_id and not award.was_never_due]
        return [*left, *(self._standing(award, Ground.REVOKED) for award in ended)]

    def reckoned(self, back: Backdating) -> list[Standing]:
        """What the rules say of the family for the day on which the office would have decided."""
        if back.pk not in self._reckoned:
            self._reckoned[back.pk] = list(self._decide(back))
        return self._reckoned[back.pk]

    def _decide(self, back: Backdating) -> Iterable[Standing]:
        declaration, day = back.declaration, back.reckoned_on
        if declaration is None or day is None:
            raise TypeError("a backdating other than a revocation has a declaration and a day")
        month = Month.of(day)
        before = [one.facts for one in self.standing(month)]
        facts = case_of(declaration, day, self.law)
        current = current_of(before, month, self.law, earlier_phase_out(back.household, month))
        on_tekun = {ref for one in before if one.scheme is Scheme.TEKUN for ref in one.refs}
        members = tuple(replace(m, was_tekun=m.was_tekun or m.ref in on_tekun) for m in facts.members or ())
        outcome = decide(replace(facts, current=current, members=members), day, self.law, explain=False)
        return [Standing(award.facts, Ground(back.ground)) for award in outcome.awards]


def _covers(award: Award, month: date) -> bool:
    return award.first_month <= month and (award.last_month is None or month <= award.last_month)


def case_of(declaration: Declaration, day: date, law: Law) -> CaseFacts:
    """The facts of a declaration as the rules read them on a day, people named by their ids."""
    family = family_of(declaration)
    request = request_of(family, as_of=day, current=None)
    ids = {name: str(member.person_id) for name, member in zip(family.names(), family.members, strict=True)}
    facts = read_case(request, law)
    return replace(
        facts,
        members=facts.members and tuple(replace(one, ref=ids[one.ref]) for one in facts.members),
        incomes=facts.incomes and tuple(replace(one, member=ids[one.member]) for one in facts.incomes),
        financial_assets=facts.financial_assets
        and tuple(replace(one, member=one.member and ids[one.member]) for one in facts.financial_assets),
    )


def entitled_by(line: CalcLine) -> Entitled:
    """What a sealed line entitled to."""
    return Entitled(line.scheme, line.amount_fen, line.parts, line.township_id)

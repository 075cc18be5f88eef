"""Applying the rules to a family: without trace for the form, kept for a decision."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from apps.accounts.models import User
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.eligibility.contract import read_case
from apps.eligibility.facts import family_of, request_of
from apps.eligibility.law import law_in_force
from apps.eligibility.models import Assessment
from apps.eligibility.policy.decide import decide
from apps.eligibility.policy.digest import policy_digest
from apps.eligibility.policy.index import index_of
from apps.eligibility.policy.outcome import Outcome
from apps.eligibility.policy.standards import Law
from apps.households.family import Family
from apps.households.models import Declaration


def preview(family: Family, *, as_of: date, current: dict[str, Any] | None, law: Law | None = None) -> Outcome:
    """What the rules say of this family that day; nothing is kept. ``law``: read once where many families are asked."""
    return _answer(request_of(family, as_of=as_of, current=current), as_of, law or law_in_force())


def advice(family: Family, *, as_of: date, law: Law | None = None) -> dict[str, Any] | None:
    """The quantitative index of this family (§4) for a page; None while the bureau has it switched off."""
    law = law or law_in_force()
    index = index_of(read_case(request_of(family, as_of=as_of, current=None), law), as_of, law)
    return index.to_json() if index else None


def assess(
    declaration: Declaration, *, as_of: date, current: dict[str, Any] | None, acting_user: User, on: date
) -> Assessment:
    """Apply the rules to a declaration and keep facts, answer, explanation and digests for good."""
    family = family_of(declaration)
    with act(Verb.ASSESS, acting_user=acting_user, on=on, subject=declaration.household):
        people = [member.person_id for member in family.members]
        assessment = assessed(declaration, family, people, as_of=as_of, current=current, made_by=acting_user)
        assessment.save()
        return assessment


def assessed(
    declaration: Declaration,
    family: Family,
    people: Sequence[int | None],
    *,
    as_of: date,
    current: dict[str, Any] | None,
    made_by: User,
    law: Law | None = None,
) -> Assessment:
    """The unsaved assessment of a family whose members are these person ids, for single and for bulk writing."""
    request = request_of(family, as_of=as_of, current=current)
    refs = dict(zip(family.names(), people, strict=True))
    return assessment_of(declaration, request, refs, as_of=as_of, made_by=made_by, law=law or law_in_force())


def assessment_of(
    declaration: Declaration,
    request: dict[str, Any],
    refs: dict[str, int | None],
    *,
    as_of: date,
    made_by: User,
    law: Law,
) -> Assessment:
    """The unsaved assessment of a request whose names ``refs`` explains."""
    outcome = _answer(request, as_of, law)
    return Assessment(
        household_id=declaration.household_id,
        declaration=declaration,
        as_of=as_of,
        facts=request,
        answer=outcome.to_json(),
        terms=[award.facts.to_json() for award in outcome.awards],
        refs=refs,
        facts_digest=digest(request),
        policy_digest=policy_digest(),
        law_digest=law.digest(),
        made_by=made_by,
    )


def _answer(request: dict[str, Any], as_of: date, law: Law) -> Outcome:
    return decide(read_case(request, law), as_of, law)


def digest(value: Any) -> str:
    """SHA-256 of a JSON value, the same for the same content."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

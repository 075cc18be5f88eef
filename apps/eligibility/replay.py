"""Stored assessments recomputed: the same facts under the law they were made with must give the same answer."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from apps.eligibility.actions import digest
from apps.eligibility.contract import read_case
from apps.eligibility.contract_shapes import BadInput
from apps.eligibility.law import law_in_force, law_of
from apps.eligibility.models import Assessment
from apps.eligibility.policy.decide import decide
from apps.eligibility.policy.standards import Law

PORTION = 500
_ABSENT = "（无）"


@dataclass(frozen=True)
class Difference:
    """One place where the recomputed assessment is not the stored one."""

    path: str
    stored: Any
    now: Any


def recomputed(facts: dict[str, Any], as_of: date, law: Law) -> dict[str, Any]:
    """Answer and terms as an assessment stores them; BadInput when the facts cannot be read any more."""
    outcome = decide(read_case(facts, law), as_of, law)
    return {"answer": outcome.to_json(), "terms": [award.facts.to_json() for award in outcome.awards]}


def replay(
    assessment: Assessment, *, law_named: Callable[[str], Law | None] = law_of, wording: bool = True
) -> list[Difference]:
    """Every difference between a stored assessment and its recomputation; ``wording``: the steps' sentences too."""
    found = []
    if digest(assessment.facts) != assessment.facts_digest:
        found.append(Difference("facts_digest", assessment.facts_digest, digest(assessment.facts)))
    law = law_named(assessment.law_digest)
    if law is None:
        law = law_in_force()
        found.append(Difference("law_digest", assessment.law_digest, law.digest()))
    stored = {"answer": assessment.answer, "terms": assessment.terms}
    try:
        now = recomputed(assessment.facts, assessment.as_of, law)
    except BadInput as bad:
        return [*found, Difference("facts", "", f"{bad.path}：{bad.message}")]
    told = [d for d in differences(stored, now) if wording or not d.path.endswith(".says")]
    return [*found, *(_nameless(difference, assessment) for difference in told)]


def differences(stored: Any, now: Any, path: str = "") -> Iterator[Difference]:
    """Where two JSON values differ, by dotted path."""
    if isinstance(stored, dict) and isinstance(now, dict):
        for key in sorted({*stored, *now}):
            yield from differences(stored.get(key, _ABSENT), now.get(key, _ABSENT), f"{path}.{key}".lstrip("."))
    elif isinstance(stored, list) and isinstance(now, list):
        for index in range(max(len(stored), len(now))):
            pair = [values[index] if index < len(values) else _ABSENT for values in (stored, now)]
            yield from differences(*pair, f"{path}.{index}".lstrip("."))
    elif stored != now:
        yield Difference(path, stored, now)


def stored_assessments(since: date | None = None, household: str = "") -> Iterator[Assessment]:
    """Stored assessments in their order, some hundred at a time: neither memory nor one statement grows with them."""
    rows = Assessment.objects.select_related("household").order_by("pk")
    if since is not None:
        rows = rows.filter(as_of__gte=since)
    if household:
        rows = rows.filter(household__number=household)
    last = 0
    while portion := list(rows.filter(pk__gt=last)[:PORTION]):
        yield from portion
        last = portion[-1].pk


def steps_digest(steps: Iterable[dict[str, Any]]) -> str:
    """SHA-256 over clause, rule and result of each step: the reasons, whatever the wording."""
    return digest([[step["clause"], step["rule"], step["result"]] for step in steps])


def _nameless(difference: Difference, assessment: Assessment) -> Difference:
    """The difference without anybody's name: whoever runs the command need not be one who may see the family."""
    names = sorted(assessment.refs, key=len, reverse=True)
    numbered = {name: f"成员{number}" for number, name in enumerate(assessment.refs, start=1)}

    def hidden(value: Any) -> Any:
        text = json.dumps(value, ensure_ascii=False)
        for name in names:
            text = text.replace(json.dumps(name, ensure_ascii=False)[1:-1], numbered[name])
        return json.loads(text)

    return Difference(difference.path, hidden(difference.stored), hidden(difference.now))

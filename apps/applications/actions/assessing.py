"""The assessment of a case, and what of it the reviewer's signature is bound to."""

from datetime import date
from typing import Any

from apps.accounts.models import User
from apps.applications.models import Application
from apps.awards.actions import current_of
from apps.awards.models.recognition import RECOGNISED
from apps.core.month import Month
from apps.core.refusal import Refused
from apps.eligibility.actions import advice, assess, digest, preview
from apps.eligibility.facts import family_of
from apps.eligibility.models import Assessment
from apps.eligibility.policy.outcome import Outcome
from apps.eligibility.policy.standards import Law


def assess_case(case: Application, *, acting_user: User, on: date) -> Assessment:
    """Apply the rules to what the case declared, as of today, and keep the result."""
    if case.declaration is None or case.household is None:
        raise Refused("nothing_declared", "这件申请还没有登记家庭情况。")
    current = current_of(case.household, Month.of(on))
    return assess(case.declaration, as_of=on, current=current, acting_user=acting_user, on=on)


def preview_case(case: Application, *, on: date, law: Law | None = None) -> Outcome | None:
    """The same without keeping anything; None before there is a declaration."""
    if case.declaration is None or case.household is None:
        return None
    family = family_of(case.declaration)
    names = {member.person_id: name for member, name in zip(family.members, family.names(), strict=True)}
    current = current_of(case.household, Month.of(on), names=names, law=law)
    return preview(family, as_of=on, current=current, law=law)


def advice_on(case: Application, *, on: date, law: Law | None = None) -> dict[str, Any] | None:
    """The quantitative index beside the result; None while it is switched off or nothing is declared."""
    return advice(family_of(case.declaration), as_of=on, law=law) if case.declaration else None


def gives_something(assessment: Assessment) -> bool:
    """Whether the answer grants a benefit or recognises the family as 低收入 or 支出型 (28号 §1)."""
    return bool(assessment.awards) or assessment.category in RECOGNISED


def content_digest(answer: dict[str, Any]) -> str:
    """What a confirmation is bound to: category and awards, without the wording of the steps."""
    return digest({"category": answer["category"], "awards": answer["awards"]})

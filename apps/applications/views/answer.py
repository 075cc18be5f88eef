"""The answer of the rules as the pages of a case show it, sign it and say it on their buttons."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from apps.applications.actions.assessing import content_digest, preview_case
from apps.applications.letters import recognised_as
from apps.applications.models import Application, Kind
from apps.applications.transitions import OPEN
from apps.core.money import fen, format_yuan
from apps.core.month import Month, day_label, months
from apps.eligibility.policy.enums import Category, Relation
from apps.eligibility.policy.standards import Law


def shown_answer(case: Application, today: Any, law: Law | None = None) -> dict[str, Any] | None:
    """The answer the page shows: today's rules while the case is open, what was decided on once it is closed."""
    if case.state in OPEN:
        outcome = preview_case(case, on=today, law=law)
        return outcome.to_json() if outcome else None
    return case.assessment.answer if case.assessment else None


def category_of(answer: dict[str, Any] | None) -> str:
    """The category in words."""
    return Category(answer["category"]).label if answer else ""


def total_of(answer: dict[str, Any] | None) -> int | None:
    """Fen a month of all awards of the answer; None where nothing is due."""
    return sum(fen(award["monthly"]) for award in answer["awards"]) if answer and answer["awards"] else None


def brief_of(case: Application, answer: dict[str, Any] | None, today: date) -> dict[str, Any]:
    """What somebody about to take a step decides on: who they are, and what the rules say today."""
    declared = case.declaration.members.select_related("person") if case.declaration else []
    members = [(member, member.person.age_on(today)) for member in head_first(declared)]
    return {"members": members, "answer": answer, "category": category_of(answer), "total": total_of(answer)}


def head_first(members: Iterable[Any]) -> list[Any]:
    """Members in their order, but the head before all."""
    return sorted(members, key=lambda member: member.relation != Relation.HEAD)


def confirm_label(case: Application, answer: dict[str, Any] | None, today: Any) -> str:
    """The button that says exactly what it will do."""
    month = Month.of(today).next()
    total = total_of(answer)
    if total is None:
        named = recognised_as(answer["category"]) if answer else ""
        recognised = f"认定为{named}" if named else ""
        stopped = f"{month.month}月起停发" if case.kind == Kind.REVIEW else ""
        return "，".join(filter(None, ("确认", recognised, stopped)))
    return f"确认，{month.month}月起发 {format_yuan(total)} 元"


def lost_by_delay(case: Application, answer: dict[str, Any], today: date) -> list[str]:
    """The months a family loses because its case is confirmed in a later month than its deadline; a sentence or none.

    What was opened by a complaint, a change or a death reaches back by itself.
    """
    if case.kind != Kind.NEW or case.cause or not answer["awards"] or case.due_on is None:
        return []
    lost = [month.label() for month in months(Month.of(case.due_on).next(), Month.of(today))]
    first = Month.of(today).next().label()
    late = f"办理期限{day_label(case.due_on)}已过：今天确认，自{first}起发放；{'、'.join(lost)}不发。"
    return [late] if lost else []


def seen(case: Application, today: Any) -> str:
    """The digest a confirmation is bound to."""
    return bound_to(shown_answer(case, today))


def bound_to(answer: dict[str, Any] | None) -> str:
    """The digest of an answer that is on the screen."""
    return content_digest(answer) if answer else ""

"""核对 with programs: what a bureau is asked, and the answers it delivers to the same records as the pages."""

from datetime import date
from typing import Any

from apps.accounts.models import User
from apps.applications.actions import take_answer
from apps.applications.actions.checking import Answered
from apps.applications.facts.checks import report_of
from apps.applications.models import CheckAnswer, CheckScope, Outcome
from apps.core.refusal import Refused
from apps.partners.actions.disclosing import Why, disclose
from apps.partners.enums import Field
from apps.partners.facts.access import Access
from apps.partners.facts.checks import asked_of, open_page, scopes_of, valid_until


def tell_checks(
    access: Access, *, after: int, size: int, why: Why, acting_user: User, on: date
) -> tuple[list[dict[str, Any]], int | None]:
    """What this bureau is still asked, a page at a time, and where to go on."""
    access = access.for_purpose(why.purpose)
    items, last = open_page(access, after=after, size=size)
    told = [item.told(access.fields(item.township_id)) for item in items]
    fields = {name for row in told for name in (Field.NAME, Field.ID_NUMBER) if name.lower() in row}
    people = dict.fromkeys(item.checked.person_id for item in items)
    disclose(access, why=why, people=people, fields=fields, acting_user=acting_user, on=on)
    return told, last


def deliver_check(access: Access, *, item: int, answered: dict[str, Any], acting_user: User, on: date) -> CheckAnswer:
    """Write down what a bureau answers about one person in one matter of its own; the partner is its source.

    Refused("not_found") for an item it was never asked, of another township, or of a case that is over, all alike;
    Refused("not_asked") for a matter that is not this bureau's.
    """
    checked = asked_of(access).filter(pk=item).first()
    if checked is None:
        raise Refused("not_found", "没有这一项核对，或不在授权范围内。", field="item")
    if answered["scope"] not in scopes_of(access):
        raise Refused("not_asked", "这一项不由本单位核对。", field="scope")
    if answered.get("amount_fen") is not None and answered["outcome"] != Outcome.FOUND:
        raise Refused("amount", "只有 outcome 为 FOUND 才填 amount_fen。", field="amount_fen")
    given = Answered(person=checked.person, source_office=access.client.partner.name, **answered)
    return take_answer(checked.request, answered=given, acting_user=acting_user, on=on)


def answer_told(answer: CheckAnswer, *, on: date) -> dict[str, Any]:
    """What the bureau is told of its answer: its number, and until when it counts."""
    until = valid_until(answer.answered_on, report_of(answer.request.application, on=on).validity)
    return {"answer": str(answer.uuid), "scope": CheckScope(answer.scope), "valid_until": until.isoformat()}

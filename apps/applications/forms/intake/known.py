"""Looking up the identity numbers of a draft, each once."""

from datetime import date
from typing import Any

from apps.accounts.models import User
from apps.applications.actions import look_up
from apps.applications.forms.intake.typed import Sections
from apps.applications.models import Application
from apps.core.refusal import Refused
from apps.households.idnumber import IdNumber, NotAnIdNumber, read


def look_up_members(sections: Sections, case: Application, *, acting_user: User, on: date) -> None:
    """Note beside each member whose number is new what the office knows of it; the note stays with the draft."""
    for row in sections.get("members", {}).get("members", []):
        try:
            number = read(row.get("number", ""), on=on)
        except NotAnIdNumber:
            continue
        before = row.get("found", {})
        if before.get("for") != number.text or "note" in before:
            row["found"] = {"for": number.text} | _found(number, case, acting_user=acting_user, on=on)


def _found(number: IdNumber, case: Application, *, acting_user: User, on: date) -> dict[str, Any]:
    try:
        found = look_up(number, acting_user=acting_user, on=on)
    except Refused as refused:
        return {"note": refused.message}
    if found is None or (found.household is not None and found.household.pk == case.household_id):
        return {}
    known = {"standing": found.standing, "office": found.office}
    if found.household is not None:
        known |= {"household": str(found.household.uuid), "file": str(found.household)}
    return known

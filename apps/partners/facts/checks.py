"""What a bureau is still asked about families that applied, and whom it may be told of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from apps.applications.actions.checking import CHECKABLE
from apps.applications.models import CheckAnswer, CheckedPerson, CheckRequest, CheckScope, Outcome
from apps.partners.enums import Bureau, Field
from apps.partners.facts.access import Access

S = CheckScope
# Which bureau holds what; civil affairs and health hear of deaths besides the police.
SCOPES: dict[str, tuple[CheckScope, ...]] = {
    Bureau.POLICE: (S.HUKOU, S.DEATH),
    Bureau.TAX: (S.TAX,),
    Bureau.EMPLOYMENT: (S.SOCIAL_INSURANCE,),
    Bureau.REAL_ESTATE: (S.REAL_ESTATE,),
    Bureau.MARKET: (S.BUSINESS,),
    Bureau.HOUSING: (S.PROVIDENT_FUND,),
    Bureau.VEHICLES: (S.VEHICLE,),
    Bureau.BANK: (S.DEPOSIT, S.INSURANCE, S.SECURITIES),
    Bureau.DISABLED: (S.DISABILITY,),
    Bureau.CIVIL_AFFAIRS: (S.DEATH,),
    Bureau.HEALTH: (S.DEATH,),
    Bureau.OTHER: (),
}


@dataclass(frozen=True)
class Asked:
    """One person of a request, and the matters this bureau has not answered yet."""

    checked: CheckedPerson
    scopes: list[str]

    @property
    def township_id(self) -> int:
        """Where the family applied."""
        return self.checked.request.application.township_id

    def told(self, fields: frozenset[str]) -> dict[str, Any]:
        """What the bureau needs to look, as far as granted, and on whose word it may."""
        request, person = self.checked.request, self.checked.person
        consent = request.consent
        said: dict[str, Any] = {
            "item": self.checked.pk,
            "scopes": self.scopes,
            "requested_on": request.requested_on,
            "due_on": request.due_on,
            "consent": {
                "signed_on": consent.signed_on,
                "signed_by": consent.signer or consent.person.name,
                "text_version": consent.text_version,
            },
        }
        if Field.NAME in fields:
            said["name"] = person.name
        if Field.ID_NUMBER in fields:
            said["id_number"] = person.full_id_number()
        return said


def scopes_of(access: Access) -> tuple[CheckScope, ...]:
    """The matters this bureau answers."""
    return SCOPES.get(access.client.partner.bureau, ())


def asked_of(access: Access) -> QuerySet[CheckedPerson]:
    """Everybody in a standing case of the granted townships about whom this bureau is asked something."""
    later = CheckRequest.objects.filter(application=OuterRef("request__application"), pk__gt=OuterRef("request"))
    rows = CheckedPerson.objects.filter(
        access.rows("request__application__township"),
        ~Exists(later),
        request__application__state__in=CHECKABLE,
        request__scopes__overlap=list(scopes_of(access)),
    )
    return rows.select_related("person", "request__application__township", "request__consent__person")


def open_page(access: Access, *, after: int, size: int) -> tuple[list[Asked], int | None]:
    """Some of what is still open, in the order of asking, and where to go on (None at the end)."""
    rows = list(asked_of(access).filter(pk__gt=after).order_by("pk")[: size + 1])
    shown = rows[:size]
    done = _answered(access, shown)
    mine = set(scopes_of(access))
    items = [
        Asked(row, [s for s in row.request.scopes if s in mine and (row.request_id, row.person_id, s) not in done])
        for row in shown
    ]
    return [item for item in items if item.scopes], shown[-1].pk if len(rows) > size else None


def _answered(access: Access, rows: Iterable[CheckedPerson]) -> set[tuple[int, int, str]]:
    answers = CheckAnswer.objects.filter(
        request__in={row.request_id for row in rows}, source_office=access.client.partner.name
    )
    return set(answers.exclude(outcome=Outcome.FAILED).values_list("request", "person", "scope"))


def valid_until(answered_on: date, validity: int) -> date:
    """The last day on which an answer carries a decision."""
    return answered_on + timedelta(days=validity)

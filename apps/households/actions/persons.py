"""One row per human, and showing what is otherwise masked."""

from datetime import date
from typing import Any, cast

from django.db import IntegrityError, transaction

from apps.accounts.models import Area, User
from apps.accounts.roles import require
from apps.audit.actions import record
from apps.audit.verbs import Verb
from apps.core.refusal import Refused
from apps.core.sight import seeing_the_county
from apps.households.idnumber import IdNumber
from apps.households.models import Person

REASON_LENGTH = 4


def person_of(number: IdNumber, *, name: str, phone: str = "") -> Person:
    """The person with this identity number, locked, or a new one; a part of an act. The name may differ on file."""
    known = Person.objects.with_id_number(number).select_for_update()
    person = known.first()
    if person is None:
        person = Person.new(name=name, number=number, phone=phone)
        try:
            with transaction.atomic():
                person.save()
        except IntegrityError:
            # Another desk was faster with the same number.
            person = known.get()
    return person


def reveal(subject: Any, field: str, *, acting_user: User, on: date, reason: str) -> str:
    """The full identity number, telephone, account, address or answer to a check, as a recorded act with a reason.

    ``field`` is one of id_number, phone (Person, Lead), number, holder (BankAccount), address (Household), raw
    (CheckAnswer), complainant (a complaint).
    """
    if len(reason.strip()) < REASON_LENGTH:
        raise Refused("reason_needed", "请写明查看的理由（至少四个字）。", field="reason")
    township = _township_of(subject)
    require(acting_user, Verb.REVEAL, on=on, area=township)
    shown = {
        ("person", "id_number"): "full_id_number",
        ("person", "phone"): "full_phone",
        ("bankaccount", "number"): "full_number",
        ("bankaccount", "holder"): "full_id_number",
        ("household", "address"): "full_address",
        ("checkanswer", "raw"): "full_raw",
        ("complaint", "complainant"): "full_complainant",
        ("lead", "phone"): "full_phone",
    }[(subject._meta.model_name or "", field)]
    record(
        Verb.REVEAL, acting_user=acting_user, on=on, subject=subject, area=township, reason=reason.strip(), field=field
    )
    return str(getattr(subject, shown)())


@seeing_the_county()
def _township_of(subject: Any) -> Area | None:
    """Where somebody belongs now, wherever that is: a family they left decides nothing about them."""
    if isinstance(subject, Person):
        membership = subject.memberships.select_related("household__township").order_by("-since").first()
        return membership.household.township if membership else None
    return cast("Area | None", subject.township)

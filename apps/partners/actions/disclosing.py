"""Telling a partner: every answer writes down who was told which fields of whom, why and from where."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from apps.accounts.models import User
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.crypto import blind_index
from apps.core.refusal import Refused
from apps.households.idnumber import IdNumber
from apps.partners.enums import Benefit, Purpose
from apps.partners.facts.access import Access
from apps.partners.facts.recipients import month_told, page_of
from apps.partners.facts.status import standing_of
from apps.partners.models import DisclosedPerson, Disclosure

ASKED = "partners.asked"


@dataclass(frozen=True)
class Why:
    """Why a program asks: the purpose among the granted ones, and the number of its own approval."""

    purpose: Purpose
    approval: str


def disclose(
    access: Access,
    *,
    why: Why,
    people: Iterable[int],
    fields: Iterable[str],
    acting_user: User,
    on: dt.date,
    asked: IdNumber | None = None,
) -> Disclosure:
    """Write down one answer and everybody it tells of; call it once for each answer, in the answer's transaction."""
    told, names = list(people), sorted(fields)
    reason = f"{why.purpose.label}（{why.approval}）"
    given = {"dataset": access.dataset, "fields": names, "persons": len(told)}
    with act(Verb.TELL_PARTNER, acting_user=acting_user, on=on, subject=access.client, reason=reason, **given) as entry:
        disclosure = Disclosure.objects.create(
            record=entry,
            client=access.client,
            dataset=access.dataset,
            fields=names,
            purpose=why.purpose,
            approval=why.approval,
            address=access.address,
            persons=len(told),
            asked_index=blind_index(asked.text, column=ASKED) if asked else b"",
        )
        DisclosedPerson.objects.bulk_create(DisclosedPerson(disclosure=disclosure, person_id=pk) for pk in told)
        return disclosure


def tell_status(
    access: Access, *, number: IdNumber, name: str, month: dt.date, why: Why, acting_user: User, on: dt.date
) -> dict[str, Any]:
    """What somebody receives, in the fields granted; the same empty answer for whoever there is nothing to tell of."""
    access = access.for_purpose(why.purpose)
    person, standing = standing_of(number, name, month=month, access=access)
    told = [one.told(access.fields(one.award.township_id)) for one in standing]
    fields = {key.upper() for one in told for key in one}
    people = [person.pk] if person else []
    disclose(access, why=why, people=people, fields=fields, acting_user=acting_user, on=on, asked=number)
    return {"found": bool(told), "benefits": told}


def tell_recipients(
    access: Access,
    *,
    month: dt.date,
    benefits: Collection[Benefit],
    area: str,
    place: tuple[int, int] | None,
    size: int,
    why: Why,
    acting_user: User,
    on: dt.date,
) -> tuple[list[dict[str, Any]], tuple[int, int] | None]:
    """A page of a month's list after ``place`` (run and award), and the place after it, None at the end.

    Refused("month_open") before the month is confirmed, Refused("list_changed") when it was calculated anew meanwhile.
    """
    access = access.for_purpose(why.purpose)
    run = month_told(month)
    if place is not None and place[0] != run.pk:
        raise Refused("list_changed", "这个月已经重新核定，请从第一页重新读取。", field="cursor")
    page = page_of(run, access=access, benefits=benefits, area=area, after=place[1] if place else 0, size=size)
    disclose(access, why=why, people=page.people, fields=page.fields, acting_user=acting_user, on=on)
    return page.rows, (run.pk, page.last) if page.last else None

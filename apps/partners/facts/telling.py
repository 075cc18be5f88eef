"""What a partner is told of changes and referrals: only what is granted, of a referral only what was passed on."""

from datetime import date
from typing import Any

from django.db.models import Max, QuerySet

from apps.core.money import plain_yuan
from apps.core.refusal import Refused
from apps.eligibility.policy.enums import Category, DisabilityCategory, Scheme, Student
from apps.households.models import Declaration, DeclaredMember
from apps.partners.enums import Benefit, Field, Kind
from apps.partners.facts.access import Access
from apps.partners.facts.assistance import families_of
from apps.partners.facts.status import area_told
from apps.partners.models import Change, Referral
from apps.partners.transitions import OPEN_REFERRAL

_SCHEMES = {
    Scheme.TEKUN: Benefit.TEKUN,
    Category.LOW_INCOME: "LOW_INCOME",
    Category.EXPENDITURE: "EXPENDITURE",
}
_KINDS = {Scheme.DIBAO: Kind.FAMILY, Scheme.DIBAO_SINGLE: Kind.SINGLE, Scheme.DIBAO_PHASE_OUT: Kind.PHASE_OUT}


def changes_for(access: Access, after: int) -> QuerySet[Change]:
    """The changes after a place that this call may see, in their order."""
    refuse_beyond(after, Change.objects.aggregate(last=Max("position"))["last"])
    rows = Change.objects.after(after).filter(access.rows("township"))
    return rows.select_related("household", "person", "township")


def refuse_beyond(after: int, last: int | None) -> None:
    """Refused("bad_cursor") for a place where nothing has come yet: going on from there, what still comes is missed."""
    if after > (last or 0):
        raise Refused("bad_cursor", "after 超过了现有的末尾：请原样带回上次的 next，首次为 0。", field="after")


def change_told(change: Change, fields: frozenset[str]) -> dict[str, Any] | None:
    """One change; None for another amount where amounts are not granted."""
    if change.amount_fen is not None and Field.AMOUNT not in fields:
        return None
    person = change.person
    said = {
        Field.NAME: lambda: person.name,
        Field.ID_NUMBER: person.full_id_number,
        Field.SCHEME: lambda: scheme_of(change.status),
        Field.CATEGORY: lambda: _KINDS.get(change.status),
        Field.SINCE: lambda: change.since.isoformat(),
        Field.UNTIL: lambda: change.until.isoformat() if change.until else None,
        Field.AREA: lambda: area_told(change.township),
        Field.AMOUNT: lambda: plain_yuan(change.amount_fen) if change.amount_fen is not None else None,
    }
    return {
        "id": str(change.uuid),
        "sequence": change.position,
        "kind": change.kind,
        "household": change.household.number,
        "person_id": str(person.uuid),
        "person": {name.lower(): value() for name, value in said.items() if name in fields},
    }


def scheme_of(status: str) -> str:
    """As a partner is told it: 特困, 低保, 低收入 or 支出型."""
    return str(_SCHEMES.get(status, Benefit.DIBAO))


def referrals_for(access: Access) -> QuerySet[Referral]:
    """The referrals to this call's bureau about families where it may look."""
    rows = Referral.objects.filter(access.rows("household__township"), bureau=access.client.partner.bureau)
    return rows.select_related("household__head", "household__township", "household__village", "person")


def referrals_after(access: Access, after: int) -> QuerySet[Referral]:
    """Those behind a place, in their order; how far the bureau's line goes does not depend on the area granted."""
    refuse_beyond(after, Referral.objects.filter(bureau=access.client.partner.bureau).aggregate(last=Max("pk"))["last"])
    return referrals_for(access).filter(pk__gt=after).order_by("pk")


def referral_of(access: Access, uuid: Any) -> Referral:
    """The one named; Refused("not_found") for another bureau's as for an absent one."""
    found = referrals_for(access).filter(uuid=uuid).first()
    if found is None:
        raise Refused("not_found", "没有这件转办，或不是转给贵单位的。")
    return found


def referral_told(referral: Referral, fields: frozenset[str], on: date) -> dict[str, Any]:
    """One referral: how it stands, and while it is open of the person what was passed on and is granted.

    What is closed needs nobody's data any more: an account opened later would learn of everybody there ever was.
    """
    told = fields & set(referral.fields) if referral.state in OPEN_REFERRAL else frozenset[str]()
    return standing_told(referral) | {"person": passed_on_of(referral, told, on)}


def standing_told(referral: Referral) -> dict[str, Any]:
    """How it stands, without anybody's data."""

    def day(value: date | None) -> str | None:
        return value.isoformat() if value else None

    return {
        "id": str(referral.uuid),
        "number": referral.number,
        "sequence": referral.pk,
        "item": referral.item,
        "label": referral.label,
        "state": referral.state,
        "referred_on": day(referral.referred_on),
        "accept_by": day(referral.accept_by),
        "answered_on": day(referral.answered_on),
        "finish_by": day(referral.finish_by),
        "finished_on": day(referral.finished_on),
        "result": referral.result,
    }


def passed_on_of(referral: Referral, fields: frozenset[str], on: date) -> dict[str, Any]:
    """What was passed on of the person it is for."""
    person, household = referral.whom, referral.household
    said = {
        Field.NAME: lambda: person.name,
        Field.ID_NUMBER: person.full_id_number,
        Field.PHONE: lambda: person.full_phone() or household.head.full_phone(),
        Field.AREA: lambda: area_told(household.township) | {"village": household.village.name},
        Field.ADDRESS: household.full_address,
        Field.SCHEME: lambda: sorted({scheme_of(one) for one in _held(referral, on)}),
        Field.NEED: referral.need,
        Field.STUDENT: lambda: _label(Student, _declared(referral, on), "student"),
        Field.DISABILITY: lambda: _disability(_declared(referral, on)),
    }
    return {name.lower(): value() for name, value in said.items() if name in fields}


def _held(referral: Referral, on: date) -> frozenset[str]:
    family = families_of([referral.household], on)[referral.household_id]
    own = next((one.categories for one in family.members if one.ref == referral.whom.pk), frozenset[str]())
    return own or family.categories


def _declared(referral: Referral, on: date) -> DeclaredMember | None:
    latest = Declaration.objects.in_force(referral.household, on)
    return latest.members.filter(person=referral.whom).first() if latest else None


def _label(words: type[Student], member: DeclaredMember | None, column: str) -> str | None:
    value = getattr(member, column, "")
    return words(value).label if value else None


def _disability(member: DeclaredMember | None) -> str | None:
    if member is None or not member.disability_category:
        return None
    return f"{DisabilityCategory(member.disability_category).label} {member.disability_grade} 级"

"""A family as it would have been typed into the intake form."""

from typing import Any

from apps.applications.forms.intake.base import NONE, SOME
from apps.applications.forms.intake.members import APART, TOGETHER
from apps.core.money import plain_yuan
from apps.households.family import Family, MemberEntry
from apps.households.idnumber import CATEGORY_BY_CODE

HALF = ("family", "members")
_CODES = {category: code for code, category in CATEGORY_BY_CODE.items()}


def typed_sections(family: Family, *, half: bool = False) -> dict[str, Any]:
    """The sections of the draft; ``half`` leaves those behind the members for later."""
    sections = {
        "family": _typed(
            village=family.village.pk if family.village else "", area_kind=family.area_kind, address=family.address
        ),
        "members": {"members": [_member(f"m{place}", entry) for place, entry in enumerate(family.members, start=1)]},
        "incomes": _incomes(family),
        "property": _property(family),
        "account": _account(family),
        "consent": {
            **_typed(signed_on=family.consent_on or "", promise="on", near=NONE),
            "signers": [_typed(key=f"m{place}", signed="on") for place, _ in enumerate(family.members, start=1)],
        },
    }
    return {name: sections[name] for name in HALF} if half else sections


def _member(key: str, entry: MemberEntry) -> dict[str, str]:
    number = entry.number.text if entry.number else ""
    certificate = ""
    if entry.disability:
        category, grade = entry.disability
        certificate = f"{number}{_CODES[category]}{grade}"
    return _typed(
        key=key,
        number=number,
        name=entry.name,
        relation=entry.relation,
        residence=TOGETHER if entry.coresident else APART,
        student=entry.student or "",
        certificate=certificate,
        ill="on" if entry.serious_illness else "",
        dependent="on" if entry.cannot_live_independently else "",
    )


def _incomes(family: Family) -> dict[str, Any]:
    rows = [
        _typed(
            key=f"i{place}",
            member=f"m{income.member + 1}",
            kind=income.kind,
            amount=plain_yuan(income.amount_fen),
            evidence=income.evidence,
        )
        for place, income in enumerate(family.incomes or (), start=1)
    ]
    return {"answer": SOME if rows else NONE, "incomes": rows}


def _property(family: Family) -> dict[str, Any]:
    assets = [
        _typed(key=f"a{place}", member=f"m{(a.member or 0) + 1}", kind=a.kind, amount=plain_yuan(a.amount_fen))
        for place, a in enumerate(family.financial_assets or (), start=1)
    ]
    others = [_typed(key=f"o{place}", kind=o.kind) for place, o in enumerate(family.other_assets or (), start=1)]
    return {
        "financial": SOME if assets else NONE,
        "other": SOME if others else NONE,
        "assets": assets,
        "others": others,
    }


def _account(family: Family) -> dict[str, str]:
    account = family.account
    if account is None:
        return {}
    return _typed(payee=account.payee_kind, bank=account.bank_name, number=account.number)


def _typed(**values: Any) -> dict[str, str]:
    return {name: str(value) for name, value in values.items() if value != ""}

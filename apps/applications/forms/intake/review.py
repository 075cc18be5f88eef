"""The draft of a review: what is on file, ready to be gone through again.

Whether there was income, money or property is left open on purpose: last time's figures are a reminder, and become this
time's answer only when somebody says so.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from apps.applications.forms.intake.members import APART, KEEP, TOGETHER
from apps.applications.forms.intake.support import ABLE, CANNOT, NO, YES
from apps.applications.forms.intake.typed import Sections
from apps.core.money import plain_yuan
from apps.eligibility.facts import family_of
from apps.households.family import Family, MemberEntry, ObligorEntry
from apps.households.models import Household, SelfCareTask


def sections_on_file(
    household: Household,
    *,
    on: date,
    without: Collection[int] = (),
    joined: Household | None = None,
    relations: Mapping[int, str] | None = None,
) -> Sections:
    """The sections of a new draft from the declaration in force.

    ``without`` some persons and what was theirs; with all of a household that ``joined``, put behind; ``relations`` of
    persons to the head, where they are others than on file ("" leaves them to be said).
    """
    family = _on_file(household, on, without)
    if joined is not None and (other := _on_file(joined, on, without)) is not None:
        family = other if family is None else family.joined_by(other)
    sections: Sections = {
        "family": {
            "village": str(household.village_id),
            "area_kind": household.area_kind,
            "address": household.full_address(),
            "phone": household.head.full_phone(),
        }
    }
    if family is None:
        return sections
    members = [_member(key, entry, relations or {}) for key, entry in _keyed("m", family.members)]
    return sections | {"members": {"members": members}} | _support(family) | _amounts(family)


def _support(family: Family) -> Sections:
    """Supporters and self-care as they were; whether there are supporters is asked again, as of incomes."""
    cares, obligors = [], []
    for key, entry in _keyed("m", family.members):
        care = entry.self_care
        tasks = {task.value: CANNOT if task in care.unable else ABLE for task in SelfCareTask} if care else {}
        given = {"assessed_on": care.assessed_on, "assessed_by": care.assessed_by} if care else {}
        if entry.support or care:
            cares.append(_row(key, support=entry.support or "", **given, **tasks))
        obligors += [(key, obligor) for obligor in entry.obligors or ()]
    rows = [_obligor(f"s{place}", key, obligor) for place, (key, obligor) in enumerate(obligors, start=1)]
    return {"support": {"cares": cares, "obligors": rows}} if cares or rows else {}


def _obligor(key: str, member: str, entry: ObligorEntry) -> dict[str, Any]:
    said = {True: YES, False: NO, None: ""}
    category, grade = entry.disability or ("", "")
    return _row(
        key,
        member=member,
        name=entry.name,
        kin=entry.relation,
        born=entry.birth_date or "",
        income="" if entry.annual_income_fen is None else plain_yuan(entry.annual_income_fen),
        assets=said[entry.assets_within_limit],
        tekun=said[entry.tekun],
        dibao=said[entry.dibao],
        category=category,
        grade=grade,
        status=entry.status or "",
    )


def _on_file(household: Household, on: date, without: Collection[int]) -> Family | None:
    declaration = household.declarations.in_force(household, on)
    return None if declaration is None else family_of(declaration).without(without)


def _amounts(family: Family) -> Sections:
    incomes = [
        _row(key, member=f"m{i.member + 1}", kind=i.kind, amount=plain_yuan(i.amount_fen), evidence=i.evidence)
        for key, i in _keyed("i", family.incomes or ())
    ]
    assets = [
        _row(key, member=f"m{(a.member or 0) + 1}", kind=a.kind, amount=plain_yuan(a.amount_fen))
        for key, a in _keyed("a", family.financial_assets or ())
    ]
    others = [
        _row(key, kind=o.kind, exempted="on" if o.exempted else "", ground=o.ground)
        for key, o in _keyed("o", family.other_assets or ())
    ]
    deductions = [
        _row(key, kind=d.kind, amount=plain_yuan(d.amount_fen), ground=d.ground)
        for key, d in _keyed("d", family.deductions)
    ]
    expenses = [
        _row(key, kind=e.kind, amount=plain_yuan(e.amount_fen), evidence=e.evidence)
        for key, e in _keyed("e", family.expenses)
    ]
    return {
        "incomes": {"incomes": incomes},
        "property": {"assets": assets, "others": others},
        "expenses": {"deductions": deductions, "expenses": expenses},
    }


def _member(key: str, entry: MemberEntry, relations: Mapping[int, str]) -> dict[str, Any]:
    row = _row(
        key,
        person=str(entry.person_id),
        relation=relations.get(entry.person_id or 0, entry.relation),
        residence=TOGETHER if entry.coresident else APART,
        student=entry.student or "",
        ill="on" if entry.serious_illness else "",
        dependent="on" if entry.cannot_live_independently else "",
        status=entry.status or "",
        was_tekun="on" if entry.was_tekun else "",
    )
    if entry.disability:
        category, grade = entry.disability
        row |= {"on_file": f"{category}-{grade}", "disability": KEEP}
    return row


def _row(key: str, **values: Any) -> dict[str, Any]:
    return {"key": key, **{name: str(value) for name, value in values.items() if value}}


def _keyed(letter: str, entries: Any) -> list[tuple[str, Any]]:
    return [(f"{letter}{place}", entry) for place, entry in enumerate(entries, start=1)]

"""From a family (typed or on file) to the facts the rules look at, in the shape of the data contract."""

from datetime import date
from typing import Any

from apps.core.money import plain_yuan
from apps.eligibility.policy.enums import (
    AreaKind,
    AssetKind,
    DeductionKind,
    DisabilityCategory,
    ExpenseKind,
    IncomeKind,
    MemberStatus,
    ObligorStatus,
    OtherAssetKind,
    Relation,
    Student,
    Support,
)
from apps.households.family import (
    DeductionEntry,
    ExpenseEntry,
    Family,
    FinancialAssetEntry,
    IncomeEntry,
    MemberEntry,
    ObligorEntry,
    OtherAssetEntry,
    SelfCareEntry,
)
from apps.households.models import Declaration, DeclaredMember, Obligor


def request_of(family: Family, *, as_of: date, current: dict[str, Any] | None) -> dict[str, Any]:
    """The contract's request for this family on that day; ``current`` is what it receives now, in the contract's shape.

    Members are called by their names (numbered where two share one), so that the explanation reads as it should.
    """
    names = family.names()
    request: dict[str, Any] = {
        "as_of": as_of.isoformat(),
        "area": family.area_kind.value,
        "members": [_member(name, entry) for name, entry in zip(names, family.members, strict=True)] or None,
        "incomes": None
        if family.incomes is None
        else [
            {"member": names[i.member], "kind": i.kind.value, "amount": plain_yuan(i.amount_fen)}
            for i in family.incomes
        ],
        "deductions": [
            {"kind": d.kind.value, "amount": plain_yuan(d.amount_fen), "ground": d.ground} for d in family.deductions
        ],
        "expenses": [{"kind": e.kind.value, "amount": plain_yuan(e.amount_fen)} for e in family.expenses],
        "financial_assets": None
        if family.financial_assets is None
        else [_asset(names, asset) for asset in family.financial_assets],
        "other_assets": None
        if family.other_assets is None
        else [
            {"kind": o.kind.value, "exempted": o.exempted, **({"ground": o.ground} if o.ground else {})}
            for o in family.other_assets
        ],
    }
    return {**request, "current": current} if current else request


def _member(name: str, entry: MemberEntry) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "ref": name,
        "birth_date": entry.birth_date.isoformat(),
        "relation": entry.relation.value,
        "coresident": entry.coresident,
        "cannot_live_independently": entry.cannot_live_independently,
        "serious_illness": entry.serious_illness,
    }
    if entry.student:
        facts["full_time_student"] = entry.student.value
    if entry.disability:
        category, grade = entry.disability
        facts["disability"] = {"category": category.value, "grade": grade}
    return facts | _of_tekun(entry)


def _of_tekun(entry: MemberEntry) -> dict[str, Any]:
    """What only 特困 and the counting of members look at; an answer not given is left out, which means unknown."""
    told: dict[str, Any] = {
        "status": entry.status.value if entry.status else None,
        "support": entry.support.value if entry.support else None,
        "self_care_failures": entry.self_care.failures if entry.self_care else None,
        "was_tekun": entry.was_tekun or None,
        "obligors": None if entry.obligors is None else [_obligor(obligor) for obligor in entry.obligors],
    }
    return {name: value for name, value in told.items() if value is not None}


def _obligor(entry: ObligorEntry) -> dict[str, Any]:
    told: dict[str, Any] = {
        "birth_date": entry.birth_date.isoformat() if entry.birth_date else None,
        "tekun": entry.tekun,
        "dibao": entry.dibao,
        "disability": {"category": entry.disability[0].value, "grade": entry.disability[1]}
        if entry.disability
        else None,
        "annual_income": None if entry.annual_income_fen is None else plain_yuan(entry.annual_income_fen),
        "assets_within_limit": entry.assets_within_limit,
        "status": entry.status.value if entry.status else None,
    }
    return {name: value for name, value in told.items() if value is not None}


def _asset(names: list[str], asset: FinancialAssetEntry) -> dict[str, Any]:
    facts: dict[str, Any] = {"kind": asset.kind.value, "value": plain_yuan(asset.amount_fen)}
    return facts if asset.member is None else {**facts, "member": names[asset.member]}


# What a family is put together from; ``prefetch_related`` it where many families are read.
DECLARED = (
    "members__person",
    "members__self_care",
    "members__obligors",
    "incomes",
    "deductions",
    "expenses",
    "financialassets",
    "otherassets",
)


def family_of(declaration: Declaration) -> Family:
    """The family as this declaration has it; identity numbers stay sealed."""
    declaration.whole()
    members = sorted(declaration.members.all(), key=lambda member: member.position)
    place = {member.person_id: index for index, member in enumerate(members)}
    return Family(
        area_kind=AreaKind(declaration.area_kind),
        village=declaration.household.village,
        members=tuple(_entry(member) for member in members),
        incomes=tuple(
            IncomeEntry(place[i.person_id], IncomeKind(i.kind), i.amount_fen, i.evidence)
            for i in _in_order(declaration.incomes)
        )
        if declaration.incomes_known
        else None,
        deductions=tuple(
            DeductionEntry(DeductionKind(d.kind), d.amount_fen, d.ground) for d in _in_order(declaration.deductions)
        ),
        expenses=tuple(
            ExpenseEntry(ExpenseKind(e.kind), e.amount_fen, e.evidence) for e in _in_order(declaration.expenses)
        ),
        financial_assets=tuple(
            FinancialAssetEntry(AssetKind(a.kind), a.amount_fen, place.get(a.person_id) if a.person_id else None)
            for a in _in_order(declaration.financialassets)
        )
        if declaration.financial_assets_known
        else None,
        other_assets=tuple(
            OtherAssetEntry(OtherAssetKind(o.kind), o.exempted, o.ground) for o in _in_order(declaration.otherassets)
        )
        if declaration.other_assets_known
        else None,
    )


def _in_order(rows: Any) -> list[Any]:
    return sorted(rows.all(), key=lambda row: row.pk)


def _entry(member: DeclaredMember) -> MemberEntry:
    return MemberEntry(
        name=member.person.name,
        birth_date=member.person.birth_date,
        relation=Relation(member.relation),
        person_id=member.person_id,
        coresident=member.coresident,
        cannot_live_independently=member.cannot_live_independently,
        student=Student(member.student) if member.student else None,
        disability=_disability(member),
        serious_illness=member.serious_illness,
        status=MemberStatus(member.status) if member.status else None,
        support=Support(member.support) if member.support else None,
        self_care=_self_care(member),
        was_tekun=member.was_tekun,
        obligors=tuple(_obligor_entry(obligor) for obligor in member.obligors.all()) if member.obligors_known else None,
    )


def _self_care(member: DeclaredMember) -> SelfCareEntry | None:
    found = getattr(member, "self_care", None)
    return SelfCareEntry(found.assessed_on, found.assessed_by, found.unable) if found else None


def _obligor_entry(obligor: Obligor) -> ObligorEntry:
    return ObligorEntry(
        name=obligor.name,
        relation=obligor.relation,
        birth_date=obligor.birth_date,
        tekun=obligor.tekun,
        dibao=obligor.dibao,
        disability=_disability(obligor),
        annual_income_fen=obligor.annual_income_fen,
        assets_within_limit=obligor.assets_within_limit,
        status=ObligorStatus(obligor.status) if obligor.status else None,
    )


def _disability(member: DeclaredMember | Obligor) -> tuple[DisabilityCategory, int] | None:
    if not member.disability_category or member.disability_grade is None:
        return None
    return DisabilityCategory(member.disability_category), member.disability_grade

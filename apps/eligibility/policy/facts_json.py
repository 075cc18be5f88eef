"""Facts as data and back: the shape of the contract's request for a case, and a shape of our own for a running award.

These functions trust their input (it was checked on the way in, or written by us); a wrong shape raises KeyError,
TypeError or ValueError. Absent and null mean unknown where the contract says so.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import fields
from enum import StrEnum
from typing import Any, TypeVar

from apps.core.money import fen, plain_yuan
from apps.core.month import Month

from .enums import (
    AreaKind,
    AssetKind,
    DeductionKind,
    DisabilityCategory,
    ExpenseKind,
    IncomeKind,
    MemberStatus,
    ObligorStatus,
    OtherAssetKind,
    PartKind,
    Relation,
    Scheme,
    Student,
    Support,
)
from .facts import (
    AwardFacts,
    CaseFacts,
    Current,
    Deduction,
    Disability,
    EarlierPhaseOut,
    Expense,
    FinancialAsset,
    Income,
    Member,
    Obligor,
    OtherAsset,
    Part,
)

Json = dict[str, Any]
E_ = TypeVar("E_", bound=StrEnum)


def facts_from_json(case: Json) -> CaseFacts:
    """The facts of a request; other_assets absent is none and null unknown."""
    other_assets = case.get("other_assets", [])
    return CaseFacts(
        area=AreaKind(case["area"]),
        members=_each(_member, case.get("members")),
        incomes=_each(_income, case.get("incomes")),
        financial_assets=_each(_financial_asset, case.get("financial_assets")),
        other_assets=_each(_other_asset, other_assets),
        deductions=_each(_deduction, case.get("deductions")) or (),
        expenses=_each(_expense, case.get("expenses")) or (),
        current=_current(case["current"]) if case.get("current") else None,
    )


def facts_to_json(facts: CaseFacts) -> Json:
    """The request's shape of the facts; facts_from_json gives them back."""
    return {field.name: _plain(getattr(facts, field.name)) for field in fields(facts)}


def award_from_json(award: Json) -> AwardFacts:
    """A stored running award."""
    return AwardFacts(
        scheme=Scheme(award["scheme"]),
        area=AreaKind(award["area"]),
        decided_on=dt.date.fromisoformat(award["decided_on"]),
        people=tuple(_member(person) for person in award["people"]),
        income=fen(award["income"]),
        base=tuple(part_from_json(part) for part in award["base"]),
        phase_out_from=_month(award["phase_out_from"]),
        phase_out_months=award["phase_out_months"],
    )


def award_to_json(award: AwardFacts) -> Json:
    """A running award as it is stored; award_from_json gives it back."""
    return {field.name: _plain(getattr(award, field.name)) for field in fields(award)} | {
        "income": plain_yuan(award.income)
    }


def part_from_json(part: Json) -> Part:
    """One part of an amount."""
    return Part(PartKind(part["kind"]), fen(part["amount"]), part.get("member"))


def _member(member: Json) -> Member:
    return Member(
        ref=member["ref"],
        birth_date=dt.date.fromisoformat(member["birth_date"]),
        relation=Relation(member["relation"]),
        coresident=bool(member.get("coresident")),
        cannot_live_independently=bool(member.get("cannot_live_independently")),
        full_time_student=_word(Student, member.get("full_time_student")),
        disability=_disability(member.get("disability")),
        serious_illness=bool(member.get("serious_illness")),
        status=_word(MemberStatus, member.get("status")),
        support=_word(Support, member.get("support")) or Support.DISPERSED,
        self_care_failures=member.get("self_care_failures"),
        was_tekun=bool(member.get("was_tekun")),
        obligors=_each(_obligor, member.get("obligors")),
    )


def _obligor(obligor: Json) -> Obligor:
    born, income = obligor.get("birth_date"), obligor.get("annual_income")
    return Obligor(
        birth_date=None if born is None else dt.date.fromisoformat(born),
        tekun=obligor.get("tekun"),
        dibao=obligor.get("dibao"),
        disability=_disability(obligor.get("disability")),
        annual_income=None if income is None else fen(income),
        assets_within_limit=obligor.get("assets_within_limit"),
        status=_word(ObligorStatus, obligor.get("status")),
    )


def _disability(disability: Json | None) -> Disability | None:
    return Disability(DisabilityCategory(disability["category"]), disability["grade"]) if disability else None


def _income(income: Json) -> Income:
    return Income(income["member"], IncomeKind(income["kind"]), fen(income["amount"]))


def _deduction(deduction: Json) -> Deduction:
    return Deduction(DeductionKind(deduction["kind"]), fen(deduction["amount"]), deduction.get("ground"))


def _expense(expense: Json) -> Expense:
    return Expense(ExpenseKind(expense["kind"]), fen(expense["amount"]))


def _financial_asset(asset: Json) -> FinancialAsset:
    return FinancialAsset(AssetKind(asset["kind"]), fen(asset["value"]), asset.get("member"))


def _other_asset(asset: Json) -> OtherAsset:
    return OtherAsset(OtherAssetKind(asset["kind"]), bool(asset.get("exempted")), asset.get("ground"))


def _current(current: Json) -> Current:
    earlier = current.get("earlier_phase_out")
    return Current(
        parts=tuple(part_from_json(part) for part in current["parts"]),
        scheme=Scheme(current["scheme"]),
        phase_out_from=_month(current.get("phase_out_from")),
        phase_out_months=current.get("phase_out_months"),
        earlier_phase_out=earlier
        and EarlierPhaseOut(Month.parse(earlier["ended"]), earlier["used"], earlier["months"]),
    )


def _month(text: str | None) -> Month | None:
    return None if text is None else Month.parse(text)


def _word(words: type[E_], value: str | None) -> E_ | None:
    return None if value is None else words(value)


def _each(read: Any, items: Iterable[Any] | None) -> Any:
    return None if items is None else tuple([read(item) for item in items])


_MONEY_FIELDS = frozenset({"amount", "value", "annual_income"})


def _plain(value: Any) -> Any:
    """Dates, months and words as text; money fields as yuan; dataclasses as objects without their empty fields."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, str | dt.date | Month):
        return str(value)
    filled = [(field.name, getattr(value, field.name)) for field in fields(value)]
    return {
        name: plain_yuan(item) if name in _MONEY_FIELDS else _plain(item) for name, item in filled if item is not None
    }

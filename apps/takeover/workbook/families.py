"""A family of the file as the office takes families in."""

from typing import Any

from django import forms

from apps.accounts.models import Area
from apps.eligibility.policy.enums import (
    AssetKind,
    DeductionKind,
    DisabilityCategory,
    OtherAssetKind,
    Relation,
)
from apps.households.family import (
    AccountEntry,
    DeductionEntry,
    Family,
    FinancialAssetEntry,
    IncomeEntry,
    MemberEntry,
    OtherAssetEntry,
)
from apps.households.forms import read_account_number
from apps.households.idnumber import CATEGORY_BY_CODE, IdNumber, NotAnIdNumber, read_certificate
from apps.households.models import PayeeKind
from apps.takeover.workbook.gathering import Gathered, Gathering
from apps.takeover.workbook.layout import ACCOUNTS, FAMILIES, INCOMES, MEMBERS, PROPERTY
from apps.takeover.workbook.reading import Line

WORST_GRADE, MILDEST_GRADE = 1, 4


class Villages:
    """Villages by code, and by township and name."""

    def __init__(self, areas: list[Area]) -> None:
        self.found: dict[str, Area | None] = {}
        for area in areas:
            self.found[area.code] = area
            self.found[f"{area.township.name}/{area.name}"] = area
            # A name that two townships use names neither.
            self.found[area.name] = None if area.name in self.found else area

    def named(self, text: str) -> Area | None:
        """The village, or None."""
        return self.found.get(text.replace("／", "/").replace(" ", ""))


def family_of(gathering: Gathering, told: Gathered, villages: Villages) -> Family | None:
    """The family; None when one of its lines says something that cannot be."""
    village = villages.named(told.line["village"])
    if village is None:
        gathering.wrong(told, FAMILIES, told.line, "village", "没有这个村（社区），或有重名：请填12位代码或“乡镇/村”。")
    members = [_member(gathering, told, line, number) for line, number in zip(told.members, told.numbers, strict=True)]
    incomes, deductions = _incomes(gathering, told)
    financial, other = _property(gathering, told)
    account = _account(gathering, told)
    if not told.good:
        return None
    return Family(
        area_kind=told.line["area"],
        village=village,
        members=tuple(members),
        address=told.line["address"] or "",
        incomes=tuple(incomes),
        deductions=tuple(deductions),
        financial_assets=tuple(financial),
        other_assets=tuple(other),
        account=account,
    )


def _member(gathering: Gathering, told: Gathered, line: Line, number: IdNumber) -> MemberEntry:
    head = line["relation"] == Relation.HEAD
    return MemberEntry(
        name=line["name"],
        birth_date=number.birth_date,
        relation=line["relation"],
        number=number,
        phone=(told.line["phone"] or "") if head else "",
        coresident=line["coresident"] is not False,
        cannot_live_independently=bool(line["dependent"]),
        student=line["student"],
        disability=_disability(gathering, told, line, number),
        serious_illness=bool(line["ill"]),
    )


def _disability(
    gathering: Gathering, told: Gathered, line: Line, number: IdNumber
) -> tuple[DisabilityCategory, int] | None:
    def wrong(key: str, says: str) -> None:
        gathering.wrong(told, MEMBERS, line, key, says)

    category, grade = line["disability"], line["grade"]
    if line["certificate"] is not None:
        try:
            certificate = read_certificate(line["certificate"])
        except NotAnIdNumber as error:
            wrong("certificate", str(error))
            return None
        if certificate.id_number != number.text:
            wrong("certificate", "残疾证号的前18位与身份证号不同。")
        shown = CATEGORY_BY_CODE[certificate.category_code], certificate.grade
        if (category, grade) not in ((None, None), shown):
            wrong("disability", "与残疾证号的类别或等级不同，请核对证件。")
        return shown
    if (category is None) != (grade is None):
        wrong("grade" if grade is None else "disability", "残疾类别和等级须同时填写。")
        return None
    if grade is not None and not WORST_GRADE <= grade <= MILDEST_GRADE:
        wrong("grade", "残疾等级应为1至4。")
    return None if category is None else (category, grade)


def _incomes(gathering: Gathering, told: Gathered) -> tuple[list[IncomeEntry], list[DeductionEntry]]:
    incomes, deductions = [], []
    for line in told.of(INCOMES):
        kind, amount, ground = line["kind"], line["amount"], line["ground"] or ""
        if isinstance(kind, DeductionKind):
            if not ground:
                gathering.wrong(told, INCOMES, line, "ground", "扣减必须写明依据。")
            deductions.append(DeductionEntry(kind, amount or 0, ground))
        elif line["number"] is None:
            gathering.wrong(told, INCOMES, line, "number", "请填写是谁的收入。")
        elif (place := told.place(line["number"])) is not None and line.whole:
            incomes.append(IncomeEntry(place, kind, amount, ground))
    return incomes, deductions


def _property(gathering: Gathering, told: Gathered) -> tuple[list[FinancialAssetEntry], list[OtherAssetEntry]]:
    financial, other = [], []
    for line in told.of(PROPERTY):
        kind, exempted, ground = line["kind"], bool(line["exempted"]), line["ground"] or ""
        if isinstance(kind, AssetKind):
            if line["amount"] is None:
                gathering.wrong(told, PROPERTY, line, "amount", "金融资产必须填写金额。")
            place = None if line["number"] is None else told.place(line["number"])
            financial.append(FinancialAssetEntry(kind, line["amount"] or 0, place))
        elif isinstance(kind, OtherAssetKind):
            if exempted and not ground:
                gathering.wrong(told, PROPERTY, line, "ground", "豁免必须写明理由。")
            other.append(OtherAssetEntry(kind, exempted, ground))
    return financial, other


def _account(gathering: Gathering, told: Gathered) -> AccountEntry | None:
    lines = told.of(ACCOUNTS)
    for line in lines[1:]:
        gathering.wrong(told, ACCOUNTS, line, "account", f"这一户已有账户（第 {lines[0].number} 行），只能有一个。")
    if not lines or not told.good:
        return None
    line = lines[0]
    head = next(place for place, member in enumerate(told.members) if member["relation"] == Relation.HEAD)
    holder = head if line["number"] is None else told.place(line["number"])
    try:
        number = read_account_number(line["account"])
    except forms.ValidationError as error:
        gathering.wrong(told, ACCOUNTS, line, "account", _said(error))
        return None
    kind = PayeeKind.HEAD if holder == head else PayeeKind.PERSON
    return AccountEntry(kind, head if holder is None else holder, line["bank"], number)


def _said(error: Any) -> str:
    return "".join(error.messages)

"""A made-up old register as the workbook the take-over reads, and the roll it paid last month."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from apps.core.money import yuan
from apps.core.month import Month
from apps.eligibility.law import law_in_force
from apps.eligibility.policy.due import amount_due
from apps.eligibility.policy.enums import PartKind, Scheme
from apps.eligibility.policy.outcome import Due
from apps.households.family import MemberEntry
from apps.takeover.register.entry import Entry, Grant
from apps.takeover.workbook.layout import PAID, REGISTER, ROLL
from apps.takeover.workbook.rules import judge
from apps.takeover.workbook.template import template

Lines = dict[str, list[list[Any]]]
# One line in so many of the roll differs so; the others are what the rules give.
ROUNDED, WITHOUT_SUPPLEMENT, STRANGE, MISSING = 17, 23, 59, 71


def old_register(entries: Iterable[Entry]) -> bytes:
    """The families as the old register has them, all on 低保."""
    lines: Lines = defaultdict(list)
    for place, entry in enumerate(entries, start=1):
        _family(lines, old_number(place, entry), entry)
    return template(REGISTER, title="原登记册（演示）", rows=lines)


def paid_roll(entries: Iterable[Entry], month: date) -> bytes:
    """What the old register paid them for a month, some of it otherwise than the rules say."""
    law, rows = law_in_force(), []
    for place, entry in enumerate(entries, start=1):
        entry.grants = (Grant(Scheme.DIBAO, entry.decided_on),)
        (award,) = judge(entry, law).terms
        due = amount_due(award, Month.of(month), law)
        if due and place % MISSING:
            rows.append([old_number(place, entry), "", entry.family.head.name, yuan(_paid(place, due))])
    return template(ROLL, title="发放名册（演示）", rows={PAID.name: rows})


def _paid(place: int, due: Due) -> int:
    if place % ROUNDED == 0:
        return due.total // 100 * 100
    if place % WITHOUT_SUPPLEMENT == 0:
        return sum(part.amount for part in due.parts if part.kind is PartKind.GAP)
    return due.total + (1_234 if place % STRANGE == 0 else 0)


def old_number(place: int, entry: Entry) -> str:
    """How the old register calls its families: registers of several seeds have none in common."""
    number = entry.family.head.number
    return f"{number.area_code if number else ''}{place:06d}"


def _family(lines: Lines, number: str, entry: Entry) -> None:
    family = entry.family
    village = family.village or entry.township
    lines["家庭"].append([number, village.code, family.area_kind.label, family.address, ""])
    people = [member.number.text if member.number else "" for member in family.members]
    lines["成员"] += [[number, who, *_person(member)] for who, member in zip(people, family.members, strict=True)]
    for income in family.incomes or ():
        amount = yuan(income.amount_fen)
        lines["收入"].append([number, people[income.member], income.kind.label, amount, income.evidence])
    for asset in family.financial_assets or ():
        whose = "" if asset.member is None else people[asset.member]
        lines["财产"].append([number, whose, asset.kind.label, yuan(asset.amount_fen), "", ""])
    lines["待遇"].append([number, "低保", "", entry.decided_on.isoformat(), "", "", "", "", ""])
    if family.account is not None:
        lines["账户"].append([number, people[family.account.holder], family.account.bank_name, family.account.number])


def _person(member: MemberEntry) -> list[Any]:
    category, grade = member.disability or (None, "")
    return [
        member.name,
        member.relation.label,
        "是" if member.coresident else "否",
        member.student.label if member.student else "",
        "",
        category.label if category else "",
        grade,
        "是" if member.serious_illness else "",
        "是" if member.cannot_live_independently else "",
    ]

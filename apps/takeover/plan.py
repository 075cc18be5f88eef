"""A workbook read, checked to its last line, and put into the families that would be written. Nothing is written."""

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from apps.accounts.models import Area, User
from apps.accounts.roles import Level
from apps.core.month import Month
from apps.core.workbooks import NotAWorkbook
from apps.eligibility.law import law_in_force
from apps.eligibility.policy.enums import AreaKind
from apps.eligibility.policy.standards import Law
from apps.households.family import Family
from apps.households.models import Household
from apps.takeover.register.entry import Entry
from apps.takeover.workbook.families import Villages, family_of
from apps.takeover.workbook.faults import Faults
from apps.takeover.workbook.gathering import Gathered, Gathering
from apps.takeover.workbook.grants import Reader
from apps.takeover.workbook.layout import FAMILIES, GRANTS, REGISTER
from apps.takeover.workbook.reading import read_workbook
from apps.takeover.workbook.rules import Judged, NothingToPay, judge
from apps.takeover.workbook.standing import compare_with_register


@dataclass
class Plan:
    """What writing the file would do; with errors, nothing."""

    errors: Faults
    warnings: Faults = field(default_factory=Faults)
    entries: list[Entry] = field(default_factory=list)
    persons: int = 0
    # (township id, scheme) → units, persons, fen of the first month.
    cells: dict[tuple[int, str], list[int]] = field(default_factory=dict)
    _hash: Any = field(default_factory=hashlib.sha256)

    def count(self, entry: Entry, judged: Judged) -> None:
        """Take in one family."""
        self.entries.append(entry)
        self.persons += len(entry.family.members)
        for award, amount in zip(judged.terms, judged.amounts, strict=True):
            cell = self.cells.setdefault((entry.township.pk, award.scheme.value), [0, 0, 0])
            for place, more in enumerate((1, len(award.people), amount)):
                cell[place] += more
            said = [entry.old_number, award.to_json(), amount]
            self._hash.update(json.dumps(said, sort_keys=True, ensure_ascii=False).encode())

    def digest(self, first_month: Month) -> str:
        """SHA-256 of every award as it would be written, every warning, and the month: what a second person signs."""
        whole = self._hash.copy()
        whole.update(json.dumps([str(first_month), self.warnings.count, list(self.warnings)]).encode())
        return str(whole.hexdigest())

    def to_json(self) -> dict[str, Any]:
        """The sums, as they are kept."""
        cells = [[*place, *sums] for place, sums in sorted(self.cells.items())]
        return {"households": len(self.entries), "persons": self.persons, "cells": cells}


def plan_of(content: bytes, *, first_month: Month, taken_in_by: User, decided_by: User, on: date) -> Plan:
    """Read and check a workbook against itself, the register and the rules."""
    plan = Plan(Faults())
    try:
        read = read_workbook(content, REGISTER, plan.errors)
    except NotAWorkbook as error:
        plan.errors.add("", 0, "", str(error))
        return plan
    gathering = Gathering(plan.errors, on)
    gathering.gather(read)
    villages = Villages(list(Area.objects.filter(level=Level.VILLAGE, is_active=True).select_related("parent")))
    blank = Entry(
        family=Family(AreaKind.RURAL, ()),
        township=Area(),
        decided_on=on,
        taken_in_by=taken_in_by,
        decided_by=decided_by,
        first_month=first_month,
        entered_on=on,
    )
    told = [
        (family, entry)
        for family in list(gathering.good())
        if (entry := _entry(gathering, family, villages, blank)) is not None
    ]
    compare_with_register(gathering, told)
    if not gathering.families and not plan.errors:
        plan.errors.add(FAMILIES.name, 1, "", "没有一户家庭：请填写后再上传。")
    law = law_in_force()
    for family, entry in told:
        if family.good:
            _judge(plan, gathering, family, entry, law)
    return plan


def _entry(gathering: Gathering, told: Gathered, villages: Villages, blank: Entry) -> Entry | None:
    family = family_of(gathering, told, villages)
    grants = Reader(gathering, told, blank.effective).grants()
    if family is None or family.village is None or not told.good:
        return None
    return replace(
        blank,
        family=family,
        township=family.village.township,
        decided_on=max(grant.decided_on for grant in grants),
        grants=grants,
        old_number=told.number,
        # Every family its own rows to be made.
        household=Household(),
        people=[],
    )


def _judge(plan: Plan, gathering: Gathering, told: Gathered, entry: Entry, law: Law) -> None:
    lines = told.of(GRANTS)
    try:
        judged = judge(entry, law)
    except NothingToPay as error:
        gathering.wrong(told, GRANTS, lines[error.grant], "scheme", str(error))
        return
    for grant, says in judged.differences:
        plan.warnings.add(GRANTS.name, lines[grant].number, "待遇", says)
    if entry.family.account is None:
        plan.warnings.add(FAMILIES.name, told.line.number, "家庭编号", "“账户”表没有这一户：登记账户之前不能发放。")
    plan.count(entry, judged)

"""A paid roll beside the register, unit by unit."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from apps.awards.models import Award
from apps.awards.terms import facts_of
from apps.core.crypto import blind_index
from apps.core.month import Month
from apps.core.workbooks import NotAWorkbook
from apps.eligibility.law import law_in_force
from apps.eligibility.policy.due import amount_due
from apps.eligibility.policy.facts import AwardFacts
from apps.eligibility.policy.outcome import Due
from apps.eligibility.policy.standards import Law
from apps.households.idnumber import normalise
from apps.households.models.person import ID_NUMBER
from apps.takeover.enums import Finding
from apps.takeover.models import ParallelLine, ParallelMonth, TakenHousehold
from apps.takeover.readings import explain
from apps.takeover.workbook.faults import Faults
from apps.takeover.workbook.layout import PAID, ROLL
from apps.takeover.workbook.reading import Line, read_workbook

_COLUMNS = (
    "household_id",
    "person_id",
    "township_id",
    "scheme",
    "terms",
    "household__number",
    "household__head__name",
    "household__head__id_number_index",
    "person__name",
    "person__id_number_index",
)


@dataclass(slots=True)
class Unit:
    """A household or person due something that month."""

    household: int
    person: int | None
    township: int
    scheme: str
    facts: AwardFacts
    due: Due
    name: str
    # The indexes of the identity numbers by which a roll may name it.
    called: tuple[bytes, ...]


class Register:
    """Who is due what in a month, to be looked up by what a roll says."""

    def __init__(self, month: Month, law: Law) -> None:
        self.units: dict[int, list[Unit]] = defaultdict(list)
        self.numbers: dict[str, int] = {}
        self._old = dict(TakenHousehold.objects.values_list("old_number", "household_id"))
        # An award taken over begins here later than it was decided: the month before is its old register's.
        rows = Award.objects.ever_due().due_from(month.first()).order_by("pk").values_list(*_COLUMNS)
        for household, person, township, scheme, terms, number, head, head_index, name, index in rows.iterator():
            self.numbers[number] = household
            facts = facts_of(terms)
            if due := amount_due(facts, month, law):
                called = (bytes(index),) if person else (bytes(head_index),)
                unit = Unit(household, person, township, scheme, facts, due, name if person else head, called)
                self.units[household].append(unit)

    def household(self, number: str) -> int | None:
        """The family under its old number, or this office's."""
        return self._old.get(number) or self.numbers.get(number)

    def unit(self, household: int, person: str | None) -> Unit | None:
        """The unit a line of the roll is about: the person's; without one the household's, or the only one."""
        units = self.units.get(household, [])
        if person is None:
            whole = [unit for unit in units if unit.person is None]
            return whole[0] if whole else units[0] if len(units) == 1 else None
        index = blind_index(normalise(person), column=ID_NUMBER)
        named = [unit for unit in units if index in unit.called]
        # Who heads the family and is alone on 特困 is named by both: the person's own award comes first.
        return min(named, key=lambda unit: unit.person is None) if named else None


def read_roll(content: bytes, faults: Faults) -> list[Line]:
    """The lines of a roll."""
    try:
        return read_workbook(content, ROLL, faults)[PAID.name]
    except NotAWorkbook as error:
        faults.add("", 0, "", str(error))
        return []


def compared(parallel: ParallelMonth, lines: list[Line], faults: Faults) -> Iterator[ParallelLine]:
    """A line for each unit of roll or register; a unit twice in the roll is a fault."""
    month, law = Month.of(parallel.month), law_in_force()
    register = Register(month, law)
    met: dict[tuple[int, int | None], int] = {}
    for line in lines:
        household = register.household(line["family"])
        unit = None if household is None else register.unit(household, line["number"])
        if unit is None:
            yield _only_in_roll(parallel, line, household)
            continue
        key = (unit.household, unit.person)
        if key in met:
            faults.add(PAID.name, line.number, "家庭编号", f"与第 {met[key]} 行是同一户（人），请合并为一行。")
            continue
        met[key] = line.number
        yield _both(parallel, line, unit, month, law)
    for units in register.units.values():
        for unit in units:
            if (unit.household, unit.person) not in met:
                yield _only_in_register(parallel, unit)


def _both(parallel: ParallelMonth, line: Line, unit: Unit, month: Month, law: Law) -> ParallelLine:
    paid, finding, reading, why = line["amount"], Finding.EQUAL, "", ""
    if paid != unit.due.total:
        told = explain(unit.facts, month, law, unit.due.parts, paid)
        finding = Finding.EXPLAINED if told else Finding.UNEXPLAINED
        reading, why = told or ("", "已知的算法都得不到这个金额，请查原系统的计算过程。")
    return ParallelLine(
        row=line.number,
        said=line["family"],
        paid_fen=paid,
        finding=finding,
        reading=reading,
        why=why,
        other_name=line["name"] is not None and line["name"] != unit.name,
        **_of(parallel, unit),
    )


def _of(parallel: ParallelMonth, unit: Unit) -> dict[str, Any]:
    return {
        "parallel": parallel,
        "household_id": unit.household,
        "person_id": unit.person,
        "township_id": unit.township,
        "scheme": unit.scheme,
        "due_fen": unit.due.total,
    }


def _only_in_roll(parallel: ParallelMonth, line: Line, household: int | None) -> ParallelLine:
    why = "登记册没有这个编号。" if household is None else "登记册中这一户（人）本月没有应发的待遇。"
    return ParallelLine(
        parallel=parallel,
        row=line.number,
        said=line["family"],
        household_id=household,
        paid_fen=line["amount"],
        finding=Finding.ROLL_ONLY,
        why=why,
    )


def _only_in_register(parallel: ParallelMonth, unit: Unit) -> ParallelLine:
    decided: date = unit.facts.decided_on
    why = f"名册没有这一户（人）；待遇于 {decided:%Y-%m-%d} 决定。"
    return ParallelLine(finding=Finding.REGISTER_ONLY, why=why, **_of(parallel, unit))

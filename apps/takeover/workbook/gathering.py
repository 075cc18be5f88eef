"""Lines of seven sheets → families: who belongs where, what does not fit together inside the file."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from apps.eligibility.policy.enums import Relation
from apps.households import idnumber
from apps.households.idnumber import IdNumber, NotAnIdNumber
from apps.takeover.workbook.faults import Faults
from apps.takeover.workbook.layout import (
    ACCOUNTS,
    BASES,
    FAMILIES,
    GRANTS,
    INCOMES,
    MEMBERS,
    PROPERTY,
    REGISTER,
    Sheet,
)
from apps.takeover.workbook.reading import Line, Read

HEADING = {(sheet.name, column.key): column.heading for sheet in REGISTER for column in sheet.columns}
OF_A_FAMILY = (INCOMES, PROPERTY, GRANTS, BASES, ACCOUNTS)


@dataclass
class Gathered:
    """The lines of one family; ``good`` until something is wrong with one of them."""

    line: Line
    good: bool = True
    members: list[Line] = field(default_factory=list)
    numbers: list[IdNumber] = field(default_factory=list)
    lines: dict[str, list[Line]] = field(default_factory=dict)

    @property
    def number(self) -> str:
        """How the old register calls it."""
        return str(self.line["family"])

    def of(self, sheet: Sheet) -> list[Line]:
        """Its lines on a sheet."""
        return self.lines.get(sheet.name, [])

    def place(self, number: str) -> int | None:
        """Where in the list of members the person with that identity number stands."""
        wanted = idnumber.normalise(number)
        return next((place for place, one in enumerate(self.numbers) if one.text == wanted), None)


@dataclass
class Gathering:
    """All families of a file, and the faults found while putting them together."""

    faults: Faults
    on: date
    families: dict[str, Gathered] = field(default_factory=dict)

    def wrong(self, family: Gathered | None, sheet: Sheet, line: Line, key: str, says: str) -> None:
        """A fault at a cell; the family cannot be taken over."""
        if family is not None:
            family.good = False
        self.faults.add(sheet.name, line.number, HEADING.get((sheet.name, key), ""), says)

    def good(self) -> Iterator[Gathered]:
        """Families nothing is wrong with so far."""
        return (family for family in self.families.values() if family.good)

    def gather(self, read: Read) -> None:
        """Put the lines of all sheets together."""
        for line in read[FAMILIES.name]:
            self._family(line)
        self._members(read[MEMBERS.name])
        for sheet in OF_A_FAMILY:
            for line in read[sheet.name]:
                if (family := self._family_of(sheet, line)) is not None:
                    family.lines.setdefault(sheet.name, []).append(line)
        for family in self.families.values():
            self._whole(family)

    def _family(self, line: Line) -> None:
        number = line["family"]
        if number is None:
            return
        if (earlier := self.families.get(number)) is not None:
            self.wrong(earlier, FAMILIES, line, "family", f"与第 {earlier.line.number} 行编号相同，每户只能一行。")
            return
        self.families[number] = Gathered(line, good=line.whole)

    def _family_of(self, sheet: Sheet, line: Line) -> Gathered | None:
        number = line["family"]
        if number is None:
            return None
        family = self.families.get(number)
        if family is None:
            self.wrong(None, sheet, line, "family", "“家庭”表没有这个编号，请核对。")
        elif not line.whole:
            family.good = False
        return family

    def _members(self, lines: list[Line]) -> None:
        seen: dict[str, int] = {}
        for line in lines:
            family = self._family_of(MEMBERS, line)
            number = self._identity(family, line)
            if number is not None and number.text in seen:
                self.wrong(family, MEMBERS, line, "number", f"与第 {seen[number.text]} 行是同一个人，只能在一户。")
            elif number is not None:
                seen[number.text] = line.number
                if family is not None:
                    family.members.append(line)
                    family.numbers.append(number)

    def _identity(self, family: Gathered | None, line: Line) -> IdNumber | None:
        text = line["number"]
        if text is None:
            return None
        try:
            return idnumber.read(text, on=self.on)
        except NotAnIdNumber as error:
            self.wrong(family, MEMBERS, line, "number", str(error))
            return None

    def _whole(self, family: Gathered) -> None:
        """One head, no line of somebody who is not in the family."""
        heads = [line for line in family.members if line["relation"] == Relation.HEAD]
        if not family.members:
            self.wrong(family, FAMILIES, family.line, "family", "“成员”表没有这一户的成员。")
        elif not heads and family.good:
            self.wrong(family, FAMILIES, family.line, "family", "没有户主：请在“成员”表指明一名户主。")
        for line in heads[1:]:
            self.wrong(family, MEMBERS, line, "relation", f"这一户已有户主（第 {heads[0].number} 行），只能有一名。")
        for sheet in OF_A_FAMILY:
            for line in family.of(sheet):
                if line["number"] is not None and family.place(line["number"]) is None and family.members:
                    self.wrong(family, sheet, line, "number", "不是这一户的成员，请核对身份证号或家庭编号。")

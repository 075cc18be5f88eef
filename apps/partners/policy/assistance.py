"""专项救助: which help of other bureaus a family may claim on a day, by category and by what its members are.

``items/*.yaml`` are the items with the day each began; a changed item is a later row of the same name, never an edit.
Some conditions no file of this office answers (is somebody registered as unemployed?): the item then stands open with
its question. Unknown is not no.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from apps.eligibility.policy.disability import is_severe, takes_labour_capacity
from apps.eligibility.policy.facts import Disability
from apps.partners.enums import Bureau

_SHIPPED = Path(__file__).parent / "items"
_WORKING_AGES = (16, 59)
_ADULT = 18


@dataclass(frozen=True, slots=True)
class Item:
    """One kind of help as in force from ``start`` until (not including) ``until``."""

    item: str
    label: str
    bureau: Bureau
    clause: str
    of: str
    categories: frozenset[str]
    what: str
    start: dt.date
    confirmed: bool
    accept_within: int
    finish_within: int
    until: dt.date | None = None
    area: str = ""
    ages: tuple[int, int] | None = None
    student: frozenset[str] | None = None
    disability: str = ""
    illness: bool = False
    able_to_work: bool = False
    somebody_able_to_work: bool = False
    adult: bool = False
    died: bool = False
    ask: str = ""

    @property
    def of_one_person(self) -> bool:
        """Whether each member claims it alone; otherwise the family does."""
        return self.of == "PERSON"


@dataclass(frozen=True, slots=True)
class Member:
    """What an item may look at in one person; ``declared`` says whether anything but the age is known."""

    ref: int
    name: str
    age: int
    categories: frozenset[str]
    declared: bool = True
    student: str = ""
    disability: Disability | None = None
    serious_illness: bool = False
    died: bool = False

    @property
    def able_to_work(self) -> bool:
        """Of working age, at no school, not without labour capacity."""
        of_age = _WORKING_AGES[0] <= self.age <= _WORKING_AGES[1]
        return of_age and not self.student and not takes_labour_capacity(self.disability)


@dataclass(frozen=True, slots=True)
class Family:
    """A family as the items see it; ``categories`` are all that hold for it or somebody in it."""

    area: str
    categories: frozenset[str]
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """An item that the family, or one member, may claim; ``ask`` is what has to be found out first."""

    item: Item
    member: Member | None = None
    ask: str = ""

    @property
    def key(self) -> tuple[str, int | None]:
        """What is claimed by whom."""
        return self.item.item, self.member.ref if self.member else None


@cache
def shipped_items() -> tuple[Item, ...]:
    """All rows delivered with the program, in the order of the document."""
    names = ("medical", "education", "housing", "employment", "other")
    rows = [row for name in names for row in yaml.safe_load((_SHIPPED / f"{name}.yaml").read_text(encoding="utf-8"))]
    items = tuple(_item(row) for row in rows)
    if len({(item.item, item.start) for item in items}) != len(items):
        raise ValueError("同一救助项目在同一天有两行")
    return items


def _item(row: dict[str, Any]) -> Item:
    given = dict(row) | {"bureau": Bureau(row["bureau"]), "categories": frozenset(row["categories"])}
    if "ages" in row:
        given["ages"] = tuple(row["ages"])
    if "student" in row:
        given["student"] = frozenset(row["student"])
    return Item(**given)


def in_force(day: dt.date, items: Iterable[Item]) -> list[Item]:
    """The items in force on a day: of each name the latest row that has begun and has not ended."""
    latest: dict[str, Item] = {}
    for item in items:
        if item.start <= day and (item.item not in latest or item.start > latest[item.item].start):
            latest[item.item] = item
    return [item for item in latest.values() if item.until is None or day < item.until]


def claims(family: Family, day: dt.date, items: Iterable[Item]) -> list[Claim]:
    """Everything this family may claim on a day, in the order of the items and of its members."""
    return [claim for item in in_force(day, items) for claim in _claims(item, family)]


def _claims(item: Item, family: Family) -> Iterator[Claim]:
    if item.area and item.area != family.area:
        return
    living = [member for member in family.members if not member.died]
    if not item.of_one_person:
        somebody = not item.somebody_able_to_work or any(member.able_to_work for member in living)
        if item.categories & family.categories and somebody:
            yield Claim(item, ask=item.ask)
        return
    for member in family.members:
        if member.died == item.died and item.categories & member.categories and _of_age(item, member):
            if not member.declared and _needs_the_declaration(item):
                yield Claim(item, member, ask="家庭情况没有申报，先核实是否符合")
            elif _fits(item, member):
                yield Claim(item, member, ask=item.ask)


def _of_age(item: Item, member: Member) -> bool:
    if item.adult and member.age < _ADULT:
        return False
    return item.ages is None or item.ages[0] <= member.age <= item.ages[1]


def _needs_the_declaration(item: Item) -> bool:
    return bool(item.disability or item.illness or item.able_to_work) or item.student is not None


def _fits(item: Item, member: Member) -> bool:
    if item.student is not None and (member.student not in item.student if item.student else bool(member.student)):
        return False
    if item.disability and (
        member.disability is None or (item.disability == "SEVERE" and not is_severe(member.disability))
    ):
        return False
    return (member.serious_illness or not item.illness) and (member.able_to_work or not item.able_to_work)

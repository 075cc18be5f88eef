"""What the register of this office says against a family of the file: somebody known already, an account in use."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from apps.core.crypto import blind_index
from apps.households.models import AccountState, BankAccount, Person
from apps.households.models.account import ACCOUNT_NUMBER, SHARED
from apps.households.models.person import ID_NUMBER
from apps.takeover.models import TakenHousehold
from apps.takeover.register.entry import Entry
from apps.takeover.workbook.gathering import Gathered, Gathering
from apps.takeover.workbook.layout import ACCOUNTS, FAMILIES, MEMBERS

PORTION = 5000

Told = tuple[Gathered, Entry]


def compare_with_register(gathering: Gathering, told: list[Told]) -> None:
    """Tell of everybody and everything that is on file already, and of accounts two families share."""
    _families(gathering, told)
    _people(gathering, told)
    _accounts(gathering, told)


def _families(gathering: Gathering, told: list[Told]) -> None:
    by_number = {family.number: family for family, _ in told}
    for portion in _portions(by_number):
        known = TakenHousehold.objects.filter(old_number__in=portion).values_list("old_number", flat=True)
        for number in known:
            family = by_number[number]
            gathering.wrong(family, FAMILIES, family.line, "family", "这一户已经接管过，不能再次接管。")


def _people(gathering: Gathering, told: list[Told]) -> None:
    by_index: dict[bytes, tuple[Gathered, Any]] = {
        blind_index(number.text, column=ID_NUMBER): (family, line)
        for family, _ in told
        for number, line in zip(family.numbers, family.members, strict=True)
    }
    for index in _known(by_index, Person.objects.all(), "id_number_index"):
        family, line = by_index[index]
        gathering.wrong(family, MEMBERS, line, "number", "此人已在本系统登记，不能再次接管，请先查明。")


def _accounts(gathering: Gathering, told: list[Told]) -> None:
    by_index: dict[bytes, Gathered] = {}
    for family, entry in told:
        if entry.family.account is None:
            continue
        index = blind_index(entry.family.account.number, column=ACCOUNT_NUMBER)
        line = family.of(ACCOUNTS)[0]
        if (other := by_index.get(index)) is not None:
            first = other.of(ACCOUNTS)[0].number
            gathering.wrong(
                family, ACCOUNTS, line, "account", f"与第 {first} 行是同一个账号，一个账户只能收一家的救助金。"
            )
        else:
            by_index[index] = family
    in_use = BankAccount.objects.filter(state__in=[AccountState.PROPOSED, AccountState.APPROVED])
    for index in _known(by_index, in_use, "number_index"):
        gathering.wrong(by_index[index], ACCOUNTS, by_index[index].of(ACCOUNTS)[0], "account", SHARED)


def _known(by_index: Mapping[bytes, Any], rows: Any, column: str) -> Iterator[bytes]:
    for portion in _portions(by_index):
        found = rows.filter(**{f"{column}__in": portion}).values_list(column, flat=True).distinct()
        yield from (bytes(index) for index in found)


def _portions(items: Iterable[Any]) -> Iterator[list[Any]]:
    waiting = iter(items)
    while portion := list(islice(waiting, PORTION)):
        yield portion

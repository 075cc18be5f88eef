"""Decisions and months of the office against the rules' own what-if: both must pay the same, month by month."""

import json
import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from apps.awards.actions import confirm_month, open_month, seal_month
from apps.awards.facts import due_of, month_to_open
from apps.awards.models import CalcLine
from apps.awards.tests import factories as f
from apps.core.money import fen, plain_yuan
from apps.core.month import Month, months
from apps.eligibility import contract
from apps.eligibility.policy.enums import AreaKind, DisabilityCategory, IncomeKind, Relation
from apps.eligibility.policy.standards import Law
from apps.households.actions import declare
from apps.households.family import Family, IncomeEntry, MemberEntry
from apps.households.idnumber import read
from apps.households.models import Household

pytestmark = pytest.mark.django_db
EXAMPLES = Path(contract.__file__).parent / "tests" / "timelines.jsonl"
CASES = [json.loads(line) for line in EXAMPLES.read_text(encoding="utf-8").splitlines()]
Json = dict[str, Any]


class Player:
    """Plays a timeline's decisions through the office; people keep their identity from one event to the next."""

    def __init__(self, office: f.Office, area: str) -> None:
        self.office, self.area = office, AreaKind(area)
        self.numbers: dict[str, Any] = {}
        self.household: Household | None = None

    def family(self, event: Json) -> Family:
        """The family as the event tells it, called by the event's names."""
        places = {member["ref"]: place for place, member in enumerate(event["members"])}
        incomes = tuple(
            IncomeEntry(places[income["member"]], IncomeKind(income["kind"]), fen(income["amount"]))
            for income in event["incomes"]
        )
        people = tuple(self.entry(member) for member in event["members"])
        return Family(self.area, people, incomes=incomes, financial_assets=(), other_assets=())

    def entry(self, member: Json) -> MemberEntry:
        """One person of it."""
        born = date.fromisoformat(member["birth_date"])
        number = self.numbers.setdefault(member["ref"], read(f.number_of(born), on=date(2026, 1, 1)))
        disability = member.get("disability")
        return MemberEntry(
            member["ref"],
            born,
            Relation(member["relation"]),
            number=number,
            coresident=member.get("coresident", False),
            disability=disability and (DisabilityCategory(disability["category"]), disability["grade"]),
        )

    def decide(self, event: Json) -> None:
        """The family declares, the office decides."""
        on, told = date.fromisoformat(event["decided_on"]), self.family(event)
        if self.household is None:
            self.household = f.on_file(self.office, told, on=on)
        else:
            declare(self.household, told, acting_user=self.office.caseworker, on=on)
        f.decide_on(self.office, self.household, on=on)


def named(parts: list[Json], refs: dict[str, str]) -> list[Json]:
    """Parts with the timeline's names for person ids."""
    return [{**part, "member": refs[part["member"]]} if "member" in part else part for part in parts]


def paid(office: f.Office, month: Month, refs: dict[str, str]) -> Json:
    """What the month run of that month pays, in the contract's words."""
    on = month.first()
    if month_to_open(on) != month:
        return {"total": "0.00", "lines": []}
    run = open_month(on, acting_user=office.maker, on=on)
    run = f.calculate(run, on=on)
    confirm_month(run, acting_user=office.checker, on=on)
    seal_month(run, acting_user=office.maker, on=on)
    lines = [
        {
            "scheme": line.scheme,
            "members": [refs[str(pk)] for pk in line.award.members.order_by("pk").values_list("person", flat=True)],
            "amount": plain_yuan(line.amount_fen),
            "parts": named(line.parts, refs),
        }
        for line in CalcLine.objects.filter(run=run).select_related("award").order_by("pk")
    ]
    return {"total": plain_yuan(run.total_fen), "lines": lines}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["request"]["case"])
def test_the_contract_s_timelines_are_paid_by_the_month_run(case: Json) -> None:
    office, request = f.office(), case["request"]
    player, waiting = Player(office, request["area"]), list(request["events"])
    for month in map(Month.parse, case["answer"]["months"]):
        while waiting and Month.parse(waiting[0]["decided_on"][:7]) < month:
            player.decide(waiting.pop(0))
        people = player.household.declarations.values_list("members__person", "members__person__name")
        refs = {str(pk): name for pk, name in people}
        assert paid(office, month, refs) == case["answer"]["months"][str(month)], str(month)


def random_events(rng: random.Random) -> Iterator[Json]:
    """A family whose income wanders across every line of the rules, with people leaving and coming back."""
    month = Month(2022, 1)
    while month < Month(2025, 6):
        members = [{"ref": "甲", "birth_date": "1984-02-29", "relation": "HEAD", "coresident": True}]
        if rng.random() < 0.8:
            members.append({"ref": "乙", "birth_date": "2006-09-01", "relation": "CHILD", "coresident": True})
        if rng.random() < 0.8:
            disability = {"category": "MENTAL", "grade": 3}
            wife = {"ref": "丙", "birth_date": "1953-11-30", "relation": "SPOUSE", "disability": disability}
            members.append({**wife, "coresident": True})
        income = rng.choice([0, 3_000, 9_000, 14_000, 20_000, 26_000, 45_000])
        yield {
            "decided_on": f"{month}-{rng.randint(1, 28):02d}",
            "members": members,
            "incomes": [{"member": "甲", "kind": "WAGE", "amount": f"{income}.00"}],
            "financial_assets": [],
        }
        month += rng.randint(1, 9)


@pytest.mark.parametrize("seed", range(24))
def test_any_course_of_decisions_pays_what_the_rules_foretell(seed: int) -> None:
    office, rng = f.office(), random.Random(seed)
    events, until = list(random_events(rng)), Month(2026, 6)
    request = {"case": "t", "area": "URBAN", "until": str(until), "events": events}
    foretold = contract.answer_timeline(request, Law.shipped())["months"]
    player = Player(office, "URBAN")
    for event in events:
        player.decide(event)
    awards = list(player.household.awards.all())
    for month in months(Month.parse(min(foretold)), until):
        total = sum(due_of(award, month, Law.shipped()).total for award in awards)
        assert plain_yuan(total) == foretold[str(month)]["total"], f"seed {seed}, {month}"

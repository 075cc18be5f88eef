"""Larger registers by seed: the same seed and number make the same families, wherever they are made."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from random import Random

from django.conf import settings
from django.db import transaction

from apps.accounts.actions import load_areas
from apps.accounts.models import Area, User
from apps.accounts.roles import Level
from apps.core.month import Month
from apps.core.refusal import Refused
from apps.households.models import Person
from apps.office.demo.accounts import open_accounts
from apps.office.demo.families import FamilyMaker
from apps.office.demo.people import NEVER_ISSUED, IdOffice
from apps.office.divisions import shipped_divisions
from apps.office.register.cases import applied, take_in
from apps.office.register.takeover import take_over
from apps.takeover.register.entry import Entry

# The last of the never assigned codes is the demo's own.
SEED_AREAS = NEVER_ISSUED[:-1]
# With more people than this some birth dates run out of numbers.
MOST_HOUSEHOLDS = 2_000_000
SERIALS_PER_AREA = 10**8
LAW_BEGINS = date(2021, 11, 1)
DECIDED_WITHIN = timedelta(days=730)
COMMUNITY_WEIGHT = 5
TAKES_IN, SIGNS, DECIDES = "caseworker", "township_leader", "reviewer"
APPLIED_WITHIN = 60


def seed_register(households: int, *, seed: int, acting_user: User, on: date, cases: int = 0) -> int:
    """Write a register of that many families with running awards, and ``cases`` more that have applied; their number.

    Refused("not_here") in production, ("already_seeded") when a register of the same code is there, ("out_of_range").
    """
    if not settings.OFFICE_DATE:
        raise Refused("not_here", "测试登记册只能载入使用工作日期的演示环境，生产环境不能载入。")
    if not 1 <= households <= MOST_HOUSEHOLDS:
        raise Refused("out_of_range", f"户数须在 1 到 {MOST_HOUSEHOLDS} 之间。")
    area_code = SEED_AREAS[seed % len(SEED_AREAS)]
    if Person.objects.filter(id_number_mask__startswith=area_code).exists():
        raise Refused("already_seeded", f"种子 {seed} 所用的身份证号段（{area_code}）已经载入过，请换一个种子。")
    with transaction.atomic():
        load_areas(shipped_divisions(), acting_user=acting_user, on=on)
        _open_accounts(acting_user)
        entries = families(households + cases, seed=seed, on=on)
        rolls = islice(entries, households)
        written = take_over(rolls, register=f"seed {seed}", acting_user=acting_user, on=on)
        if cases:
            leader = User.objects.get(username=SIGNS)
            waiting = applied(entries, on=on, within=APPLIED_WITHIN)
            written += take_in(waiting, leader=leader, acting_user=acting_user, on=on)
        return written


def families(households: int, *, seed: int, on: date) -> Iterator[Entry]:
    """The families of a seed, decided within the two years before last month."""
    chance = Random(seed)  # noqa: S311 - test data, no secret
    area_code = SEED_AREAS[seed % len(SEED_AREAS)]
    # An account pays one family only, also beside the demo or a register of another seed.
    maker = FamilyMaker(chance, IdOffice(area_code), accounts=int(area_code) * SERIALS_PER_AREA)
    villages = list(Area.objects.filter(level=Level.VILLAGE).select_related("parent").order_by("code"))
    weights = [COMMUNITY_WEIGHT if v.kind == Area.Kind.COMMUNITY else 1 for v in villages]
    people = User.objects.in_bulk([TAKES_IN, DECIDES], field_name="username")
    latest = (Month.of(on) - 1).first() - timedelta(days=1)
    earliest = max(LAW_BEGINS, latest - DECIDED_WITHIN)
    for _ in range(households):
        village = chance.choices(villages, weights)[0]
        decided_on = earliest + timedelta(days=chance.randrange((latest - earliest).days + 1))
        family = maker.family(village, on=decided_on)
        yield Entry(family, village.township, decided_on, people[TAKES_IN], people[DECIDES])


def _open_accounts(acting_user: User) -> None:
    """Somebody must stand behind the decisions; without a demo office its accounts are opened."""
    if not User.objects.filter(username=DECIDES).exists():
        open_accounts(acting_user=acting_user)

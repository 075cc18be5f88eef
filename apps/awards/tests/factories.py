"""A small office with families on file, made through the same acts as in real life."""

from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

from apps.accounts.models import Area, Posting, User
from apps.accounts.roles import Level, Role
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.actions import (
    apply_decision,
    calculate_chunk,
    current_of,
    finish_if_complete,
    finish_what_if,
    rehearse_chunk,
)
from apps.awards.models import Award, Decision, MonthRun, WhatIf
from apps.core.models import OfficeDate
from apps.eligibility.actions import assess
from apps.eligibility.policy.enums import AreaKind, DisabilityCategory, IncomeKind, Relation
from apps.households.actions import declare, open_household
from apps.households.family import Family, IncomeEntry, MemberEntry
from apps.households.idnumber import check_digit, read
from apps.households.models import Household

COUNTY = "220281000000"
_serial = count(1)


@dataclass
class Office:
    """The county, two townships, and one official a post."""

    county: Area
    town: Area
    other_town: Area
    caseworker: User
    leader: User
    stranger: User
    reviewer: User
    chief: User
    maker: User
    checker: User
    auditor: User


def office() -> Office:
    """Areas, officials and postings."""
    system = User.objects.system()
    with act(Verb.LOAD_AREAS, acting_user=system, on=date(2021, 11, 1)):
        county = Area.objects.create(code=COUNTY, name="蛟河市", level=Level.COUNTY, kind=Area.Kind.COUNTY)
        town, other = (
            Area.objects.create(code=code, name=name, level=Level.TOWNSHIP, kind=Area.Kind.TOWN, parent=county)
            for code, name in (("220281100000", "新站镇"), ("220281101000", "天岗镇"))
        )
    with act(Verb.APPOINT, acting_user=system, on=date(2021, 11, 1)):
        return Office(
            county,
            town,
            other,
            caseworker=official("caseworker", Role.CASEWORKER, town),
            leader=official("leader", Role.TOWNSHIP_LEADER, town),
            stranger=official("stranger", Role.CASEWORKER, other),
            reviewer=official("reviewer", Role.REVIEWER, county),
            chief=official("chief", Role.BUREAU_CHIEF, county),
            maker=official("maker", Role.PAYMENTS_MAKER, county),
            checker=official("checker", Role.PAYMENTS_CHECKER, county),
            auditor=official("auditor", Role.AUDITOR, county),
        )


def official(username: str, role: Role, area: Area) -> User:
    """Someone with a post, inside an act."""
    user = User.objects.create(username=username, name=f"{role.label}甲", password="!")
    Posting.objects.create(user=user, area=area, role=role, since=date(2021, 11, 1))
    return user


def number_of(born: date) -> str:
    """A well-formed identity number that belongs to nobody: serials of a code never given out."""
    stem = f"229999{born:%Y%m%d}{next(_serial) % 1000:03d}"
    return stem + check_digit(stem)


def member(name: str, born: date, relation: Relation = Relation.HEAD, *, grade: int = 0, **facts: Any) -> MemberEntry:
    """A member of a family; ``grade`` gives a physical disability."""
    number = read(number_of(born), on=date(2026, 1, 1))
    disability = (DisabilityCategory.PHYSICAL, grade) if grade else None
    return MemberEntry(name, born, relation, number=number, disability=disability, **facts)


def three() -> tuple[MemberEntry, ...]:
    """A couple with a child; the wife is severely disabled."""
    return (
        member("赵一", date(1985, 1, 1)),
        member("赵小", date(2012, 5, 1), Relation.CHILD),
        member("钱二", date(1986, 1, 1), Relation.SPOUSE, grade=2),
    )


def family(members: tuple[MemberEntry, ...] | None = None, *, income_fen: int = 1_080_000) -> Family:
    """An urban family without assets, the head earning."""
    return Family(
        area_kind=AreaKind.URBAN,
        members=members or three(),
        incomes=(IncomeEntry(0, IncomeKind.WAGE, income_fen),),
        financial_assets=(),
        other_assets=(),
    )


def on_file(office: Office, told: Family, *, on: date, town: Area | None = None) -> Household:
    """Open a file and write down what was told."""
    household = open_household(told, township=town or office.town, acting_user=office.caseworker, on=on)
    declare(household, told, acting_user=office.caseworker, on=on)
    return household


def decide_on(office: Office, household: Household, *, on: date) -> Decision:
    """Assess the newest declaration that day and apply what comes out."""
    declaration = household.declarations.order_by("-pk").first()
    assessment = assess(declaration, as_of=on, current=current_of(household, on), acting_user=office.reviewer, on=on)
    return apply_decision(household, assessment=assessment, acting_user=office.reviewer, on=on)


def granted(office: Office, *, on: date, **told: Any) -> Award:
    """A family whose award was decided that day."""
    household = on_file(office, family(**told), on=on)
    decide_on(office, household, on=on)
    return household.awards.get()


def calculate(run: MonthRun, *, on: date) -> MonthRun:
    """Do the month's work in this process."""
    system = User.objects.system()
    for pk in run.chunks.order_by("number").values_list("pk", flat=True):
        calculate_chunk(pk, acting_user=system, on=on)
    finish_if_complete(run.pk, acting_user=system, on=on)
    run.refresh_from_db()
    return run


def rehearsed(what_if: WhatIf, *, on: date) -> WhatIf:
    """Do a rehearsal's work in this process."""
    system = User.objects.system()
    for pk in what_if.chunks.order_by("number").values_list("pk", flat=True):
        rehearse_chunk(pk, acting_user=system, on=on)
    finish_what_if(what_if.pk, acting_user=system, on=on)
    what_if.refresh_from_db()
    return what_if


def office_date(day: date) -> None:
    """Move the office to a day."""
    OfficeDate.objects.update_or_create(pk=1, defaults={"day": day})

"""A family on benefit to which things happen, by the office's own acts; shared by the tests of its life."""

from dataclasses import replace
from datetime import date, timedelta

from apps.applications import actions
from apps.applications.forms.intake.review import sections_on_file
from apps.applications.models import Application
from apps.applications.tests import factories as f
from apps.awards.facts import due_of
from apps.awards.models import Award
from apps.core.month import Month
from apps.eligibility.facts import family_of
from apps.eligibility.law import law_in_force
from apps.households.family import Family
from apps.households.models import Household, Person

JUNE_3 = f.PAY_DAY
EXAMINED = {"account": None, "keeps_account": True}


def on_benefit(o: f.Office, family: Family | None = None) -> Household:
    """The Zhaos since June: 560 × 3 − 900 = 780, minor 280, severe disability 336: 1396.00."""
    return f.confirmed(o, family).household


def person_of(household: Household, name: str) -> Person:
    return Person.objects.get(memberships__household=household, name=name)


def on_file(household: Household, *, on: date, without: tuple[str, ...] = (), **told: object) -> Family:
    """What is on file, without some people, with what is told anew; ready to be submitted."""
    declaration = household.declarations.in_force(household, on)
    family = family_of(declaration)
    family = family.without([one.person_id for one in family.members if one.name in without])
    return replace(family, **EXAMINED, consent_on=on, near_relative_of="", **told)


def decided(o: f.Office, case: Application, family: Family, on: date) -> Application:
    """Submitted, visited, signed, publicised and confirmed the day after the notice."""
    case = actions.submit(case, family=family, acting_user=o.caseworker, on=on)
    return carried_on(o, case, on)


def carried_on(o: f.Office, case: Application, on: date) -> Application:
    """From acceptance to the bureau's confirmation."""
    case = actions.accept(case, acting_user=o.caseworker, on=on)
    case = f.looked_into(case, acting_user=o.caseworker, on=on)
    case = actions.propose(case, agrees=True, text="属实。", acting_user=o.leader, on=on)
    case = actions.post_notice(case, place="公示栏", acting_user=o.caseworker, on=on)
    day = case.notice_ends_on + timedelta(days=1)
    return actions.confirm(case, seen=f.seen_by_reviewer(case, day), acting_user=o.reviewer, on=day)


def dies(o: f.Office, household: Household, name: str, died_on: date, *, on: date = JUNE_3) -> Application | None:
    """A death is brought to the desk."""
    person = person_of(household, name)
    sections = sections_on_file(household, on=on, without=[person.pk])
    return actions.record_death(
        person, died_on=died_on, evidence="医院死亡证明", sections=sections, acting_user=o.caseworker, on=on
    )


def due(award: Award, year: int, month: int) -> int:
    """Fen for a month."""
    return due_of(award, Month(year, month), law_in_force()).total

"""Larger registers: the same for the same seed, ready for a month, never in production."""

from itertools import islice

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum

from apps.accounts.models import User
from apps.awards.actions import calculate_chunk, finish_if_complete, open_month
from apps.awards.enums import RunState
from apps.awards.models import Award, AwardMember, CalcLine
from apps.core.money import fen
from apps.core.refusal import Refused
from apps.eligibility.models import Assessment
from apps.households.models import AccountState, BankAccount, Household, Membership, Person
from apps.office.demo.accounts import open_accounts
from apps.office.demo.people import NEVER_ISSUED, IdOffice, NumbersExhausted
from apps.office.register.seed import SEED_AREAS, families, seed_register
from apps.office.tests.factories import ON, open_office

pytestmark = pytest.mark.django_db


@pytest.fixture
def system():
    open_office()
    return User.objects.system()


def said(seed, system):
    return [(entry.decided_on, entry.family) for entry in islice(families(50, seed=seed, on=ON), 50)]


def test_the_same_seed_makes_the_same_families(system):
    open_accounts(acting_user=system)
    assert said(4, system) == said(4, system)
    assert said(4, system) != said(5, system)


def test_a_register_is_whole(system):
    assert seed_register(120, seed=2, acting_user=system, on=ON) == 120
    assert Household.objects.count() == Award.objects.count() == Assessment.objects.count() == 120
    assert BankAccount.objects.filter(state=AccountState.APPROVED).count() == 120
    assert Person.objects.count() == Membership.objects.count() == AwardMember.objects.count() > 120
    person = Person.objects.order_by("pk").last()
    assert person.full_id_number()[:6] == SEED_AREAS[2]
    assert person.id_number_mask.startswith(SEED_AREAS[2])


def test_every_row_has_its_history(system):
    seed_register(30, seed=2, acting_user=system, on=ON)
    # Opened, then given the day of its next review.
    assert [Household.history.filter(history_type=kind).count() for kind in "+~"] == [30, 30]
    assert Household.objects.filter(review_due_on__gt=ON).exclude(review_class="").count() == 30
    assert Person.history.count() == Person.objects.count()
    assert set(Award.history.values_list("act__payload__register", flat=True)) == {"seed 2"}


def test_a_month_runs_over_it(system):
    seed_register(120, seed=2, acting_user=system, on=ON)
    run = open_month(ON, acting_user=User.objects.get(username="payments_maker"), on=ON)
    for chunk in run.chunks.values_list("pk", flat=True):
        assert calculate_chunk(chunk, acting_user=system, on=ON)
    assert finish_if_complete(run.pk, acting_user=system, on=ON)
    run.refresh_from_db()
    assert (run.state, run.units) == (RunState.CALCULATED, 120)
    assert run.total_fen == CalcLine.objects.filter(run=run).aggregate(fen=Sum("amount_fen"))["fen"] > 0


def test_what_was_decided_this_year_is_what_the_month_pays(system):
    seed_register(120, seed=2, acting_user=system, on=ON)
    run = open_month(ON, acting_user=User.objects.get(username="payments_maker"), on=ON)
    for chunk in run.chunks.values_list("pk", flat=True):
        calculate_chunk(chunk, acting_user=system, on=ON)
    lines = CalcLine.objects.filter(award__decision__decided_on__year=2024).select_related(
        "award__decision__assessment"
    )
    assert lines
    for line in lines:
        assert fen(line.award.decision.assessment.awards[0]["monthly"]) == line.amount_fen


def test_the_same_numbers_are_not_given_out_twice(system):
    seed_register(5, seed=1, acting_user=system, on=ON)
    with pytest.raises(Refused) as refused:
        seed_register(5, seed=1 + len(SEED_AREAS), acting_user=system, on=ON)
    assert refused.value.code == "already_seeded"
    assert seed_register(5, seed=2, acting_user=system, on=ON) == 5


def test_a_day_has_only_so_many_numbers():
    office = IdOffice(NEVER_ISSUED[0])
    given = {office.issue(ON, "MALE").text for _ in range(500)}
    assert len(given) == 500
    with pytest.raises(NumbersExhausted):
        office.issue(ON, "MALE")


def test_only_never_assigned_codes_are_given_out():
    with pytest.raises(ValueError, match="220281"):
        IdOffice("220281")


def test_production_refuses(system, settings):
    settings.OFFICE_DATE = False
    with pytest.raises(CommandError, match="生产环境"):
        call_command("seed_register", households=10, seed=1)


def test_a_foolish_number_of_households_is_refused(system):
    with pytest.raises(CommandError, match="户数"):
        call_command("seed_register", households=0, seed=1)

"""Nobody decides on their own work: refused by the database too, whatever statement is sent."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from apps.applications.models import Application
from apps.applications.tests import factories as f
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.households.models import BankAccount

EARLIER = ("opened_by", "submitted_by", "accepted_by", "investigated_by", "proposed_by")


@pytest.fixture(scope="module")
def shared(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[f.Office, Application]]:
    with f.undone(django_db_blocker):
        o = f.office()
        yield o, f.publicised(o)


@pytest.fixture
def case(shared: tuple[f.Office, Application]) -> Iterator[Application]:
    with f.undone():
        yield Application.objects.get(pk=shared[1].pk)


def refused(o: f.Office, constraint: str, statement: str, *values: Any) -> None:
    """The statement, inside a declared act, breaks the named constraint."""
    with act(Verb.CONFIRM, acting_user=o.reviewer, on=f.DECIDED):
        cursor = connection.cursor()
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            cursor.execute(statement, values)


@pytest.mark.parametrize("step", EARLIER)
def test_who_took_an_earlier_step_does_not_decide(shared: Any, case: Application, step: str) -> None:
    statement = f"UPDATE applications_application SET {step}_id = %s, decided_by_id = %s"  # noqa: S608
    refused(shared[0], f"application_decided_by_not_{step}", statement, shared[0].reviewer.pk, shared[0].reviewer.pk)


def test_who_investigated_does_not_sign_the_opinion(shared: Any, case: Application) -> None:
    statement = "UPDATE applications_application SET proposed_by_id = investigated_by_id"
    refused(shared[0], "application_proposed_by_not_investigated_by", statement)


def test_another_person_may(shared: Any, case: Application) -> None:
    with act(Verb.CONFIRM, acting_user=shared[0].reviewer, on=f.DECIDED):
        Application.objects.filter(pk=case.pk).update(decided_by=shared[0].reviewer)


def test_who_proposed_an_account_does_not_approve_it(shared: Any, case: Application) -> None:
    account = BankAccount.objects.get(household=case.household)
    assert account.proposed_by == shared[0].caseworker
    statement = "UPDATE households_bankaccount SET state = 'APPROVED', decided_by_id = proposed_by_id"
    refused(shared[0], "account_approved_by_another", statement)


def test_no_account_comes_into_use_without_an_approver(shared: Any, case: Application) -> None:
    refused(shared[0], "account_in_use_was_approved", "UPDATE households_bankaccount SET state = 'APPROVED'")


def test_a_case_is_not_confirmed_without_decision_and_decider(shared: Any, case: Application) -> None:
    refused(
        shared[0],
        "confirmed_after_the_notice",
        "UPDATE applications_application SET state = 'CONFIRMED', notice_ends_on = NULL",
    )


def test_a_case_is_not_refused_without_a_ground(shared: Any, case: Application) -> None:
    refused(shared[0], "refusal_has_a_ground", "UPDATE applications_application SET state = 'REFUSED'")

"""T19: C1 to C14, each broken by one statement of the application's role, and refused by the database alone.

Every statement stands inside a declared act, as a program gone wrong would write it. The finer cases stand with their
tables (``apps/payments/tests/test_constraints.py``, ``apps/awards/tests/test_constraints.py``).
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection

from apps.applications.tests import factories as f
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.models import Tick
from apps.partners.models import KeptAnswer
from apps.partners.tests.factories import program
from apps.payments.models import Batch
from apps.payments.tests.office import TODAY, PayOffice, open_office

pytestmark = pytest.mark.django_db

UUID = "00000000-0000-4000-8000-000000000001"


def twin(table: str, same: str = "'{}'", **changes: Any) -> str:
    """A statement that writes the newest row again but for the changes; ``same``: JSON made of the row itself."""
    new = json.dumps(changes)
    return (
        f"INSERT INTO {table} SELECT (jsonb_populate_record(kept, jsonb_build_object('id', id + 1000000) "  # noqa: S608
        f"|| '{new}' || {same})).* FROM {table} kept WHERE id = (SELECT max(id) FROM {table})"
    )


def as_it_is(office: PayOffice) -> None:
    """May, confirmed."""


def drafted(office: PayOffice) -> None:
    office.draft()


def frozen(office: PayOffice) -> None:
    office.frozen()


def returned(office: PayOffice) -> None:
    office.imported(office.submitted())


def sealed_beside_another(office: PayOffice) -> None:
    sealed = office.sealed()
    given = {"month": sealed.month, "purpose": "REISSUE", "drawn_by": office.maker, "drawn_on": TODAY}
    with act(Verb.DRAW_BATCH, acting_user=office.maker, on=TODAY):
        Batch.objects.create(number="X", **given)


def a_tick(office: PayOffice) -> None:
    Tick.objects.create(schedule="payments.look_back", due_at=datetime(2024, 5, 20, tzinfo=UTC))


@dataclass(frozen=True)
class Broken:
    """What is broken, in which state of the month, by which statement of which act, and what the database says."""

    what: str
    bring: Any
    statement: str
    says: str
    verb: Verb = Verb.DRAW_BATCH


AGAIN = twin("payments_entitlement", kind="CORRECTION", calc_line_id=None)
RUNNING = {"state": "CALCULATING", "confirmed_by_id": None, "confirmed_on": None, "total_fen": None}
APPROVED = """UPDATE payments_batch SET state = 'APPROVED', approved_by_id = drawn_by_id, approved_on = drawn_on,
    approved_sha256 = content_sha256"""
LAST = "jsonb_build_object('batch_id', (SELECT max(id) FROM payments_batch))"
BROKEN = [
    Broken("C1 owed once", drafted, f"{AGAIN}; {AGAIN}", "owed_once"),
    Broken("C2 one run a month", as_it_is, twin("awards_monthrun", **RUNNING), "one_run_a_month"),
    Broken("C3 one line of a unit", as_it_is, twin("awards_calcline"), "one_line_of_an_award"),
    Broken("C4 one live payment", drafted, twin("payments_instruction", end_to_end_id=UUID, attempt_no=2), "one_live"),
    Broken("C5 an attempt once", drafted, twin("payments_instruction", end_to_end_id=UUID), "one_attempt_of_a_number"),
    Broken(
        "C6 a serial number once",
        sealed_beside_another,
        twin("payments_bankfile", LAST, uuid=UUID, sha256="0" * 64),
        "serial_no",
    ),
    Broken("C7 a return file once", returned, twin("payments_returnfile", uuid=UUID), "return_file_applied_once"),
    Broken("C8 a line once", returned, twin("payments_returnline"), "one_return_line_of_a_number"),
    Broken(
        "C9 one award", as_it_is, twin("awards_award", uuid=UUID), "one_award_of_a_unit_at_a_time", Verb.DECIDE_AWARD
    ),
    Broken("C10 one signature a round", frozen, twin("payments_signature"), "one_step_of_a_person_in_a_round"),
    Broken("C11 maker is not checker", frozen, APPROVED, "batch_approved_by_another"),
    Broken("C12 the ledger balances", drafted, twin("payments_ledgerentry"), "must sum to zero"),
    Broken("C13 a tick once", a_tick, twin("core_tick"), "one_tick_of_a_moment"),
]


@pytest.mark.parametrize("broken", BROKEN, ids=lambda one: one.what)
def test_the_database_refuses(broken: Broken) -> None:
    office = open_office()
    broken.bring(office)
    declared = act(broken.verb, acting_user=office.maker, on=TODAY)
    with pytest.raises(DatabaseError, match=broken.says), declared, connection.cursor() as cursor:
        cursor.execute(broken.statement)


def test_c14_one_answer_a_key() -> None:
    KeptAnswer.objects.create(client=program(f.office()).client, key="key-0001", asked="0" * 64)
    with pytest.raises(DatabaseError, match="one_answer_a_key"), connection.cursor() as cursor:
        cursor.execute(twin("partners_keptanswer", uuid=UUID))


def test_there_are_fourteen_and_nobody_but_the_application_asked() -> None:
    assert [broken.what.split()[0] for broken in BROKEN] == [f"C{number}" for number in range(1, 14)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("jiaohe_county",)

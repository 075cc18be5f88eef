"""Each invariant finds its planted violation, and nothing in clean data."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from apps.payments.correction_invariants import CORRECTION_INVARIANTS
from apps.payments.invariants import INVARIANTS, broken_invariants
from apps.payments.tests.office import MAY, PayOffice

pytestmark = pytest.mark.django_db

PLANTED = {
    "I1": "UPDATE awards_monthrun SET units = units + 1",
    "I2": "UPDATE payments_entitlement SET amount_fen = amount_fen + 1",
    "I3": "UPDATE payments_bankfile SET total_fen = total_fen - 1",
    "I4": "UPDATE payments_instruction SET amount_fen = amount_fen + 1 WHERE state = 'PAID'",
    "I5": "UPDATE payments_instruction SET state = 'SUBMITTED' WHERE state = 'REJECTED'",
    "I6": "UPDATE payments_ledgerentry SET amount_fen = amount_fen + 1 WHERE amount_fen < 0",
    "I6b": "UPDATE payments_ledgerentry SET amount_fen = amount_fen * 2",
}


TABLES = ("entitlement", "bankfile", "instruction", "ledgerentry", "subsidyline")


@contextmanager
def as_the_owner_without_guards() -> Iterator[None]:
    """What no program of the office can do: write past triggers and privileges."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL ROLE none")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE payments_{table} DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE awards_monthrun DISABLE TRIGGER USER")
        yield
        cursor.execute("SET LOCAL ROLE jiaohe_app")


def test_every_invariant_has_its_plant() -> None:
    # Those of corrections are planted in test_receivables, that of subsidies in test_subsidies.
    assert set(PLANTED) == set(INVARIANTS) - set(CORRECTION_INVARIANTS) - {"I2b"}


@pytest.mark.parametrize("code", PLANTED)
def test_a_planted_violation_is_found(office: PayOffice, code: str) -> None:
    office.imported(office.submitted(), {1: "14"})
    assert broken_invariants() == broken_invariants(MAY) == []
    with as_the_owner_without_guards(), connection.cursor() as cursor:
        cursor.execute(PLANTED[code])
    found = {broken.code: broken for broken in broken_invariants()}
    assert code in found
    assert found[code].where
    assert code in {broken.code for broken in broken_invariants(MAY)}
    assert found.keys() - {code} <= {"I3", "I4", "I5", "I6b"}


def test_another_month_is_not_blamed(office: PayOffice) -> None:
    office.imported(office.submitted(), {1: "14"})
    with as_the_owner_without_guards(), connection.cursor() as cursor:
        cursor.execute(PLANTED["I3"])
    assert broken_invariants(MAY.replace(month=4)) == []

"""What the database refuses of payments, whoever writes: statements as the application's role."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.payments import actions
from apps.payments.models import Batch, Entitlement, Instruction
from apps.payments.tests.office import TODAY, PayOffice

pytestmark = pytest.mark.django_db

INSTRUCTION = """
    INSERT INTO payments_instruction (end_to_end_id, entitlement_id, attempt_no, batch_id, township_id, account_id,
        payee_name, account_mask, amount_fen, state, failure_code, failure_text)
    SELECT {end_to_end_id}, entitlement_id, {attempt_no}, {batch_id}, township_id, {account_id}, payee_name,
        account_mask, {amount_fen}, 'QUEUED', '', '' FROM payments_instruction WHERE id = {id}
"""


@contextmanager
def refused(office: PayOffice, message: str) -> Iterator[None]:
    """The statement is refused for this reason, although an act was declared."""
    with (
        pytest.raises(DatabaseError, match=message),
        act(Verb.DRAW_BATCH, acting_user=office.maker, on=TODAY),
    ):
        yield


def run(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def another(instruction: Instruction, **changes: Any) -> str:
    """A statement that adds an instruction like this one but for the changes."""
    given = {
        "end_to_end_id": f"'{uuid4()}'",
        "attempt_no": 2,
        "batch_id": "batch_id",
        "account_id": "account_id",
        "amount_fen": "amount_fen",
        "id": instruction.pk,
    }
    return INSTRUCTION.format(**(given | changes))


def test_c1_a_month_is_owed_once_also_for_a_household_without_person(office: PayOffice) -> None:
    office.draft()
    again = """INSERT INTO payments_entitlement
        (household_id, person_id, township_id, scheme, month, kind, seq, amount_fen)
        SELECT household_id, person_id, township_id, scheme, month, 'CORRECTION', 1, amount_fen
        FROM payments_entitlement"""
    with act(Verb.ENTITLE, acting_user=office.maker, on=TODAY):
        run(again)
    with refused(office, "owed_once"):
        run(again)
    with refused(office, "regular_comes_from_a_line"):
        run(again.replace("'CORRECTION'", "'REGULAR'"))
    with refused(office, "owed_is_positive"):
        run(again.replace("1, amount_fen\n", "2, 0\n"))


def test_c4_an_entitlement_has_one_live_payment(office: PayOffice) -> None:
    office.draft()
    with refused(office, "one_live_payment"):
        run(another(Instruction.objects.first()))


def test_c5_an_attempt_and_its_id_are_unique(office: PayOffice) -> None:
    batch = actions.cancel(office.draft(), reason="重编", acting_user=office.maker, on=TODAY)
    rest = actions.draw_up_rest(office.run, acting_user=office.maker, on=TODAY)
    old, new = batch.instructions.first(), rest.instructions.last()
    with refused(office, "one_attempt_of_a_number"):
        run(another(old, attempt_no=1, batch_id=rest.pk))
    with refused(office, "end_to_end_id"):
        run(another(old, attempt_no=9, batch_id=rest.pk, end_to_end_id=f"'{new.end_to_end_id}'"))


def test_c6_a_batch_has_one_file_and_serials_and_digests_are_unique(office: PayOffice) -> None:
    batch = office.sealed()
    copy = """INSERT INTO payments_bankfile
        (uuid, batch_id, bank, layout, serial_no, content_sealed, sha256, line_count, total_fen, made_on)
        SELECT gen_random_uuid(), {batch}, bank, layout, {serial}, content_sealed, {sha}, line_count, total_fen, made_on
        FROM payments_bankfile"""
    with act(Verb.DRAW_BATCH, acting_user=office.maker, on=TODAY):
        other = Batch.objects.create(
            number="X", month=batch.month, purpose="REISSUE", drawn_by=office.maker, drawn_on=TODAY
        )
    for given, reason in (
        ({"batch": batch.pk, "serial": "'x'", "sha": "'y'"}, "batch_id"),
        ({"batch": other.pk, "serial": "serial_no", "sha": "'y'"}, "serial_no"),
        ({"batch": other.pk, "serial": "'x'", "sha": "sha256"}, "sha256"),
    ):
        with refused(office, reason):
            run(copy.format(**given))


def test_c7_c8_a_file_is_applied_once_and_a_line_answers_once(office: PayOffice) -> None:
    batch = office.submitted()
    office.imported(batch)
    file = """INSERT INTO payments_returnfile (uuid, {0}) SELECT gen_random_uuid(), {0} FROM payments_returnfile"""
    columns = """batch_id, late, bank, bank_file_no, layout, sha256, content_sealed, outcome, errors, line_count,
        paid_count, failed_count, unknown_count, imported_by_id, imported_on"""
    with refused(office, "return_file_applied_once"):
        run(file.format(columns))
    line = """INSERT INTO payments_returnline
        (return_file_id, line_no, instruction_id, amount_fen, code, bank, bank_txn_id, outcome)
        SELECT return_file_id, {line}, instruction_id, amount_fen, {code}, bank, bank_txn_id, {outcome}
        FROM payments_returnline"""
    for given, reason in (
        ({"line": "line_no", "code": "code", "outcome": "outcome"}, "one_return_line_of_a_number"),
        ({"line": "line_no + 100", "code": "'51'", "outcome": "'RETURNED'"}, "one_answer_in_a_file"),
    ):
        with refused(office, reason):
            run(line.format(**given))


def test_c10_c11_maker_checker_and_releaser_are_three(office: PayOffice) -> None:
    batch = office.frozen()
    approve = (
        "UPDATE payments_batch SET state = 'APPROVED', approved_by_id = %s, approved_on = %s, approved_sha256 = %s"
    )
    release = "UPDATE payments_batch SET state = 'SEALED', released_by_id = %s, released_on = %s"
    with refused(office, "batch_approved_by_another"):
        run(approve, office.maker.pk, TODAY, batch.content_sha256)
    with refused(office, "batch_approval_is_of_this_content"):
        run(approve, office.checker.pk, TODAY, "0" * 64)
    with refused(office, "batch_approval_is_of_this_content"):
        run("UPDATE payments_batch SET state = 'APPROVED'")
    actions.approve(batch, content_sha256=batch.content_sha256, acting_user=office.checker, on=TODAY)
    for user in (office.maker, office.checker):
        with refused(office, "batch_released_by_a_third"):
            run(release, user.pk, TODAY)
    with refused(office, "batch_release_says_by_whom"):
        run("UPDATE payments_batch SET state = 'SEALED'")


def test_c12_the_ledger_balances_after_every_statement(office: PayOffice) -> None:
    office.draft()
    one_side = """INSERT INTO payments_ledgerentry (transaction_id, account, township_id, scheme, amount_fen)
        SELECT transaction_id, account, township_id, scheme, amount_fen FROM payments_ledgerentry
        WHERE amount_fen > 0"""
    with refused(office, "must sum to zero"):
        run(one_side)
    with refused(office, "posted_once"):
        run("""INSERT INTO payments_ledgertransaction (event, "on", run_id)
            SELECT event, "on", run_id FROM payments_ledgertransaction""")
    with refused(office, "posted_from_one_source"):
        run("INSERT INTO payments_ledgertransaction (event, \"on\") VALUES ('PAID', '2024-05-20')")


CONTENT_CHANGES = [
    "UPDATE payments_instruction SET amount_fen = amount_fen + 1",
    "UPDATE payments_instruction SET payee_name = '别人'",
    "UPDATE payments_instruction SET account_mask = '**** 0000'",
    "UPDATE payments_instruction SET batch_id = {other}",
    "UPDATE payments_instruction SET attempt_no = 7",
    "UPDATE payments_instruction SET id = id + 1000",
    "DELETE FROM payments_instruction",
    "UPDATE payments_batch SET expected_total_fen = 1 WHERE id = {batch}",
    "UPDATE payments_batch SET content_sha256 = 'x', approved_sha256 = 'x' WHERE id = {batch}",
    "UPDATE payments_batch SET drawn_by_id = approved_by_id WHERE id = {batch}",
    "UPDATE payments_batch SET number = 'Y' WHERE id = {batch}",
    "UPDATE payments_batch SET approved_by_id = released_by_id WHERE id = {batch}",
    "UPDATE payments_batch SET state = 'CLOSED' WHERE id = {batch}",
    "UPDATE payments_batch SET state = 'DRAFT' WHERE id = {batch}",
    "DELETE FROM payments_batch WHERE id = {batch}",
    "UPDATE payments_instruction SET state = 'PAID', settled_on = '2024-05-20'",
]


@pytest.mark.parametrize("statement", CONTENT_CHANGES)
def test_nothing_of_a_sealed_batch_changes(office: PayOffice, statement: str) -> None:
    batch = office.sealed()
    with act(Verb.DRAW_BATCH, acting_user=office.maker, on=TODAY):
        other = Batch.objects.create(
            number="X", month=batch.month, purpose="REISSUE", drawn_by=office.maker, drawn_on=TODAY
        )
    reason = r"does not change|do not change|never deleted|cannot move|exactly what is owed|batch_approved"
    with refused(office, reason):
        run(statement.format(batch=batch.pk, other=other.pk))


def test_nothing_joins_a_batch_that_is_no_draft(office: PayOffice) -> None:
    batch = actions.cancel(office.frozen(), reason="重编", acting_user=office.maker, on=TODAY)
    with refused(office, "no draft do not change"):
        run(another(batch.instructions.first()))


def test_a_draft_pays_what_is_owed_to_an_account_of_that_family(office: PayOffice) -> None:
    batch = office.draft()
    one, two = batch.instructions.order_by("pk")[:2]
    with refused(office, "exactly what is owed"):
        run("UPDATE payments_instruction SET account_id = %s WHERE id = %s", two.account_id, one.pk)
    with refused(office, "exactly what is owed"):
        run("UPDATE payments_instruction SET amount_fen = amount_fen - 1 WHERE id = %s", one.pk)


def test_failed_and_paid_payments_do_not_go_back(office: PayOffice) -> None:
    office.imported(office.submitted(), {1: "14"})
    for state in ("QUEUED", "SUBMITTED", "UNKNOWN", "PAID", "CANCELLED"):
        with refused(office, "cannot move"):
            run("UPDATE payments_instruction SET state = %s WHERE state = 'REJECTED'", state)
        if state != "PAID":
            with refused(office, "cannot move"):
                run("UPDATE payments_instruction SET state = %s WHERE state = 'PAID'", state)


APPEND_ONLY = ["entitlement", "bankfile", "returnfile", "returnline", "ledgertransaction", "ledgerentry"]
HISTORY = ["historicalbatch", "historicalinstruction"]


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_tables_that_only_grow(office: PayOffice, table: str) -> None:
    office.imported(office.submitted(), {1: "14"})
    for statement in ("UPDATE payments_{} SET id = id", "DELETE FROM payments_{}", "TRUNCATE payments_{} CASCADE"):
        with refused(office, "permission denied"):
            run(statement.format(table))


@pytest.mark.parametrize("table", HISTORY)
def test_history_is_written_by_nobody(office: PayOffice, table: str) -> None:
    office.draft()
    for statement in (
        "UPDATE payments_{0} SET history_type = '+'",
        "DELETE FROM payments_{0}",
        "TRUNCATE payments_{0}",
        "INSERT INTO payments_{0} SELECT * FROM payments_{0}",
    ):
        with refused(office, "permission denied"):
            run(statement.format(table))


def test_no_write_without_a_declared_act(office: PayOffice) -> None:
    office.draft()
    owed = Entitlement.objects.first()
    statements = [
        "UPDATE payments_batch SET closed_on = '2024-05-20'",
        "UPDATE payments_instruction SET state = 'CANCELLED'",
        """INSERT INTO payments_ledgertransaction (event, "on", batch_id)
            SELECT 'SUBMITTED', '2024-05-20', id FROM payments_batch""",
        re.sub(r"\s+", " ", another(Instruction.objects.get(entitlement=owed))),
        "SET LOCAL pgtrigger.ignore = 'payments.Batch:moves_state'; UPDATE payments_batch SET state = 'CLOSED'",
    ]
    for statement in statements:
        with (
            pytest.raises(DatabaseError, match=r"without a declared act|cannot move|one_live_payment|does not change"),
            transaction.atomic(),
        ):
            run(statement)


def test_every_move_of_a_payment_leaves_its_history(office: PayOffice) -> None:
    office.imported(office.submitted(), {1: "14"})
    one = Instruction.objects.get(failure_code="14")
    assert list(one.history.order_by("history_id").values_list("state", "act__verb")) == [
        ("QUEUED", "DRAW_BATCH"),
        ("SUBMITTED", "SUBMIT_BATCH"),
        ("REJECTED", "IMPORT_RETURN"),
    ]

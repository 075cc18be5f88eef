"""T16: each invariant finds its planted violation, and nothing in clean data; the database holds them as written."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core.refusal import Refused
from apps.core.sqlviews import mark, view_files
from apps.payments import actions
from apps.payments.invariants import INVARIANTS, broken_invariants, view_of
from apps.payments.models import InvariantCheck, LedgerEntry
from apps.payments.tests.office import MAY, TODAY, PayOffice

pytestmark = pytest.mark.django_db

# What contradicts each invariant, written past every guard. Several say the same thing from different sides; what else
# a plant must break stands beside it.
PLANTED: dict[str, tuple[str, set[str]]] = {
    "I1": ("UPDATE awards_chunk SET rows = rows - 1", set()),
    "I2": ("UPDATE payments_entitlement SET amount_fen = amount_fen + 1", {"I6"}),
    "I3": ("UPDATE payments_bankfile SET total_fen = total_fen - 1", set()),
    "I4": (
        "UPDATE payments_instruction SET amount_fen = amount_fen + 1 WHERE state = 'PAID'",
        {"I3", "I5", "I6", "I13"},
    ),
    "I5": ("UPDATE payments_instruction SET state = 'SUBMITTED' WHERE state = 'REJECTED'", {"I6", "I13"}),
    "I6": ("UPDATE payments_ledgerentry SET amount_fen = amount_fen + 1 WHERE amount_fen < 0", {"I7"}),
    "I7": ("UPDATE payments_bankstatement SET paid_out_fen = paid_out_fen + 1", set()),
    "I8": (
        "UPDATE payments_ledgerentry SET amount_fen = amount_fen * 2 WHERE transaction_id IN "
        "(SELECT id FROM payments_ledgertransaction WHERE event = 'SUBMITTED')",
        {"I6"},
    ),
    "I9": (
        "INSERT INTO households_historicalperson SELECT (jsonb_populate_record(h, jsonb_build_object('died_on', "
        "'2024-03-01', 'history_id', h.history_id + 1000, 'history_date', '2020-01-01'))).* "
        "FROM households_historicalperson h; UPDATE households_person SET died_on = '2024-03-01'",
        set(),
    ),
    "I10": (
        "DROP INDEX account_in_use_by_one_family; UPDATE households_bankaccount SET number_index = 'same'",
        {"I13"},
    ),
    "I11": (
        "UPDATE households_bankaccount SET decided_by_id = (SELECT released_by_id FROM payments_batch)",
        {"I13"},
    ),
    "I12": (
        "UPDATE payments_ledgerentry SET account = 'RECEIVABLE' WHERE id = (SELECT min(id) FROM payments_ledgerentry)",
        set(),
    ),
    "I13": ("UPDATE payments_batch SET closed_on = '2024-05-21'", set()),
}
OF_NO_MONTH = {"I10", "I12"}


@contextmanager
def as_the_owner_without_guards() -> Iterator[None]:
    """What no program of the office can do: write past triggers and privileges."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL ROLE none")
        cursor.execute(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "WHERE NOT tgisinternal AND relnamespace = 'public'::regnamespace"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        cursor.execute("SET LOCAL ROLE jiaohe_county")


@pytest.fixture
def paid(office: PayOffice) -> PayOffice:
    """A month with a refused payment, held against the bank's statement."""
    office.imported(office.submitted(), {1: "14"})
    left = -sum(LedgerEntry.objects.filter(account="CASH").values_list("amount_fen", flat=True))
    given = {"paid_out_fen": left, "paid_in_fen": 0, "on": TODAY}
    statement = actions.enter_statement(TODAY, acting_user=office.maker, **given)
    actions.check_statement(statement, acting_user=office.checker, **given)
    return office


def test_there_are_thirteen_each_with_its_view_and_its_plant() -> None:
    assert list(INVARIANTS) == [f"I{n}" for n in range(1, 14)] == list(PLANTED)
    assert {path.stem for path in view_files()} >= {view_of(code) for code in INVARIANTS}


@pytest.mark.parametrize("code", PLANTED)
def test_a_planted_violation_is_found(paid: PayOffice, code: str) -> None:
    assert broken_invariants() == broken_invariants(MAY) == []
    statement, also = PLANTED[code]
    with as_the_owner_without_guards(), connection.cursor() as cursor:
        cursor.execute(statement)
    found = {broken.code: broken for broken in broken_invariants()}
    assert found.keys() - also == {code}
    assert found[code].where
    assert all(fault.what and fault.id for fault in found[code].where)
    of_may = {broken.code for broken in broken_invariants(MAY)}
    assert (code in of_may) != (code in OF_NO_MONTH)
    assert broken_invariants(MAY.replace(month=4)) == []


def test_the_database_holds_the_views_as_their_files_say() -> None:
    with connection.cursor() as cursor:
        for path in view_files():
            cursor.execute(f"CREATE TEMP VIEW afresh AS {path.read_text(encoding='utf-8')}")
            cursor.execute(
                "SELECT pg_get_viewdef('afresh'::regclass) = pg_get_viewdef(c.oid), obj_description(c.oid), reloptions "
                "FROM pg_class c WHERE c.oid = %s::regclass",
                [path.stem],
            )
            assert cursor.fetchone() == (True, mark(path), ["security_invoker=true"]), path.stem
            cursor.execute("DROP VIEW afresh")


def test_no_view_reads_with_other_rights_than_the_reader_s() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace "
            "AND NOT coalesce(reloptions @> ARRAY['security_invoker=true'], false)"
        )
        assert cursor.fetchall() == []


def changes_in_the_book() -> list[dict[str, list[str]]]:
    return list(Record.objects.filter(verb=Verb.CHECK_INVARIANTS).order_by("pk").values_list("payload", flat=True))


def test_a_look_writes_down_what_it_found_and_the_book_says_when_it_changes(paid: PayOffice) -> None:
    look = {"acting_user": paid.admin, "on": TODAY}
    assert actions.check_invariants(**look).codes == []
    assert changes_in_the_book() == []
    with as_the_owner_without_guards(), connection.cursor() as cursor:
        cursor.execute(PLANTED["I3"][0])
    check = actions.check_invariants(**look)
    assert check.codes == ["I3"]
    assert "FF202405-001" in check.broken[0]["where"][0]["what"]
    actions.check_invariants(**look)
    assert changes_in_the_book() == [{"broken": ["I3"]}]
    with as_the_owner_without_guards(), connection.cursor() as cursor:
        cursor.execute("UPDATE payments_bankfile SET total_fen = total_fen + 1")
    actions.check_invariants(**look)
    assert changes_in_the_book() == [{"broken": ["I3"]}, {"broken": []}]


def test_nothing_is_released_while_something_is_wrong(paid: PayOffice) -> None:
    paid.next_month(MAY.replace(month=6))
    batch = paid.approved()
    InvariantCheck.objects.create(milliseconds=1, broken=[{"code": "I6", "text": "", "where": []}])
    with pytest.raises(Refused, match="I6") as refused:
        actions.release(batch, acting_user=paid.chief, on=TODAY)
    assert refused.value.code == "unsound"
    assert actions.check_invariants(acting_user=paid.admin, on=TODAY).codes == []
    assert actions.release(batch, acting_user=paid.chief, on=TODAY).state == "SEALED"


def test_what_is_wrong_since_the_last_look_stops_a_release_too(paid: PayOffice) -> None:
    paid.next_month(MAY.replace(month=6))
    batch = paid.approved()
    with as_the_owner_without_guards(), connection.cursor() as cursor:
        cursor.execute("UPDATE awards_chunk SET total_fen = total_fen + 1")
        cursor.execute("SET LOCAL ROLE jiaohe_county")
    with pytest.raises(Refused, match="I1"):
        actions.release(batch, acting_user=paid.chief, on=TODAY)


def test_a_statement_is_read_twice_by_two_people(office: PayOffice) -> None:
    given = {"paid_out_fen": 12300, "paid_in_fen": 0, "on": TODAY}
    statement = actions.enter_statement(TODAY, acting_user=office.maker, **given)
    with pytest.raises(Refused, match="再读一遍"):
        actions.check_statement(statement, acting_user=office.checker, **given | {"paid_out_fen": 12301})
    checked = actions.check_statement(statement, acting_user=office.checker, **given)
    assert [broken.code for broken in broken_invariants()] == ["I7"], "nothing was paid that day"
    with pytest.raises(Refused, match="已经复核"):
        actions.check_statement(checked, acting_user=office.checker, **given)
    again = actions.enter_statement(TODAY, acting_user=office.maker, **given | {"paid_out_fen": 0})
    assert (again.pk, again.checked_by) == (statement.pk, None)
    assert broken_invariants() == [], "unchecked it says nothing yet"
    with pytest.raises(Refused, match="没有过完"):
        actions.enter_statement(TODAY.replace(day=21), acting_user=office.maker, **given)

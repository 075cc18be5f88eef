"""What the application's own database role cannot do, whatever statement it sends: over every table there is."""

# ruff: noqa: S608 - the names in the statements come from the models
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from apps.applications.tests import factories as f
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.actions import confirm_month, open_month
from apps.awards.models import CalcLine, MonthRun, SetAside
from apps.core.privileges import append_only_tables, history_tables

JULY = date(2024, 7, 1)
DENIED = r"permission denied|must be owner"
OF_THE_SYSTEM = ("audit_record", "eligibility_assessment", "awards_decision", "payments_ledgerentry")


@pytest.fixture(scope="module")
def shared(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[f.Office]:
    with f.undone(django_db_blocker):
        o = f.office()
        f.confirmed(o)
        f.paid(o)
        yield o


@pytest.fixture
def o(shared: f.Office) -> Iterator[f.Office]:
    with f.undone():
        yield shared


def sql(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def denied(statement: str, match: str = DENIED) -> None:
    """The statement fails for want of a right, and nothing else."""
    with pytest.raises(DatabaseError, match=match), transaction.atomic():
        sql(statement)


def test_the_lists_are_not_empty_and_hold_the_book(o: f.Office) -> None:
    assert set(OF_THE_SYSTEM) <= set(append_only_tables())
    assert len(history_tables()) >= 14


@pytest.mark.parametrize("table", append_only_tables())
def test_what_was_added_can_only_be_added_to(o: f.Office, table: str) -> None:
    """Inside a declared act too: the right itself is missing."""
    with act(Verb.CONFIRM, acting_user=o.reviewer, on=f.DECIDED):
        denied(f"UPDATE {table} SET id = id")
        denied(f"DELETE FROM {table}")
        denied(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("table", [t for t in append_only_tables() if t != "audit_record"])
def test_nothing_is_added_without_a_declared_act(o: f.Office, table: str) -> None:
    denied(f"INSERT INTO {table} SELECT * FROM {table} LIMIT 0", match="without a declared act")


@pytest.mark.parametrize("table", history_tables())
def test_history_is_written_by_triggers_alone(o: f.Office, table: str) -> None:
    with act(Verb.CONFIRM, acting_user=o.reviewer, on=f.DECIDED):
        denied(f"INSERT INTO {table} SELECT * FROM {table}")
        denied(f"UPDATE {table} SET history_type = '~'")
        denied(f"DELETE FROM {table}")
        denied(f"TRUNCATE {table}")


def test_no_table_of_ours_can_be_emptied_or_altered(o: f.Office) -> None:
    for model in apps.get_models():
        if model.__module__.startswith("apps."):
            table = model._meta.db_table
            denied(f"TRUNCATE {table} CASCADE")
            denied(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
            denied(f"DROP TABLE {table} CASCADE")


def triggers() -> list[tuple[str, str, str]]:
    """Every trigger of ours: name, table, function."""
    return sql(
        "SELECT t.tgname, c.relname, p.proname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal ORDER BY 2, 1"
    )


def test_no_trigger_can_be_dropped_switched_off_or_rewritten(o: f.Office) -> None:
    found = triggers()
    assert len(found) > 60
    for name, table, function in found:
        denied(f'DROP TRIGGER "{name}" ON "{table}"')
        denied(f'ALTER TABLE "{table}" DISABLE TRIGGER "{name}"')
        denied(f'ALTER FUNCTION "{function}"() RESET ALL')
        denied(
            f'CREATE OR REPLACE FUNCTION "{function}"() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NULL; END$$'
        )


@pytest.mark.parametrize(
    "statement",
    [
        "SET session_replication_role = replica",
        "SET LOCAL session_replication_role = replica",
        "SELECT set_config('session_replication_role', 'replica', true)",
        "CREATE TABLE public.mine (id int)",
        "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE VIEW public.mine AS SELECT 1",
        "CREATE SCHEMA mine",
        "CREATE ROLE mine",
        "GRANT ALL ON audit_record TO PUBLIC",
        "ALTER ROLE jiaohe_app SUPERUSER",
        "UPDATE django_migrations SET name = name",
        "COPY audit_record TO PROGRAM 'true'",
        "COPY audit_record FROM '/etc/hostname'",
    ],
)
def test_the_ways_around_are_closed(o: f.Office, statement: str) -> None:
    if statement.startswith("GRANT"):
        # PostgreSQL warns and grants nothing; the right must not appear.
        sql(statement)
        assert sql("SELECT has_table_privilege('jiaohe_app', 'audit_record', 'UPDATE')") == [(False,)]
        return
    denied(statement, match=DENIED + "|permission")


def test_every_right_is_as_declared(o: f.Office) -> None:
    """Read from the catalogue: a table that a new migration brings in has the rights of its kind at once."""
    for table in connection.introspection.table_names():
        may = {
            right
            for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
            if sql("SELECT has_table_privilege('jiaohe_app', %s, %s)", table, right)[0][0]
        }
        if table in history_tables() or table == "django_migrations":
            assert may == {"SELECT"}, table
        elif table in append_only_tables():
            assert may == {"SELECT", "INSERT"}, table
        else:
            assert may == {"SELECT", "INSERT", "UPDATE", "DELETE"}, table


# What runs with the owner's rights beside the histories, word for word: the line of a unit left out leaves its month.
# Of which months, the table's other trigger says (see the tests below).
LINE_OUT = "pgtrigger_takes_its_line_out_"
BEYOND_HISTORY = {
    LINE_OUT: """
        BEGIN
            IF NEW.state = 'EXCLUDED' AND OLD.state <> 'EXCLUDED' THEN
                DELETE FROM awards_calcline l WHERE l.run_id = NEW.run_id AND l.award_id = NEW.award_id
                RETURNING l.amount_fen INTO NEW.taken_fen;
            END IF;
            RETURN NEW;
        END;
    """
}


def test_functions_that_run_with_the_owner_s_rights_only_write_history_but_for_those_named(o: f.Office) -> None:
    definer = sql("SELECT proname, prosrc FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace")
    others = {name: source for name, source in definer if not name.startswith("pgtrigger_history_")}
    assert len(definer) > len(others)
    assert all("_historical" in source for name, source in definer if name not in others)
    assert sorted(name.rsplit("_", 1)[0] + "_" for name in others) == sorted(BEYOND_HISTORY)
    for name, source in others.items():
        assert source.split() == BEYOND_HISTORY[name.rsplit("_", 1)[0] + "_"].split(), name


def test_nobody_hangs_them_up_on_a_table_of_their_own(o: f.Office) -> None:
    """A temporary table with such a trigger would take lines out of sealed months, or write history of its own."""
    sql("CREATE TEMP TABLE mine (run_id bigint, award_id bigint, state text, taken_fen bigint)")
    functions = sql("SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace")
    assert len(functions) > 1
    for (name,) in functions:
        hang = f'CREATE TRIGGER t BEFORE UPDATE ON mine FOR EACH ROW EXECUTE FUNCTION "{name}"()'
        with pytest.raises(DatabaseError, match=DENIED), transaction.atomic():
            sql(hang)


def test_a_line_is_taken_out_only_by_a_row_of_what_was_set_aside_and_only_before_confirmation(o: f.Office) -> None:
    """One trigger takes the line out; the one before it on the same table refuses months that are confirmed."""
    hung = [(name, table) for name, table, function in triggers() if function.startswith(LINE_OUT)]
    assert [table for _, table in hung] == ["awards_setaside"]
    found = sql(
        "SELECT t.tgenabled, pg_get_triggerdef(t.oid), p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
        "WHERE t.tgrelid = 'awards_setaside'::regclass AND p.proname LIKE %s AND t.tgname < %s",
        "pgtrigger\\_only\\_before\\_confirmation\\_%",
        hung[0][0],
    )
    ((enabled, definition, source),) = found
    assert enabled == "O"
    assert "BEFORE INSERT OR UPDATE ON public.awards_setaside FOR EACH ROW EXECUTE" in definition
    assert "r.id = NEW.run_id AND r.state IN ('CALCULATING', 'CALCULATED')" in source


def left_out(o: f.Office, aside: SetAside) -> None:
    """The unit is left out of its month by a plain statement."""
    told = {"excluded_by": o.reviewer, "excluded_on": JULY, "ground": "当事人去世"}
    with act(Verb.EXCLUDE_UNIT, acting_user=o.reviewer, on=JULY):
        SetAside.objects.filter(pk=aside.pk).update(state="EXCLUDED", **told)


def held(o: f.Office, run: MonthRun) -> SetAside:
    """The first unit of the month is held back."""
    told = {"cause": "HELD", "reason": "核实中", "begun_by": o.maker}
    with act(Verb.HOLD_UNIT, acting_user=o.maker, on=JULY):
        return SetAside.objects.create(run=run, award=run.lines.earliest("pk").award, **told)


def test_the_line_taken_out_is_that_unit_s_of_that_month_alone(o: f.Office) -> None:
    f.confirmed(o, f.the_zhaos(o, name="钱乙"))
    july = f.awards.calculate(open_month(JULY, acting_user=o.maker, on=JULY), on=JULY)
    others = set(CalcLine.objects.values_list("pk", flat=True))
    assert july.state == "CALCULATED"
    assert july.lines.count() == 2
    aside = held(o, july)
    own = july.lines.get(award=aside.award)
    left_out(o, aside)
    assert set(CalcLine.objects.values_list("pk", flat=True)) == others - {own.pk}
    aside.refresh_from_db()
    assert aside.taken_fen == own.amount_fen


def test_no_line_is_taken_out_of_a_month_that_was_confirmed(o: f.Office) -> None:
    june = MonthRun.objects.get(state="SEALED")
    with pytest.raises(DatabaseError, match="stays as it was confirmed"), transaction.atomic():
        held(o, june)
    july = f.awards.calculate(open_month(JULY, acting_user=o.maker, on=JULY), on=JULY)
    aside = held(o, july)
    with act(Verb.RELEASE_UNIT, acting_user=o.maker, on=JULY):
        SetAside.objects.filter(pk=aside.pk).update(state="CLEARED")
    confirm_month(july, acting_user=o.checker, on=JULY)
    lines = set(CalcLine.objects.values_list("pk", flat=True))
    # What was held back is let go before the month can be confirmed, and from there nothing is left out.
    with pytest.raises(DatabaseError, match="cannot move from CLEARED"), transaction.atomic():
        left_out(o, aside)
    assert set(CalcLine.objects.values_list("pk", flat=True)) == lines


def test_no_trigger_looks_a_table_up_where_the_session_can_put_one(o: f.Office) -> None:
    """A temporary table comes before ``public`` unless the function says where to look."""
    ours = sql(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prorettype = 'trigger'::regtype "
        "AND NOT coalesce(proconfig @> ARRAY['search_path=public, pg_temp'], false)"
    )
    assert ours == []

"""What the application's own database role cannot do, whatever statement it sends: over every table there is."""

# ruff: noqa: S608 - the names in the statements come from the models
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from apps.applications.tests import factories as f
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.privileges import append_only_tables, history_tables

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


def test_functions_that_run_with_the_owner_s_rights_only_write_history(o: f.Office) -> None:
    definer = sql("SELECT proname, prosrc FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace")
    assert definer
    for name, source in definer:
        assert name.startswith("pgtrigger_history_"), name
        assert "_historical" in source


def test_no_trigger_looks_a_table_up_where_the_session_can_put_one(o: f.Office) -> None:
    """A temporary table comes before ``public`` unless the function says where to look."""
    ours = sql(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prorettype = 'trigger'::regtype "
        "AND NOT coalesce(proconfig @> ARRAY['search_path=public, pg_temp'], false)"
    )
    assert ours == []

"""The guards of the database hold against everything a session can say about itself."""

# ruff: noqa: S608 - ids of rows the test made itself
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from apps.accounts.models import Area, User
from apps.applications.models import Application
from apps.applications.tests import factories as f
from apps.audit.actions import act
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.awards.tests.factories import official
from jiaohe_aid.testing.own import OwnDatabase

CHANGE = "UPDATE accounts_area SET name = '改'"
UNDECLARED = "without a declared act"


@pytest.fixture
def o(db: None) -> Iterator[f.Office]:
    return f.office()


def sql(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def refused(match: str, *statements: str) -> None:
    with pytest.raises(DatabaseError, match=match), transaction.atomic():
        sql(";\n".join(statements))


def all_uris() -> str:
    """Every trigger in the spelling of the library's switch."""
    named = [
        f"{table}:{trigger.name},{table}:{trigger.get_pgid(model)},{trigger.get_pgid(model)}"
        for model in apps.get_models()
        for table in [model._meta.db_table]
        for trigger in getattr(model._meta, "triggers", [])
    ]
    return "{" + ",".join(named) + "}"


def test_the_library_s_switch_has_no_effect(o: f.Office) -> None:
    sql("SELECT set_config('pgtrigger.ignore', %s, true)", all_uris())
    refused(UNDECLARED, CHANGE)
    with act(Verb.OPEN_APPLICATION, acting_user=o.caseworker, on=f.OPENED):
        refused(
            "cannot begin as CONFIRMED",
            "INSERT INTO applications_application (uuid, number, kind, scheme, state, township_id, applicant_name, "
            "draft_sealed, opened_on, return_reason, refusal_ground, refusal_text) VALUES (gen_random_uuid(), 'X', "
            f"'NEW', 'DIBAO', 'CONFIRMED', {o.town.pk}, '', '', '2024-05-20', '', '', '')",
        )


@pytest.mark.parametrize("said", ["", "0", "-1", "999999999"])
def test_an_act_that_is_not_there_declares_nothing(o: f.Office, said: str) -> None:
    sql("SELECT set_config('jiaohe.act', %s, true)", said)
    refused(UNDECLARED, CHANGE)


def test_words_in_place_of_an_act_are_an_error_not_a_pass(o: f.Office) -> None:
    refused("invalid input syntax", "SET LOCAL jiaohe.act = 'all'", CHANGE)


def test_after_the_act_the_door_is_shut_again(o: f.Office) -> None:
    with act(Verb.LOAD_AREAS, acting_user=o.admin, on=f.OPENED):
        sql(CHANGE)
    refused(UNDECLARED, CHANGE)


def test_a_failed_act_leaves_neither_record_nor_open_door(o: f.Office) -> None:
    before = Record.objects.count()

    def fails() -> None:
        with act(Verb.LOAD_AREAS, acting_user=o.admin, on=f.OPENED):
            sql(CHANGE)
            raise ValueError("half done")

    with pytest.raises(ValueError, match="half done"):
        fails()
    assert Record.objects.count() == before
    assert not Area.objects.filter(name="改").exists()
    refused(UNDECLARED, CHANGE)


def test_a_temporary_table_cannot_stand_in_for_the_book_of_acts(o: f.Office) -> None:
    """Not for a change, and not for an addition to an append-only table."""
    family = f.submitted(o).household
    assert family is not None
    nowhere = 10**12  # an id that the real book, which knows the acts of this very transaction, does not have
    false_book = (
        "CREATE TEMP TABLE audit_record (id bigint, user_id bigint, reason text, txid bigint)",
        f"INSERT INTO audit_record VALUES ({nowhere}, {o.admin.pk}, '', txid_current())",
        f"SET LOCAL jiaohe.act = '{nowhere}'",
    )
    consent = (
        "INSERT INTO households_consent (household_id, person_id, text_version, signed_on) "
        f"VALUES ({family.pk}, {family.head_id}, 'x', '2024-05-20')"
    )
    refused(UNDECLARED, *false_book, CHANGE)
    refused(UNDECLARED, *false_book, consent)


def test_an_act_of_an_earlier_transaction_declares_nothing(own_database: OwnDatabase) -> None:
    system = User.objects.system()
    with act(Verb.LOAD_AREAS, acting_user=system, on=f.OPENED) as earlier:
        Area.objects.create(code="1", name="县", level="COUNTY", kind="COUNTY")
    with transaction.atomic():
        sql("SELECT set_config('jiaohe.act', %s, true)", str(earlier.pk))
        refused(UNDECLARED, CHANGE)
        refused(UNDECLARED, "INSERT INTO households_consent SELECT * FROM households_consent")
    assert Area.objects.get().name == "县"


def test_the_declaration_does_not_outlive_its_transaction_on_a_kept_connection(own_database: OwnDatabase) -> None:
    with act(Verb.LOAD_AREAS, acting_user=User.objects.system(), on=f.OPENED):
        county = Area.objects.create(code="1", name="县", level="COUNTY", kind="COUNTY")
    assert sql("SELECT current_setting('jiaohe.act', true)") == [("",)]
    with pytest.raises(DatabaseError, match=UNDECLARED):
        official("someone", f.Role.AUDITOR, county)
    assert not Application.objects.exists()

"""The application works as a role that cannot change the schema."""

import pytest
from django.db import ProgrammingError, connection, transaction


@pytest.mark.django_db
def test_tests_run_as_the_applications_role() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("jiaohe_county",)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE public.mine (id int)",
        "ALTER TABLE core_officedate ADD COLUMN note text",
        "DROP TABLE core_officedate",
        "TRUNCATE core_officedate",
        "DELETE FROM django_migrations",
        "ALTER TABLE core_officedate DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
    ],
)
def test_the_applications_role_cannot_change_the_schema(statement: str) -> None:
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), transaction.atomic():
        connection.cursor().execute(statement)

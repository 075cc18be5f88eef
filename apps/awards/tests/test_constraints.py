"""What the database refuses, whoever writes."""

import pytest
from django.db import connection


@pytest.mark.django_db
def test_tables_exist() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, count(*) FROM awards_award")
        assert cursor.fetchone()[1] == 0

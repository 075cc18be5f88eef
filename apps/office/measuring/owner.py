"""What only the owner of the tables may do. Measuring needs it, on servers of its own; the office never does."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


@contextmanager
def as_owner() -> Iterator[Any]:
    """A cursor with the rights of the tables' owner: measuring makes tables of its own, the office never does."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
        try:
            yield cursor
        finally:
            cursor.execute("RESET ROLE")


def vacuumed() -> None:
    """What autovacuum does by itself in the weeks between two months."""
    with as_owner() as cursor:
        cursor.execute("VACUUM ANALYZE")

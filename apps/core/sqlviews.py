"""Views of the database that are written as SQL: one file a view, ``apps/<app>/sql/<name>.sql``.

They are dropped before every migrate and made anew after it, so that none stands in the way of a change of a table and
none can differ from its file; a file that no longer fits the tables stops the migration with its name.
"""

import hashlib
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connections


def view_files() -> list[Path]:
    """The files of all apps, in the order in which the views are made."""
    return [path for config in apps.get_app_configs() for path in sorted(Path(config.path).glob("sql/*.sql"))]


def mark(path: Path) -> str:
    """What the view's comment in the database says: the digest of its file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def drop_views(*, using: str, **kwargs: Any) -> None:
    """Out of the way of what migrates now (connected to Django's ``pre_migrate``)."""
    with connections[using].cursor() as cursor:
        for path in reversed(view_files()):
            cursor.execute(f'DROP VIEW IF EXISTS "{path.stem}"')


def create_views(using: str) -> None:
    """All views, as their files say; each reads with the rights of whoever asks."""
    with connections[using].cursor() as cursor:
        for path in view_files():
            text = path.read_text(encoding="utf-8")
            try:
                cursor.execute(f'CREATE VIEW "{path.stem}" WITH (security_invoker = true) AS {text}')
            except DatabaseError as error:
                raise type(error)(f"{path.relative_to(path.parents[3])} does not fit the tables: {error}") from error
            cursor.execute(f"COMMENT ON VIEW \"{path.stem}\" IS '{mark(path)}'")

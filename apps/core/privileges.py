"""What the application's database role may do, set anew after every migrate.

The owner migrates. The application works as ``APP_ROLE``, which may not change the schema, may only add to append-only
tables, and cannot write history at all (its triggers do, with the owner's rights). ``COUNTY_ROLE`` has the same rights
and sees the families of all townships (``apps.core.sight``): workers, commands and tests work as it.
"""

from typing import Any

from django.apps import apps
from django.db import connections, models

from apps.core.rowsecurity import make_rules
from apps.core.sight import APP_ROLE, COUNTY_ROLE
from apps.core.sqlviews import create_views

# Temporary tables come before all others unless a function says where to look: without this, a session could put a
# table of its own in the place of the book of acts, and a trigger would believe it.
_PIN_SEARCH_PATHS = """
    DO $$ DECLARE found regprocedure; BEGIN
        FOR found IN
            SELECT oid FROM pg_proc
            WHERE pronamespace = 'public'::regnamespace AND prorettype = 'trigger'::regtype AND proconfig IS NULL
        LOOP EXECUTE format('ALTER FUNCTION %s SET search_path = public, pg_temp', found); END LOOP;
    END $$
"""

# A trigger needs no right to its function when it fires, only whoever hangs it up does: without this, a session could
# hang one that works with the owner's rights on a table of its own.
_OWNERS_FUNCTIONS_ARE_THE_OWNERS = """
    DO $$ DECLARE found regprocedure; BEGIN
        FOR found IN SELECT oid FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef
        LOOP EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', found); END LOOP;
    END $$
"""


def append_only_tables() -> list[str]:
    """Tables of models that say ``append_only = True``: rows are added, never changed."""
    return sorted({m._meta.db_table for m in apps.get_models() if getattr(m, "append_only", False)})


def history_tables() -> list[str]:
    """The historical tables; only triggers write them."""
    return sorted({m._meta.db_table for m in apps.get_models() if is_history(m)})


def is_history(model: type[models.Model]) -> bool:
    """Whether the model is a historical table of django-simple-history."""
    return "history_type" in {field.name for field in model._meta.fields}


def roles() -> list[str]:
    """The two roles, in order; idempotent. The owner sees what the county's role sees."""
    lines = []
    for role in (APP_ROLE, COUNTY_ROLE):
        lines += [
            f"DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{role}') THEN "  # noqa: S608
            f"CREATE ROLE {role} NOLOGIN; END IF; END $$",
            f"GRANT {role} TO CURRENT_USER",
        ]
    return lines


def make_roles(using: str) -> None:
    """What the rules and grants name, before there is a table."""
    with connections[using].cursor() as cursor:
        for statement in roles():
            cursor.execute(statement)


def statements() -> list[str]:
    """The grants to both roles, in order; idempotent."""
    return [line for role in (APP_ROLE, COUNTY_ROLE) for line in _grants(role)] + [
        _PIN_SEARCH_PATHS,
        _OWNERS_FUNCTIONS_ARE_THE_OWNERS,
    ]


def _grants(role: str) -> list[str]:
    # Neither is a member of the other: the rule for townships would hold for the county's role too, and every
    # statement be planned with it.
    lines = [
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}",
    ]
    lines += [f'REVOKE UPDATE, DELETE ON "{table}" FROM {role}' for table in append_only_tables()]
    lines += [f'REVOKE INSERT, UPDATE, DELETE ON "{table}" FROM {role}' for table in history_tables()]
    return lines


def grant_after_migrate(*, using: str, **kwargs: Any) -> None:
    """Make views, roles and the rules for rows anew, and run the grants (connected to Django's ``post_migrate``)."""
    create_views(using)
    make_roles(using)
    make_rules(using)
    connection = connections[using]
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for statement in statements():
            table = statement.split('"')[1] if '"' in statement else None
            if table is None or table in existing:
                cursor.execute(statement)

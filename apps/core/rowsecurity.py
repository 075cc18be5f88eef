"""Row-level security of the tables of families, set anew after every migrate.

A model says through which of its fields a row belongs to somebody: ``seen_through = ("township", "household")``. One
that names an area is compared with the session's townships (``apps.core.sight``); any other is followed to its table,
whose own rule then decides. A history is seen with the row whose history it is. A table without a rule in this list is
kept by its querysets alone.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connections, transaction

from apps.core.sight import APP_ROLE, COUNTY_ROLE, SETTING

# A sub-select without reference to the row: asked once a statement, not once a row.
_TOWNSHIPS = f"ANY ((SELECT string_to_array(nullif(current_setting('{SETTING}', true), ''), ',')::bigint[])::bigint[])"


@dataclass(frozen=True)
class Way:
    """How a row is seen by another: the row of ``table`` whose ``column`` is a value of this one."""

    table: str
    column: str

    @property
    def function(self) -> str:
        """The database's function that asks."""
        return f"seen_{self.table}_{self.column}"

    def statement(self) -> str:
        """A session plans what stands in a function once. Written out in the rules, it would be planned with each
        statement, and with all that the other table's rule asks: a page took half as long again."""
        return (
            f"CREATE OR REPLACE FUNCTION {self.function}(wanted bigint) RETURNS boolean "  # noqa: S608 - from the models
            "LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$ BEGIN RETURN EXISTS "
            f'(SELECT 1 FROM public."{self.table}" x WHERE x."{self.column}" = wanted); END $$'
        )


@dataclass(frozen=True)
class Rule:
    """Which rows of a table a session finds that was told some townships."""

    table: str
    condition: str
    ways: tuple[Way, ...] = ()

    @property
    def name(self) -> str:
        """The policy's name in the database: another rule, or another way of asking, has another."""
        told = "\n".join([self.condition, *[way.statement() for way in self.ways]])
        return "townships_" + hashlib.sha256(told.encode()).hexdigest()[:12]

    def statements(self) -> list[str]:
        """The policies and what makes them count, for the tables' owner too."""
        return [
            *[way.statement() for way in self.ways],
            f'CREATE POLICY {self.name} ON "{self.table}" TO {APP_ROLE} USING ({self.condition})',
            f'CREATE POLICY county ON "{self.table}" TO {COUNTY_ROLE} USING (true)',
            f'ALTER TABLE "{self.table}" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY',
        ]


def rules() -> list[Rule]:
    """One for each model that says how its rows are seen, and one for its history."""
    found = []
    for model in apps.get_models():
        fields: tuple[str, ...] = getattr(model, "seen_through", ())
        if fields and not model._meta.proxy:
            table = model._meta.db_table
            found.append(_rule(table, [model._meta.get_field(name) for name in fields]))
            if hasattr(model, "history"):
                past, way = model.history.model._meta.db_table, Way(table, "id")
                found.append(Rule(past, f'{way.function}("{past}".id)', (way,)))
    return found


def _rule(table: str, fields: list[Any]) -> Rule:
    conditions, ways = [], []
    for field in fields:
        there, column = field.related_model._meta, f'"{table}"."{getattr(field, "column", "id")}"'
        if there.label_lower == "accounts.area":
            conditions.append(
                f"{_township(column, there.db_table) if field.name == 'village' else column} = {_TOWNSHIPS}"
            )
            continue
        # A field of this model names the other's row; one of the other names this.
        way = Way(there.db_table, "id" if field.concrete else field.field.column)
        ways.append(way)
        conditions.append(f"{way.function}({column})")
    return Rule(table, " OR ".join(conditions), tuple(ways))


def _township(village: str, areas: str) -> str:
    return f'(SELECT x.parent_id FROM "{areas}" x WHERE x.id = {village})'  # noqa: S608 - names come from the models


def make_rules(using: str) -> None:
    """Bring the database's rules in step with the models'; a table whose rule has not changed is not locked.

    A table's rule is changed as a whole: a migrate that is cut off leaves no table half open, and the next goes on.
    """
    wanted, present = {rule.table: rule for rule in rules()}, _present(using)
    existing = set(connections[using].introspection.table_names())
    for table in sorted({*present, *wanted} & existing):
        rule, (names, in_force) = wanted.get(table), present.get(table, (set(), False))
        if rule is not None and in_force and names == {"county", rule.name}:
            continue
        with transaction.atomic(using=using), connections[using].cursor() as cursor:
            for name in names:
                cursor.execute(f'DROP POLICY "{name}" ON "{table}"')
            for statement in rule.statements() if rule else [f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY']:
                cursor.execute(statement)


def _present(using: str) -> dict[str, tuple[set[str], bool]]:
    """The policies of each table that has any, and whether they count, for its owner too."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, array_agg(p.polname::text), bool_and(c.relrowsecurity AND c.relforcerowsecurity) "
            "FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid "
            "WHERE c.relnamespace = 'public'::regnamespace GROUP BY c.relname"
        )
        return {table: (set(names), in_force) for table, names, in_force in cursor.fetchall()}

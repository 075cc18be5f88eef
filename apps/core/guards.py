"""Database triggers that no session setting can switch off.

django-pgtrigger keeps triggers in the migrations and in step with the models; its own template lets any session name
triggers to be ignored (``pgtrigger.ignore``). A guard that its subject can dismiss guards nothing, so ours are compiled
without that door.
"""

from collections.abc import Sequence
from textwrap import dedent, indent
from typing import Any

import pgtrigger
from django.db import models
from pgtrigger import compiler


class GuardSql(compiler.UpsertTriggerSql):
    """The installation template without the ignore door (kept stable: migrations refer to it)."""

    def get_template(self) -> str:
        return """
            CREATE OR REPLACE FUNCTION {pgid}()
            RETURNS TRIGGER AS $$
                {declare}
                BEGIN
                    {func}
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS {pgid} ON {table};
            CREATE {constraint} TRIGGER {pgid}
                {when} {operation} ON {table}
                {timing}
                {referencing}
                FOR EACH {level} {condition}
                EXECUTE PROCEDURE {execute};

            COMMENT ON TRIGGER {pgid} ON {table} IS '{hash}';
        """


class DefinerGuardSql(GuardSql):
    """The same, run with the owner's rights: it may write where the application itself may not."""

    def get_template(self) -> str:
        return (
            super()
            .get_template()
            .replace("LANGUAGE plpgsql;", "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp;")
        )


class Guard(pgtrigger.Trigger):
    """A trigger that cannot be ignored."""

    template: type[compiler.UpsertTriggerSql] = GuardSql

    def compile(self, model: type[models.Model]) -> compiler.Trigger:
        plain = super().compile(model)
        kwargs: dict[str, Any] = {k: v for k, v in plain.sql.kwargs.items() if k != "ignore_func_name"}
        return compiler.Trigger(name=self.name, sql=self.template(**kwargs))


def unchanged(columns: Sequence[str]) -> str:
    """The condition, inside an update's trigger, that none of these columns changes."""
    left, right = (", ".join(f"{row}.{column}" for column in columns) for row in ("NEW", "OLD"))
    return f"({left}) IS NOT DISTINCT FROM ({right})"


def refuses_added(name: str, found: str, says: str) -> Guard:
    """The guard that refuses what an INSERT adds when ``found`` finds any among its rows, ``touched``."""
    return Guard(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="touched"),
        func=f"""
            IF EXISTS (
{indent(dedent(found).strip(), " " * 16)}
            ) THEN
                RAISE EXCEPTION '{says}' USING ERRCODE = 'JH003';
            END IF;
            RETURN NULL;
        """,
    )

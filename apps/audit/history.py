"""History of the mutable tables: django-simple-history's tables, written by statement-level triggers.

simple-history's own signals miss ``update()``, bulk writes and SQL. The triggers do not; they take user and reason
from the act declared in the same transaction and refuse a write without one.
"""

from collections.abc import Sequence
from typing import Any

import pgtrigger
from django.db import models
from simple_history.models import HistoricalRecords

from apps.core.guards import DefinerGuardSql, Guard, GuardSql

DECLARED = """
    SELECT r.id, r.user_id, r.reason INTO act_id, act_user, act_reason FROM audit_record r
    WHERE r.id = nullif(current_setting('jiaohe.act', true), '')::bigint AND r.txid = txid_current();
    IF act_id IS NULL THEN
        RAISE EXCEPTION 'write to % without a declared act', TG_TABLE_NAME USING ERRCODE = 'JH001';
    END IF;
"""
VARIABLES = [("act_id", "bigint"), ("act_user", "bigint"), ("act_reason", "text")]


class ActStamp(models.Model):
    """The column each historical row carries beside simple-history's own: the act that wrote it."""

    act = models.ForeignKey("audit.Record", on_delete=models.DO_NOTHING, related_name="+", null=True)

    class Meta:
        abstract = True


def history(excluded_fields: list[str] | None = None, *, unindexed: Sequence[str] = ()) -> HistoricalRecords:
    """The ``history`` attribute of a model whose changes are kept.

    Versions are looked for by the row's id; where there are millions, name the fields by which nobody looks for them.
    """
    return HistoricalRecords(bases=[ActStamp], excluded_fields=excluded_fields or [], no_db_index=list(unindexed))


class HistoryTrigger(Guard):
    """After one kind of statement: a historical row for each row it touched."""

    template = DefinerGuardSql
    level = pgtrigger.Statement
    when = pgtrigger.After
    declare = VARIABLES

    def __init__(self, kind: str, excluded: tuple[str, ...] = ()) -> None:
        self.excluded = excluded
        operation, rows, self.sign = {
            "insert": (pgtrigger.Insert, pgtrigger.Referencing(new="touched"), "+"),
            "update": (pgtrigger.Update, pgtrigger.Referencing(new="touched"), "~"),
            "delete": (pgtrigger.Delete, pgtrigger.Referencing(old="touched"), "-"),
        }[kind]
        if kind == "update" and excluded:
            rows = pgtrigger.Referencing(old="before", new="touched")
        super().__init__(name=f"history_{kind}", operation=operation, referencing=rows)

    def get_func(self, model: type[models.Model]) -> str:
        fields = [field for field in model._meta.concrete_fields if field.name not in self.excluded]
        columns = ", ".join(f'"{field.column}"' for field in fields)
        table = f"{model._meta.app_label}_historical{model._meta.model_name}"
        changed = f"SELECT {columns} FROM touched"  # noqa: S608 - names come from the models
        if self.excluded and self.sign == "~":
            changed += f" EXCEPT SELECT {columns} FROM before"  # noqa: S608
        return f"""
            IF NOT EXISTS ({changed}) THEN RETURN NULL; END IF;
            {DECLARED}
            INSERT INTO "{table}"
                ({columns}, history_date, history_type, history_user_id, history_change_reason, act_id)
            SELECT {columns}, clock_timestamp(), '{self.sign}', act_user, left(act_reason, 100), act_id FROM touched;
            RETURN NULL;
        """  # noqa: S608 - names come from the models


def kept(excluded: tuple[str, ...] = ()) -> list[Guard]:
    """``Meta.triggers`` of a model with ``history = history()``; name the same excluded fields."""
    return [HistoryTrigger(kind, excluded) for kind in ("insert", "update", "delete")]


class DeclaredInsert(Guard):
    """An append-only table takes rows only inside a declared act."""

    template = GuardSql
    name = "declared_insert"
    level = pgtrigger.Statement
    when = pgtrigger.Before
    operation = pgtrigger.Insert
    declare = VARIABLES
    func = DECLARED + " RETURN NULL;"


def added() -> list[Guard]:
    """``Meta.triggers`` of a model with ``append_only = True``."""
    return [DeclaredInsert()]


def changes(instance: Any) -> Any:
    """The historical rows of one thing, newest first, with the acts that wrote them."""
    return instance.history.select_related("act", "history_user").order_by("-history_id")

"""T31: nothing of a sealed month, batch, line or payment changes, whichever way somebody writes."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, models, transaction

from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.models import CalcLine, MonthRun
from apps.payments.models import BankFile, Batch, Entitlement, Finding, FundEntry, Instruction, Signature
from apps.payments.tests.office import TODAY, PayOffice
from apps.payments.tests.test_gate import head_dies

pytestmark = pytest.mark.django_db

SEALED = [MonthRun, CalcLine, Entitlement, Batch, Instruction, BankFile, Signature, Finding, FundEntry]


def other(value: Any, field: models.Field) -> Any:
    """Anything else that the column could hold."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, date):
        return value + timedelta(days=31)
    if isinstance(value, str):
        return next((key for key, _ in field.flatchoices if key != value), "x" + value[1:])
    if isinstance(value, bytes | memoryview):
        return b"x"
    if isinstance(value, dict | list):
        return {"x": 1}
    return TODAY if isinstance(field, models.DateField) else 1


def by_save(row: models.Model, field: models.Field, value: Any) -> None:
    setattr(row, field.attname, value)
    row.save(update_fields=[field.name])


def by_update(row: models.Model, field: models.Field, value: Any) -> None:
    type(row)._default_manager.filter(pk=row.pk).update(**{field.attname: value})


def by_bulk_update(row: models.Model, field: models.Field, value: Any) -> None:
    setattr(row, field.attname, value)
    type(row)._default_manager.bulk_update([row], [field.name])


def by_sql(row: models.Model, field: models.Field, value: Any) -> None:
    with connection.cursor() as cursor:
        told = field.get_db_prep_save(value, connection)
        cursor.execute(f'UPDATE "{row._meta.db_table}" SET "{field.column}" = %s WHERE id = %s', [told, row.pk])  # noqa: S608


def by_deleting(row: models.Model, field: models.Field, value: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'DELETE FROM "{row._meta.db_table}" WHERE id = %s', [row.pk])  # noqa: S608


WAYS = [by_save, by_update, by_bulk_update, by_sql, by_deleting]


def fields(model: type[models.Model]) -> Iterator[models.Field]:
    for field in model._meta.concrete_fields:
        if not field.primary_key and not isinstance(field, models.UUIDField):
            yield field


@pytest.mark.parametrize("way", WAYS)
def test_t31_every_column_by_every_way(office: PayOffice, way: Callable[..., None]) -> None:
    batch = office.draft()
    head_dies(office, office.households[0])
    office.sealed(batch)
    tried, changed = 0, []
    for model in SEALED:
        row = model._default_manager.order_by("pk").first()
        for field in fields(model):
            value = other(field.value_from_object(row), field)
            try:
                with transaction.atomic(), act(Verb.DRAW_BATCH, acting_user=office.users["admin"], on=TODAY):
                    way(model._default_manager.get(pk=row.pk), field, value)
                    connection.check_constraints()
                    changed.append(f"{model.__name__}.{field.name}")
                    transaction.set_rollback(True)
            except DatabaseError:
                tried += 1
    assert changed == []
    assert tried > 80

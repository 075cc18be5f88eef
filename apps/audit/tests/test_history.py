"""Every table with history, whatever way a row is written: the right row in the history, or the write is refused."""

# ruff: noqa: S608 - the names in the statements come from the models
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from pytest_django.plugin import DjangoDbBlocker

from apps.accounts.models import Area, User
from apps.applications.models import Application
from apps.applications.tests import factories as f
from apps.audit.actions import act
from apps.audit.tests.lived import CHANGES, ON, Lived, an_office_that_has_lived, new_of, on_benefit
from apps.audit.tests.lived_money import ANSWERED_FOR
from apps.audit.verbs import Verb
from apps.awards.models import Award
from apps.core.privileges import is_history
from apps.partners.models import Client, Webhook
from apps.payments.enums import InstructionState
from apps.payments.models import Batch, Instruction, Receivable
from apps.takeover.models import RegisterUpload

REASON = "核对后更正"
# A proxy is its model, with triggers of its own (apps/core/tests/test_transitions.py).
KEPT = sorted(
    (
        m
        for m in apps.get_models()
        if m.__module__.startswith("apps.") and hasattr(m, "history") and not is_history(m) and not m._meta.proxy
    ),
    key=lambda model: model._meta.label,
)
# Of these nothing is ever deleted, declared or not.
NEVER_DELETED = {Batch, Instruction, *ANSWERED_FOR}

# A password leaves no versions; a draft is what a family may still take back.
UNKEPT: dict[type[models.Model], set[str]] = {User: {"password"}, Application: {"draft_sealed"}}
UNKEPT[Client] = {"signing_key_sealed"}
UNKEPT[Webhook] = {"secret_sealed", *Webhook.LANE}
UNKEPT[RegisterUpload] = {"content_sealed", "errors", "warnings", "attempts"}
# Awards begin in few acts only; everything else here is done in one that has nothing to do with it.
ACTS: dict[type[models.Model], Verb] = {Award: Verb.DECIDE_AWARD}


@pytest.fixture(scope="module")
def shared(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Lived]:
    with f.undone(django_db_blocker):
        yield an_office_that_has_lived()


@pytest.fixture
def lived(shared: Lived) -> Iterator[Lived]:
    with f.undone():
        yield shared


def columns(model: type[models.Model]) -> list[str]:
    """The columns of a row that its history repeats."""
    excluded = UNKEPT.get(model, set())
    return [field.column for field in model._meta.concrete_fields if field.name not in excluded]


def history_of(model: type[models.Model]) -> str:
    return model.history.model._meta.db_table  # type: ignore[attr-defined]


def rows(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def insert(row: models.Model) -> None:
    """INSERT by hand, past Django's models."""
    given = [field for field in row._meta.concrete_fields if not field.primary_key]
    names = ", ".join(f'"{field.column}"' for field in given)
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in given]
    marks = ", ".join(["%s"] * len(values))
    row.pk = rows(f'INSERT INTO "{row._meta.db_table}" ({names}) VALUES ({marks}) RETURNING id', *values)[0][0]


def bulk_create(row: models.Model) -> None:
    type(row)._base_manager.bulk_create([row])


def change_by_save(row: models.Model) -> None:
    row.save()


def change_by_update(row: models.Model) -> None:
    names = CHANGES[type(row)]
    type(row)._base_manager.filter(pk=row.pk).update(**{name: getattr(row, name) for name in names})


def change_by_bulk_update(row: models.Model) -> None:
    type(row)._base_manager.bulk_update([row], list(CHANGES[type(row)]))


def change_by_sql(row: models.Model) -> None:
    fields = [row._meta.get_field(name) for name in CHANGES[type(row)]]
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    names = ", ".join(f'"{field.column}" = %s' for field in fields)
    rows(f'UPDATE "{row._meta.db_table}" SET {names} WHERE id = %s', *values, row.pk)


def delete_by_sql(row: models.Model) -> None:
    rows(f'DELETE FROM "{row._meta.db_table}" WHERE id = %s', row.pk)


def delete_by_queryset(row: models.Model) -> None:
    type(row)._base_manager.filter(pk=row.pk).delete()


INSERTS = {"save": models.Model.save, "bulk_create": bulk_create, "sql": insert}
UPDATES = {
    "save": change_by_save,
    "update": change_by_update,
    "bulk_update": change_by_bulk_update,
    "sql": change_by_sql,
}
DELETES = {"delete": models.Model.delete, "queryset": delete_by_queryset, "sql": delete_by_sql}


def written(
    lived: Lived, model: type[models.Model], sign: str, write: Callable[[], Any], pk: Callable[[], Any]
) -> None:
    """The write leaves exactly one historical row: sign, person, act, reason, and the values as they stood."""
    table, names = history_of(model), ", ".join(f'"{column}"' for column in columns(model))
    (last,) = rows(f"SELECT coalesce(max(history_id), 0) FROM {table}")[0]
    before = rows(f'SELECT {names} FROM "{model._meta.db_table}" WHERE id = %s', pk() or 0)
    verb = ACTS.get(model, Verb.APPOINT)
    with act(verb, acting_user=lived.o.colleague, on=ON, reason=REASON) as record:
        write()
    left = rows(
        f"SELECT history_type, history_user_id, act_id, history_change_reason FROM {table} WHERE history_id > %s", last
    )
    assert left == [(sign, lived.o.colleague.pk, record.pk, REASON)]
    kept = rows(f"SELECT {names} FROM {table} WHERE history_id > %s", last)
    now = rows(f'SELECT {names} FROM "{model._meta.db_table}" WHERE id = %s', pk() or 0)
    assert kept == (before if sign == "-" else now)
    assert sign == "-" or now != before


def changed(lived: Lived, model: type[models.Model]) -> Any:
    """A row of the office with something new in it, unsaved."""
    row = lived.queued if model is Instruction else model._base_manager.order_by("pk").last()
    row = model._base_manager.get(pk=row.pk)
    for name, value in CHANGES[model].items():
        setattr(row, name, value(lived) if callable(value) else value)
    return row


@pytest.mark.parametrize("way", INSERTS)
@pytest.mark.parametrize("model", KEPT, ids=lambda m: m.__name__)
def test_a_new_row_is_in_the_history(lived: Lived, model: type[models.Model], way: str) -> None:
    row = new_of(lived, model)
    written(lived, model, "+", lambda: INSERTS[way](row), lambda: row.pk)


@pytest.mark.parametrize("way", UPDATES)
@pytest.mark.parametrize("model", KEPT, ids=lambda m: m.__name__)
def test_a_changed_row_is_in_the_history(lived: Lived, model: type[models.Model], way: str) -> None:
    row = changed(lived, model)
    written(lived, model, "~", lambda: UPDATES[way](row), lambda: row.pk)


# Django would take a deleted user's name out of the history first, which nobody may write.
DELETABLE = [(m, way) for m in KEPT for way in DELETES if m not in NEVER_DELETED and (m is not User or way == "sql")]


@pytest.mark.parametrize(("model", "way"), DELETABLE, ids=lambda part: getattr(part, "__name__", part))
def test_a_deleted_row_is_in_the_history(lived: Lived, model: type[models.Model], way: str) -> None:
    row = new_of(lived, model)
    with act(ACTS.get(model, Verb.APPOINT), acting_user=lived.o.colleague, on=ON):
        row.save()
    pk = row.pk
    written(lived, model, "-", lambda: DELETES[way](row), lambda: pk)


@pytest.mark.parametrize("model", KEPT, ids=lambda m: m.__name__)
def test_no_way_writes_without_a_declared_act(lived: Lived, model: type[models.Model]) -> None:
    row = changed(lived, model)
    ways = [(lambda w=w: w(new_of(lived, model)), "JH001") for w in INSERTS.values()]
    ways += [(lambda w=w: w(row), "JH001") for w in UPDATES.values()]
    # What is never deleted says so before it asks in what act.
    ways.append((lambda: delete_by_sql(row), "JH003" if model in NEVER_DELETED else "JH001"))
    for way, code in ways:
        with pytest.raises(DatabaseError) as refused, transaction.atomic():
            way()
        assert refused.value.__cause__.pgcode == code  # type: ignore[union-attr]


@pytest.mark.parametrize("model", NEVER_DELETED, ids=lambda m: m.__name__)
def test_payments_are_cancelled_never_deleted(lived: Lived, model: type[models.Model]) -> None:
    with act(Verb.APPOINT, acting_user=lived.o.colleague, on=ON):
        row = new_of(lived, model)
        row.save()
        with (
            pytest.raises(DatabaseError, match="stays as it was" if model is Receivable else "never deleted"),
            transaction.atomic(),
        ):
            delete_by_sql(row)


@pytest.mark.parametrize("model", KEPT, ids=lambda m: m.__name__)
def test_history_repeats_every_column(lived: Lived, model: type[models.Model]) -> None:
    own = {"history_id", "history_date", "history_type", "history_user_id", "history_change_reason", "act_id"}
    query = "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
    here = {name for (name,) in rows(query, model._meta.db_table)} - UNKEPT.get(model, set())
    there = {name for (name,) in rows(query, history_of(model))}
    assert there == here | own


def test_many_rows_of_one_statement_are_each_kept(lived: Lived) -> None:
    with act(Verb.LOAD_AREAS, acting_user=lived.o.admin, on=ON) as record:
        changed_rows = Area.objects.update(is_active=False)
        removed = Area.objects.filter(pk__in=[lived.o.village.pk + 10_000]).delete()
    assert Area.history.filter(act=record).count() == changed_rows == Area.objects.count()
    assert removed[0] == 0


def test_a_new_password_is_neither_kept_nor_a_change(lived: Lived) -> None:
    with act(Verb.CHANGE_PASSWORD, acting_user=lived.o.auditor, on=ON) as record:
        User.objects.filter(pk=lived.o.auditor.pk).update(password="geheim")
    assert not User.history.filter(act=record).exists()
    assert "password" not in {field.name for field in User.history.model._meta.fields}


def test_a_reason_longer_than_the_library_keeps_is_cut_not_refused(lived: Lived) -> None:
    with act(Verb.LOAD_AREAS, acting_user=lived.o.admin, on=ON, reason="长" * 300) as record:
        Area.objects.filter(pk=lived.o.village.pk).update(name="改")
    assert Area.history.get(act=record).history_change_reason == "长" * 100
    assert record.reason == "长" * 300


def test_inside_a_part_of_an_act_the_part_is_named_and_afterwards_the_whole(lived: Lived) -> None:
    with act(Verb.CONFIRM, acting_user=lived.o.reviewer, on=ON) as whole:
        with act(Verb.DECIDE_AWARD, acting_user=lived.o.reviewer, on=ON) as part:
            Area.objects.filter(pk=lived.o.village.pk).update(name="甲")
        Area.objects.filter(pk=lived.o.village.pk).update(name="乙")
    assert part.within == whole
    names = Area.history.filter(act__in=(whole, part)).order_by("history_id").values_list("name", "act_id")
    assert list(names) == [("甲", part.pk), ("乙", whole.pk)]


def test_a_failed_part_leaves_the_whole_declared(lived: Lived) -> None:
    with act(Verb.CONFIRM, acting_user=lived.o.reviewer, on=ON) as whole:
        with pytest.raises(ValueError, match="part"), act(Verb.ASSESS, acting_user=lived.o.reviewer, on=ON):
            raise ValueError("part")
        Area.objects.filter(pk=lived.o.village.pk).update(name="乙")
    assert Area.history.get(act=whole).name == "乙"


def test_the_office_s_decisions_name_the_person(lived: Lived) -> None:
    confirmed = Application.objects.get(state="CONFIRMED")
    last = confirmed.history.latest("history_id")
    assert (last.history_user, last.act.verb, last.state) == (lived.o.reviewer, Verb.CONFIRM, "CONFIRMED")
    assert on_benefit().decision.decided_by == lived.o.reviewer
    assert Instruction.objects.get(pk=lived.failed.pk).state == InstructionState.REJECTED

"""A register of a million in minutes: some thousand families as a register is made, then copies of them in SQL.

A copy is a family of its own (own persons, each born some days before its model, own numbers, own account, own award)
with the names, incomes and terms of its model. Sealed texts are the model's, so a copy's identity number cannot be
shown; what lists, months and batches read of a family is all there. Constraints and foreign keys are at work; the
tables' own triggers rest meanwhile, so that a copy begins without a history.
"""

from datetime import date

from django.db import models, transaction
from django.db.models import Max

from apps.accounts.models import User
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.models import Award, AwardMember, Decision
from apps.households.models import BankAccount, Household, Membership, Person
from apps.office.measuring.owner import as_owner
from apps.office.register.seed import seed_register

MODELLED = 2_000
# All are decided and reviewed so lately that the gate finds no check that has run out: in an office most of them would
# have been paid before, here no bank answers.
_LATELY = (
    "UPDATE awards_decision SET decided_on = '2023-10-31', effective_month = '2023-11-01'",
    "UPDATE households_household SET review_due_on = '2025-06-30' WHERE review_due_on IS NOT NULL",
)
SEED = 7
# Families written in one transaction: the database remembers a transaction's foreign keys until its end.
AT_ONCE = 50_000

# What a copy does not take over from its model, by table; ``k`` is the number of the copy.
_OWN: dict[type[models.Model], dict[str, str]] = {
    Person: {"id_number_index": "sha256(id_number_index || int4send(k))", "birth_date": "birth_date - k"},
    Household: {"number": "left(number, 11) || 'C' || lpad((id + k * {stride})::text, 8, '0')"},
    Membership: {},
    BankAccount: {"number_index": "sha256(number_index || int4send(k))"},
    Decision: {},
    Award: {},
    AwardMember: {},
}
_SHIFTED = {*_OWN}


def large_register(households: int, *, on: date) -> int:
    """A register of about that many families with running awards; how many it became."""
    models_made = min(households, MODELLED)
    seed_register(models_made, seed=SEED, acting_user=User.objects.system(), on=on)
    with as_owner() as cursor, act(Verb.LOAD_DEMO, acting_user=User.objects.system(), on=on):
        for statement in _LATELY:
            cursor.execute(statement)
    strides = {model: model.objects.aggregate(top=Max("pk"))["top"] for model in _OWN}
    copies = households // models_made - 1
    step = max(1, AT_ONCE // models_made)
    for first in range(1, copies + 1, step):
        _copy(range(first, min(first + step, copies + 1)), strides)
    _settle()
    return Household.objects.count()


def _copy(numbers: range, strides: dict[type[models.Model], int]) -> None:
    with transaction.atomic(), as_owner() as cursor:
        for model in _OWN:
            cursor.execute(f"ALTER TABLE {model._meta.db_table} DISABLE TRIGGER USER")
        for model in _OWN:
            cursor.execute(_statement(model, strides), [numbers.start, numbers.stop - 1])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for model in _OWN:
            cursor.execute(f"ALTER TABLE {model._meta.db_table} ENABLE TRIGGER USER")


def _statement(model: type[models.Model], strides: dict[type[models.Model], int]) -> str:
    table, stride = model._meta.db_table, strides[model]
    columns = {field.column: _value(field, model, strides) for field in model._meta.concrete_fields}
    names, values = ", ".join(f'"{name}"' for name in columns), ", ".join(columns.values())
    return (
        f"INSERT INTO {table} ({names}) SELECT {values} "  # noqa: S608 - names come from the models
        f"FROM {table}, generate_series(%s, %s) AS k WHERE id <= {stride} ORDER BY k, id"
    )


def _value(field: models.Field, model: type[models.Model], strides: dict[type[models.Model], int]) -> str:
    if (own := _OWN[model].get(field.column)) is not None:
        return own.format(stride=strides[model])
    if field.primary_key:
        return f"id + k * {strides[model]}"
    if field.related_model in _SHIFTED:
        return f"{field.column} + k * {strides[field.related_model]}"
    return "gen_random_uuid()" if field.column == "uuid" else f'"{field.column}"'


def _settle() -> None:
    """What the owner of the tables does after a large load: number on from the last row, know the sizes."""
    with as_owner() as cursor:
        for model in _OWN:
            table = model._meta.db_table
            top = f"(SELECT max(id) FROM {table})"  # noqa: S608 - names come from the models
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {top})")
        cursor.execute("VACUUM ANALYZE")

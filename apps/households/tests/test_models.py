"""What the family's tables hold and what they refuse, whatever path a write takes."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from apps.applications.models import Application
from apps.applications.tests import factories as f
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.crypto import SealBroken
from apps.households.idnumber import Sex, check_digit, read
from apps.households.models import BankAccount, DeclaredMember, Household, Membership, Person

PHONE = "13900001234"


@pytest.fixture(scope="module")
def shared(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[f.Office]:
    """Two families: one with a draft still open beside it, one confirmed and paid."""
    with f.undone(django_db_blocker):
        o = f.office()
        f.confirmed(o)
        f.submitted(o, f.the_zhaos(o, name="钱乙"))
        f.drafted(o)
        f.paid(o)
        yield o


@pytest.fixture
def o(shared: f.Office) -> Iterator[f.Office]:
    with f.undone():
        yield shared


def number_of(stem: str) -> str:
    return stem + check_digit(stem)


MALE, FEMALE = number_of("22999919900101001"), number_of("22999919920229002")


def sql(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def declared(o: f.Office, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with act(Verb.DECLARE, acting_user=o.caseworker, on=f.OPENED):
        return sql(statement, *values)


def refused(o: f.Office, rule: str, statement: str, *values: Any) -> None:
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        declared(o, statement, *values)


def test_a_person_is_what_the_number_says_and_the_number_is_sealed() -> None:
    person = Person.new(name="孙七", number=read(MALE, on=f.OPENED), phone=PHONE)
    assert (person.birth_date, person.sex) == (date(1990, 1, 1), Sex.MALE)
    assert person.id_number_mask == f"229999********{MALE[-4:]}"
    for sealed in (person.id_number_sealed, person.id_number_index, person.phone_sealed):
        assert MALE.encode() not in sealed
        assert PHONE.encode() not in sealed
    assert (person.full_id_number(), person.full_phone()) == (MALE, PHONE)
    assert Person.new(name="李八", number=read(FEMALE, on=f.OPENED)).full_phone() == ""


@pytest.mark.parametrize(
    ("day", "age"),
    [
        (date(2009, 2, 27), 16),
        (date(2009, 2, 28), 17),  # no 29th that year
        (date(2012, 2, 28), 19),
        (date(2012, 2, 29), 20),
        (date(2024, 5, 20), 32),
    ],
)
def test_age_of_somebody_born_on_the_29th_of_february(day: date, age: int) -> None:
    assert Person.new(name="李八", number=read(FEMALE, on=f.OPENED)).age_on(day) == age


def test_one_row_per_human(o: f.Office) -> None:
    with act(Verb.DECLARE, acting_user=o.caseworker, on=f.OPENED):
        Person.new(name="孙七", number=read(MALE, on=f.OPENED)).save()
        with pytest.raises(IntegrityError, match="id_number_index"), transaction.atomic():
            Person.new(name="化名", number=read(MALE, on=f.OPENED)).save()
    assert Person.objects.with_id_number(read(f" {MALE} ", on=f.OPENED)).get().name == "孙七"


def test_a_number_moved_to_another_row_or_column_does_not_open(o: f.Office) -> None:
    first, second = Person.objects.order_by("pk")[:2]
    declared(o, "UPDATE households_person SET id_number_sealed = %s WHERE id = %s", first.id_number_sealed, second.pk)
    declared(o, "UPDATE households_person SET phone_sealed = id_number_sealed WHERE id = %s", first.pk)
    with pytest.raises(SealBroken):
        Person.objects.get(pk=second.pk).full_id_number()
    with pytest.raises(SealBroken):
        Person.objects.get(pk=first.pk).full_phone()
    first_account, second_account = BankAccount.objects.order_by("pk")
    sealed = first_account.number_sealed
    declared(o, "UPDATE households_bankaccount SET number_sealed = %s WHERE id = %s", sealed, second_account.pk)
    with pytest.raises(SealBroken):
        BankAccount.objects.get(pk=second_account.pk).full_number()


def test_no_number_telephone_or_address_lies_open_in_any_table(o: f.Office) -> None:
    """Drafts, bank files, history, records, sessions and all: a copy of the database gives nothing away."""
    secrets = {person.full_id_number() for person in Person.objects.all()} | {PHONE, "和平街 1 号"}
    secrets |= {account.full_number() for account in BankAccount.objects.all()}
    assert len(secrets) >= 9
    needles = [form for secret in secrets for form in (secret, secret.encode().hex(), secret.encode("gb18030").hex())]
    for table in connection.introspection.table_names():
        for (row,) in sql(f'SELECT t::text FROM "{table}" t'):  # noqa: S608 - names from the catalogue
            found = [needle for needle in needles if needle in row]
            assert not found, f"{table}: {row[:200]}"
    assert Application.objects.filter(state="DRAFT").get().draft()["family"] == {"address": "和平街"}


def test_nobody_is_in_two_households_at_once(o: f.Office) -> None:
    here, there = Household.objects.order_by("pk")
    member = here.memberships.last()
    columns = "household_id, person_id, relation, since, until"
    add = f"INSERT INTO households_membership ({columns}) VALUES (%s, %s, %s, %s, %s)"  # noqa: S608
    assert member is not None
    refused(o, "one_household_at_a_time", add, there.pk, member.person_id, "OTHER", date(2024, 6, 1), None)
    refused(o, "one_household_at_a_time", add, there.pk, member.person_id, "OTHER", date(2020, 1, 1), date(2024, 5, 21))
    declared(o, add, there.pk, member.person_id, "OTHER", date(2020, 1, 1), f.OPENED)


def test_a_household_has_one_head_and_time_runs_forward(o: f.Office) -> None:
    household = Household.objects.earliest("pk")
    refused(
        o,
        "one_head_at_a_time",
        "UPDATE households_membership SET relation = 'HEAD' WHERE household_id = %s",
        household.pk,
    )
    refused(o, "membership_ends_after_it_begins", "UPDATE households_membership SET until = since")
    assert Membership.objects.filter(household=household, relation="HEAD", until=None).count() == 1


def declared_again(**changed: str) -> str:
    """A statement that puts every declared member down a second time, with something else in these columns."""
    columns = [field.column for field in DeclaredMember._meta.concrete_fields if not field.primary_key]
    values = ", ".join(changed.get(column, column) for column in columns)
    return (
        f"INSERT INTO households_declaredmember ({', '.join(columns)}) SELECT {values} FROM households_declaredmember"  # noqa: S608
    )


@pytest.mark.parametrize(
    ("rule", "statement"),
    [
        ("death_after_birth", "UPDATE households_person SET died_on = birth_date - 1"),
        ("guardian_has_a_ground", "UPDATE households_bankaccount SET payee_kind = 'GUARDIAN'"),
        ("income_not_negative", "INSERT INTO households_income (declaration_id, person_id, kind, evidence, amount_fen) "
         "SELECT declaration_id, person_id, kind, evidence, -1 FROM households_income"),
        ("asset_not_negative", "INSERT INTO households_financialasset (declaration_id, kind, amount_fen) "
         "SELECT declaration_id, kind, -1 FROM households_financialasset"),
        ("exemption_has_a_ground", "INSERT INTO households_otherasset (declaration_id, kind, exempted, ground) "
         "SELECT id, 'MOTOR_VEHICLE', true, '' FROM households_declaration"),
        ("declared_once", declared_again()),
        ("disability_category_with_grade", declared_again(disability_category="''", disability_grade="2")),
    ],
)  # fmt: skip
def test_what_the_database_refuses(o: f.Office, rule: str, statement: str) -> None:
    refused(o, rule, statement)


def test_one_account_in_use_and_one_proposed(o: f.Office) -> None:
    paid = Household.objects.earliest("pk")
    copy = (
        "INSERT INTO households_bankaccount (uuid, household_id, holder_id, payee_kind, guardian_ground, bank_name, "
        "number_sealed, number_index, number_mask, state, proposed_by_id, proposed_on, heir_relation, heir_proof, "
        "heir_ground) SELECT gen_random_uuid(), household_id, holder_id, payee_kind, '', bank_name, '', '', '', "
        "'PROPOSED', proposed_by_id, proposed_on, '', '', '' FROM households_bankaccount WHERE household_id = %s"
    )
    declared(o, copy, paid.pk)
    refused(o, "one_account_proposed", copy + " LIMIT 1", paid.pk)
    approve = "UPDATE households_bankaccount SET state = 'APPROVED', decided_by_id = %s WHERE state = 'PROPOSED'"
    refused(o, "one_account_in_use", approve, o.leader.pk)

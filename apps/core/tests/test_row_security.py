"""T40, in the database: a township's families for that township only, and nobody's for who was told none."""

# ruff: noqa: S608 - the names in the statements come from the models
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from pytest_django.plugin import DjangoDbBlocker

from apps.accounts.middleware import sight_of
from apps.accounts.models import Area
from apps.applications.tests import factories as f
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.privileges import is_history
from apps.core.rowsecurity import Rule, make_rules, rules
from apps.core.sight import APP_ROLE, COUNTY_ROLE, seeing, seeing_the_county
from apps.core.tests.test_house_rules import ROOT, product
from apps.households.models import Household, Person
from apps.office.tests.sweep_scene import HERE, THERE, Scene, scene

# Where a row is a family's and the database has no rule for it, and why.
WITHOUT_RULE = {
    "awards_calcline": "written by COPY, which PostgreSQL refuses under a rule; no name stands in a line",
    "payments_finding": "of a batch: the bureau's alone",
    "payments_ledgertransaction": "sums of a month or a batch",
    "partners_disclosedperson": "read by auditors alone",
    "partners_change": "no name stands in it; who keeps the interface sends it again without seeing whose it is",
    "accounts_posting": "officials",
    "applications_delegation": "officials",
    "applications_display": "how many notices hung where",
    "audit_record": "whoever acted sees their own, wherever the family lives now",
    "partners_grant": "partners",
    "payments_ledgerentry": "sums of a township",
    "reports_figure": "sums of a township",
    "reports_partfigure": "sums of a township",
}
# Who may ask across townships, or for all of them.
SEES_THE_COUNTY = {
    "apps/accounts/middleware.py",
    "apps/applications/actions/death.py",
    "apps/applications/actions/lookup.py",
    "apps/applications/actions/relocating.py",
    "apps/applications/facts/handing_over.py",
    "apps/core/sight.py",
    "apps/households/actions/persons.py",
    "apps/office/facts/date.py",
    "apps/operations/facts.py",
    "apps/partners/api/base.py",
    "apps/partners/facts/assistance.py",
}


def sql(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def rows_in(rule: Rule) -> int:
    return int(sql(f'SELECT count(*) FROM "{rule.table}"')[0][0])


@pytest.fixture(scope="module")
def s(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    with f.undone(django_db_blocker):
        yield scene()


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.table)
def test_who_was_told_no_township_finds_nothing(s: Scene, rule: Rule) -> None:
    with seeing([]):
        assert rows_in(rule) == 0
        sql("RESET jiaohe.townships")
        assert rows_in(rule) == 0


def test_there_was_something_to_find(s: Scene) -> None:
    found = {rule.table for rule in rules() if rows_in(rule)}
    assert {"households_person", "applications_application", "households_bankaccount"} <= found
    assert len(found) > 25


def test_each_township_finds_its_own(s: Scene) -> None:
    names = set(Person.objects.values_list("name", flat=True))
    for user, own, foreign in ((s.o.caseworker, HERE, THERE), (s.o.stranger, THERE, HERE)):
        with sight_of(user):
            seen = set(Person.objects.values_list("name", flat=True))
        assert {name for name in names if name.startswith(own)} <= seen
        assert not {name for name in seen if name.startswith(foreign)}
    with sight_of(s.o.reviewer):
        assert set(Person.objects.values_list("name", flat=True)) == names
    with sight_of(s.o.admin):
        assert not Person.objects.exists()


def test_the_parts_add_up_to_the_county(s: Scene) -> None:
    for rule in rules():
        parts = 0
        for town in (s.o.town, s.o.other_town):
            with seeing([town.pk]):
                parts += rows_in(rule)
        with seeing([s.o.town.pk, s.o.other_town.pk]):
            both = rows_in(rule)
        # Who moved, and a move itself, belongs to both.
        assert both == rows_in(rule) <= parts, rule.table


def test_inside_an_act_its_checks_see_the_county(s: Scene) -> None:
    county = Household.objects.count()
    with seeing([s.o.town.pk]):
        assert 0 < Household.objects.count() < county
        with act(Verb.HINT_ELSEWHERE, acting_user=s.o.caseworker, on=f.DECIDED):
            assert Household.objects.count() == county
            with seeing_the_county():
                assert Household.objects.count() == county
            assert Household.objects.count() == county
        assert 0 < Household.objects.count() < county
        with seeing_the_county():
            assert Household.objects.count() == county
        assert 0 < Household.objects.count() < county
    assert Household.objects.count() == county


def test_a_foreign_row_is_neither_changed_nor_added(s: Scene) -> None:
    foreign = Household.objects.filter(township=s.o.other_town).count()
    assert foreign > 0
    with seeing([s.o.town.pk]):
        assert (
            sql(
                "UPDATE households_household SET review_class = '' WHERE township_id = %s RETURNING id",
                s.o.other_town.pk,
            )
            == []
        )
        assert sql("SELECT count(*) FROM households_household WHERE township_id = %s", s.o.other_town.pk) == [(0,)]


def test_every_rule_is_in_force_for_the_owner_too(s: Scene) -> None:
    told = sql("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
    assert {name for (name,) in told} == {rule.table for rule in rules()}
    policies = sql("SELECT tablename, policyname, roles::text FROM pg_policies ORDER BY 1, 2")
    wanted = [(rule.table, "county", f"{{{COUNTY_ROLE}}}") for rule in rules()]
    assert sorted(policies) == sorted(wanted + [(rule.table, rule.name, f"{{{APP_ROLE}}}") for rule in rules()])
    assert sql("SELECT rolname FROM pg_roles WHERE rolbypassrls AND rolname LIKE 'jiaohe%%'") == []


def test_a_rule_that_was_switched_off_or_left_half_made_comes_back_with_the_next_migrate(s: Scene) -> None:
    with f.undone():
        sql("SET CONSTRAINTS ALL IMMEDIATE")
        sql("SET LOCAL ROLE none")
        sql("ALTER TABLE households_person DISABLE ROW LEVEL SECURITY")
        sql("ALTER TABLE households_household NO FORCE ROW LEVEL SECURITY")
        sql("DROP POLICY county ON awards_award")
        make_rules("default")
        test_every_rule_is_in_force_for_the_owner_too(s)


def test_who_sees_a_row_sees_what_it_belongs_to(s: Scene) -> None:
    """A page that joins them would lose the row without a word, or end in an error."""
    ruled = {rule.table for rule in rules()}
    models_ruled = [model for model in apps.get_models() if model._meta.db_table in ruled and not is_history(model)]
    for town in (s.o.town, s.o.other_town):
        with seeing([town.pk]):
            for model in models_ruled:
                for field in model._meta.concrete_fields:
                    there = field.related_model._meta.db_table if field.related_model else ""
                    if there in ruled:
                        lost = f'r."{field.column}" NOT IN (SELECT id FROM "{there}")'
                        assert sql(f'SELECT count(*) FROM "{model._meta.db_table}" r WHERE {lost}') == [(0,)], field


def test_no_view_goes_past_the_rules(s: Scene) -> None:
    views = sql(
        "SELECT relname FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace "
        "AND (relkind = 'm' OR NOT coalesce(reloptions @> ARRAY['security_invoker=true'], false))"
    )
    assert views == []
    # What works with the owner's rights: test_privileges has the list.


def test_every_table_of_a_family_has_its_rule() -> None:
    ruled = {rule.table for rule in rules()}
    models_ruled = {model for model in apps.get_models() if model._meta.db_table in ruled}
    models_ruled.add(Area)
    without = set()
    for model in apps.get_models():
        leads = {field.related_model for field in model._meta.fields if isinstance(field, models.ForeignKey)}
        if leads & models_ruled and model not in models_ruled and not is_history(model):
            without.add(model._meta.db_table)
    assert without == set(WITHOUT_RULE)


def test_who_sees_the_county_is_a_short_list() -> None:
    assert {name for name, _ in product() if "seeing_the_county" in (ROOT / name).read_text("utf-8")} == SEES_THE_COUNTY


def test_a_page_that_ends_in_an_error_leaves_nothing_behind(s: Scene) -> None:
    with suppress(RuntimeError), seeing([s.o.town.pk]):
        raise RuntimeError
    assert sql("SELECT current_user, current_setting('jiaohe.townships')") == [(COUNTY_ROLE, "")]

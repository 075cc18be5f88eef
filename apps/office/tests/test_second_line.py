"""T40, at the pages: without the scope of any queryset the database still keeps the other township's families."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.models import Q
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from apps.accounts.models import Scope
from apps.accounts.roles import Role
from apps.applications.tests.factories import undone
from apps.office.tests.sweep_matrix import ROWS, Row
from apps.office.tests.sweep_scene import THERE, Scene, scene
from apps.office.tests.test_sweep import address, text

# A family that moves from there to here, or from here to there, is of both.
OF_BOTH = {"relocation-accept", "relocation-decline", "relocation-agree"}
OPEN_TO_CASEWORKERS = [
    row for row in ROWS if Role.CASEWORKER in row.may and not row.post_only and row.name not in OF_BOTH
]


@pytest.fixture(scope="module")
def s(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    with undone(django_db_blocker):
        yield scene()


@pytest.fixture
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """The scope of every queryset gone: a condition that everything meets."""

    def everything(scope: Scope, township: str = "township") -> Q:
        return Q(**{f"{township}__isnull": False})

    monkeypatch.setattr(Scope, "rows", everything)
    monkeypatch.setattr(Scope, "covers", lambda scope, township: True)


def at_the_desk(s: Scene) -> Client:
    client = Client()
    client.force_login(s.o.caseworker, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_scope_is_really_gone(s: Scene, forgotten: None) -> None:
    from apps.households.models import Household

    towns = set(Household.objects.visible_to(s.o.caseworker).values_list("township__name", flat=True))
    assert len(towns) == 2


@pytest.mark.parametrize("row", OPEN_TO_CASEWORKERS, ids=lambda row: row.name)
def test_nothing_of_the_other_township_comes_to_light(s: Scene, row: Row, forgotten: None) -> None:
    client: Any = at_the_desk(s)
    with undone():
        own = client.get(address(row, s))
        assert own.status_code == 200
        assert THERE not in text(own)
        if row.subject and not row.countys:
            foreign = client.get(address(row, s, THERE))
            assert foreign.status_code in {404, 405}
            assert THERE not in text(foreign)

"""T40: behind the querysets the database itself shows a township's families to that township only."""

from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from apps.applications.models import Application
from apps.applications.tests import factories as f
from apps.core.rowsecurity import rules
from apps.core.sight import seeing, seeing_the_county
from apps.households.models import Household, Person


@pytest.fixture(scope="module")
def shared(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[f.Office]:
    with f.undone(django_db_blocker):
        o = f.office()
        f.confirmed(o)
        f.paid(o)
        yield o


def test_x(shared) -> None:
    assert Household.objects.count()
    with seeing([]):
        assert not Household.objects.exists()
        assert not Person.objects.exists()
        assert not Application.objects.exists()
    t = Household.objects.first().township_id
    with seeing([t]):
        assert Household.objects.exists()
        assert Person.objects.exists()
        assert Application.objects.exists()

"""The office with one family on benefit, set up once a file."""

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from apps.applications.tests import factories as f
from apps.households.models import Household

Settled = tuple[f.Office, Household]


@pytest.fixture(scope="module")
def settled(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Settled]:
    """On the day the money is paid."""
    with f.undone(django_db_blocker):
        o = f.office(f.PAY_DAY)
        yield o, f.confirmed(o).household


@pytest.fixture
def o(settled: Settled) -> Iterator[f.Office]:
    """The office; what a test does is undone."""
    with f.undone():
        yield settled[0]


@pytest.fixture
def family(settled: Settled, o: f.Office) -> Household:
    """The family, read anew."""
    return Household.objects.select_related("head", "township").get(pk=settled[1].pk)

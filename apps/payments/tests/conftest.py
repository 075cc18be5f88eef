"""The small office, for every test that asks for it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.payments.tests.office import PayOffice, open_office


@pytest.fixture
def office(db: Any) -> PayOffice:
    """Four families in two townships, and a confirmed May 2024."""
    return open_office()


@pytest.fixture
def login(office: PayOffice) -> Callable[[str], Client]:
    """A browser for somebody of the office, by the post's name."""

    def as_(name: str) -> Client:
        client = Client()
        client.force_login(office.users[name], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return as_

"""The small office, for every test that asks for it."""

from typing import Any

import pytest

from apps.payments.tests.office import PayOffice, open_office


@pytest.fixture
def office(db: Any) -> PayOffice:
    """Four families in two townships, and a confirmed May 2024."""
    return open_office()

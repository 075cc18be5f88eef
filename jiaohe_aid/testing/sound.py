"""What every test of faults, threads and processes is asked at its end, whether it thinks of it or not."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from apps.payments.invariants import INVARIANTS, broken_invariants


def assert_sound() -> None:
    """All invariants hold, over everything."""
    assert len(INVARIANTS) == 13
    assert broken_invariants() == []


@contextmanager
def sound_at_the_end(request: pytest.FixtureRequest) -> Iterator[None]:
    """Ask it after a test that committed rows, unless the test says why not: ``@pytest.mark.unsound("…")``."""
    yield
    if request.node.get_closest_marker("unsound") is None:
        assert_sound()

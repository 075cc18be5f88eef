"""What every test of faults, threads and whole months asks at its end."""

from apps.payments.invariants import INVARIANTS, broken_invariants


def assert_sound() -> None:
    """All invariants hold, over everything."""
    assert len(INVARIANTS) == 13
    assert broken_invariants() == []

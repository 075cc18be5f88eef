"""What the navigation shows beside 运行监控."""

from datetime import date
from typing import Any

from apps.core.navigation import Badge
from apps.payments.models import InvariantCheck


def trouble_badge(user: Any, on: date) -> Badge | None:
    """How many invariants the last look found broken; the rest of the machinery is on the page."""
    last = InvariantCheck.objects.last()
    return Badge(len(last.broken), "项不相符", hot=True) if last and last.broken else None

"""The office looks at itself."""

from celery import shared_task

from apps.accounts.models import User
from apps.core import clock
from apps.operations.progress import look_around
from apps.payments.actions import check_invariants


@shared_task(name="operations.look_around")
def look_around_task() -> None:
    """A sign that schedule, broker and worker work together."""
    look_around()


@shared_task(name="operations.check_invariants")
def check_invariants_task() -> None:
    """All invariants, every ten minutes."""
    check_invariants(acting_user=User.objects.system(), on=clock.today())

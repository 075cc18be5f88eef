"""Freezing as a message: rung by the schedule, may come late, twice or beside itself."""

from celery import shared_task

from apps.accounts.models import User
from apps.core import clock
from apps.reports.actions import freeze_sealed as freeze


@shared_task(name="reports.freeze_sealed")
def freeze_sealed() -> None:
    """Write down the figures of every month that was sealed since."""
    freeze(acting_user=User.objects.system(), on=clock.today())

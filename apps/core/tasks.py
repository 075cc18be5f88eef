"""The schedule's only entrance: a tick is carried out by one worker, once."""

from celery import current_app, shared_task
from django.utils import timezone

from apps.core import ticks


@shared_task(name="core.tick")
def tick(schedule: str, seconds: int) -> None:
    """Do what the schedule is for, unless another clock's message for the same moment was first."""
    now = timezone.now()
    if ticks.claim(schedule, seconds, now):
        current_app.tasks[schedule]()


@shared_task(name="core.forget_ticks")
def forget_ticks() -> None:
    """Keep the table of ticks small."""
    ticks.forget(timezone.now())

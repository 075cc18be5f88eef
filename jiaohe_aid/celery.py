"""The Celery app and the only schedule of the office."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiaohe_aid.settings.dev")

app = Celery("jiaohe_aid")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# A tick that comes late is not made up for: `expires` drops it, the next one does the same work.
app.conf.beat_schedule = {}


def every(seconds: int, task: str) -> None:
    """Put a task name on the schedule."""
    app.conf.beat_schedule[task] = {"task": task, "schedule": seconds, "options": {"expires": seconds}}


every(5, "awards.dispatch_chunks")
every(30, "office.due_today")

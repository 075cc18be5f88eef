"""The Celery app and the only schedule of the office."""

import os
import sys
from typing import Any

from celery import Celery

from jiaohe_aid.pulse import WorkerPulse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiaohe_aid.settings.dev")

app = Celery("jiaohe_aid", loader="jiaohe_aid.loader:WorkersLoader")
# Celery would open a connection for each task, and the first statements pay for its caches; the loader asks for its
# health instead.
app.conf["CELERY_DB_REUSE_MAX"] = sys.maxsize
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def every(seconds: int, task: str) -> dict[str, Any]:
    """A row of the schedule: however many clocks send it, a tick is carried out once (`apps.core.ticks`).

    One that comes late is dropped (`expires`): the next one does the same work, and that of all that were missed.
    """
    return {"task": "core.tick", "args": (task, seconds), "schedule": seconds, "options": {"expires": seconds}}


# Set whole: reading the configuration here would read the settings before a command has started its servers.
app.conf.beat_schedule = {
    "awards.dispatch_chunks": every(5, "awards.dispatch_chunks"),
    "takeover.work": every(15, "takeover.work"),
    "office.due_today": every(30, "office.due_today"),
    "partners.relay": every(5, "partners.relay"),
    "partners.forget_calls": every(3600, "partners.forget_calls"),
    "office.recount": every(3600, "office.recount"),
    "reports.freeze_sealed": every(30, "reports.freeze_sealed"),
    "operations.look_around": every(15, "operations.look_around"),
    "operations.check_invariants": every(600, "operations.check_invariants"),
    "payments.look_back": every(60, "payments.look_back"),
    "core.forget_ticks": every(3600, "core.forget_ticks"),
}

# Both say in the database that they are alive.
app.conf.beat_scheduler = "jiaohe_aid.pulse:PulsingScheduler"
app.steps["worker"].add(WorkerPulse)

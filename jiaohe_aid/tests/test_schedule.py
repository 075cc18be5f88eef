"""The schedule, and when it may be read."""

import subprocess
import sys

from celery.fixups.django import DjangoWorkerFixup
from django.db import connection

from jiaohe_aid.celery import app
from jiaohe_aid.testing.own import OwnDatabase


def test_the_office_is_woken_for_waiting_chunks_and_for_what_is_due() -> None:
    assert {name: row["schedule"] for name, row in app.conf.beat_schedule.items()} == {
        "awards.dispatch_chunks": 5,
        "takeover.work": 15,
        "office.due_today": 30,
        "partners.relay": 5,
        "partners.forget_calls": 3600,
        "office.recount": 3600,
        "reports.freeze_sealed": 30,
        "payments.look_back": 60,
        "operations.look_around": 15,
        "operations.check_invariants": 600,
        "core.forget_ticks": 3600,
    }


def test_loading_the_app_leaves_the_settings_unread() -> None:
    """A command starts its embedded servers first; settings read before would know no database."""
    question = "import jiaohe_aid; from django.conf import settings; print(settings.configured)"
    answer = subprocess.run([sys.executable, "-c", question], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"


def test_a_worker_keeps_its_connection_from_one_task_to_the_next_unless_it_broke(own_database: OwnDatabase) -> None:
    around, task = DjangoWorkerFixup(app), app.tasks["celery.chain"]
    connection.ensure_connection()
    opened = connection.connection
    around.on_task_postrun(task)
    around.on_task_prerun(task)
    app.loader.on_task_init("", task)
    assert connection.connection is opened
    opened.close()  # as after a restart of the server
    app.loader.on_task_init("", task)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert connection.connection is not opened

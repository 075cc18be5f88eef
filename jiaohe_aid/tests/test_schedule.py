"""The schedule, and when it may be read."""

import subprocess
import sys

import pytest
from celery.fixups.django import DjangoWorkerFixup
from celery.signals import task_postrun, task_prerun
from django.db import connection

from jiaohe_aid.celery import app, let_go_of_a_broken_connection


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


@pytest.mark.django_db
def test_a_worker_keeps_its_connection_from_one_task_to_the_next_unless_it_broke() -> None:
    around = DjangoWorkerFixup(app)
    connection.ensure_connection()
    opened = connection.connection
    around.on_task_postrun(app.tasks["celery.chain"])
    around.on_task_prerun(app.tasks["celery.chain"])
    assert connection.connection is opened
    assert let_go_of_a_broken_connection in {receiver() for _, receiver in task_prerun.receivers}
    assert let_go_of_a_broken_connection in {receiver() for _, receiver in task_postrun.receivers}

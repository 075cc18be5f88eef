"""The schedule, and when it may be read."""

import subprocess
import sys

from jiaohe_aid.celery import app


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

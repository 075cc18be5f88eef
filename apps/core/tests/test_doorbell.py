"""The doorbell rings after commit, by name, and never disturbs the person at the page."""

import json
import time
from typing import Any

import pytest
import redis
from django.conf import settings
from django.db import transaction

from apps.core import doorbell
from jiaohe_aid.celery import app
from jiaohe_aid.testing.processes import Worker, wait_for

ECHO = "celery.accumulate"


def waiting() -> list[dict[str, Any]]:
    """The messages on the broker, oldest first."""
    return [
        json.loads(raw) for raw in reversed(redis.Redis.from_url(settings.CELERY_BROKER_URL).lrange("celery", 0, -1))
    ]


def test_a_ring_waits_for_the_commit(own_database: Any) -> None:
    with transaction.atomic():
        doorbell.ring("awards.calculate_chunk", 7)
        assert waiting() == []
    assert [message["headers"]["task"] for message in waiting()] == ["awards.calculate_chunk"]


def test_work_rolled_back_rings_nobody(own_database: Any) -> None:
    with transaction.atomic():
        doorbell.ring("awards.calculate_chunk", 7)
        transaction.set_rollback(True)
    assert waiting() == []


def test_each_piece_of_work_gets_a_ring_of_its_own(own_database: Any) -> None:
    doorbell.ring_each("awards.calculate_chunk", [1, 2, 3])
    assert len(waiting()) == 3


@pytest.mark.integration
def test_a_worker_hears_the_bell(own_database: Any, celery_worker: Worker) -> None:
    doorbell.ring(ECHO, 4711)
    heard = f"Task {ECHO}"
    wait_for(lambda: heard in celery_worker.text(), process=celery_worker.process, log=celery_worker.log, seconds=20)
    assert "4711" in celery_worker.text()


def test_a_broker_that_is_away_costs_the_page_nothing(own_database: Any, caplog: pytest.LogCaptureFixture) -> None:
    app.conf.broker_url = "redis://127.0.0.1:1/0"
    started = time.monotonic()
    with transaction.atomic():
        doorbell.ring_each("awards.calculate_chunk", range(1000))
    assert time.monotonic() - started < 3
    assert "waits for the schedule" in caplog.text

"""The ground all tests stand on: own databases, real workers, real pages, a real browser."""

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, connection

from apps.core import doorbell
from apps.core.models import OfficeDate
from jiaohe_aid.testing.processes import Office, Worker, wait_for

FIRST_DAY = date(2024, 5, 20)


def _name_and_role() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database(), current_user")
        return cursor.fetchone()


@pytest.mark.django_db
def test_a_plain_test_leaves_nothing_behind() -> None:
    before = OfficeDate.objects.count()
    OfficeDate.objects.update_or_create(id=1, defaults={"day": date(2030, 1, 1)})
    assert OfficeDate.objects.count() >= before


def test_an_own_database_is_fresh_committed_and_seen_by_threads(own_database: Any) -> None:
    OfficeDate.objects.update_or_create(id=1, defaults={"day": date(2031, 1, 1)})
    seen: list[Any] = []

    def look() -> None:
        seen.append((OfficeDate.objects.get().day, _name_and_role()))
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [(date(2031, 1, 1), (own_database.name, "jiaohe_county"))]


def test_the_next_own_database_knows_nothing_of_the_last(own_database: Any) -> None:
    assert not OfficeDate.objects.filter(day__gt=date(2030, 1, 1)).exists()
    assert _name_and_role() == (own_database.name, "jiaohe_county")


@pytest.mark.integration
def test_a_real_worker_listens_to_the_tests_own_broker(celery_worker: Worker, own_database: Any) -> None:
    assert own_database.broker == settings.CELERY_BROKER_URL
    assert celery_worker.children()
    celery_worker.kill()
    assert celery_worker.process.poll() is not None


def test_the_office_is_served_on_the_tests_own_database(live_office: Office) -> None:
    assert live_office.process.poll() is None


@pytest.mark.browser
def test_a_browser_opens_the_office(live_office: Office, open_page: Callable[..., Any]) -> None:
    page = open_page(width=390)
    answer = page.goto(live_office.url)
    assert answer is not None
    assert answer.status < 500


def test_waiting_for_a_dead_process_fails_with_its_log(own_database: Any) -> None:
    worker = own_database.start_worker()
    worker.kill()
    with pytest.raises(AssertionError, match="not ready"):
        wait_for(lambda: False, process=worker.process, log=worker.log, seconds=5)


@pytest.mark.slow
def test_own_servers_crash_and_come_back_with_what_was_committed(own_servers: Any) -> None:
    OfficeDate.objects.update_or_create(id=1, defaults={"day": date(2032, 1, 1)})
    worker = own_servers.start_worker()
    own_servers.postgres.crash()
    own_servers.valkey.crash()
    with pytest.raises(DatabaseError):
        OfficeDate.objects.get()
    own_servers.postgres.start()
    own_servers.valkey.start()
    connection.close()
    assert OfficeDate.objects.get().day == date(2032, 1, 1)
    doorbell.ring("celery.accumulate", 1)
    heard = "Task celery.accumulate"
    wait_for(lambda: heard in worker.text(), process=worker.process, log=worker.log, seconds=60)

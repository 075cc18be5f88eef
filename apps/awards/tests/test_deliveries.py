"""Messages that come thrice, too early, too late or not at all: the work is done once.

T05, T06, T07, T08, T13, T14, T20.
"""

import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import psycopg2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.awards import tasks
from apps.awards.actions import calculate_chunk, open_month, void_month
from apps.awards.enums import ChunkState, RunState
from apps.awards.models import Chunk
from apps.awards.recompute import compare, sealed
from apps.awards.tests import factories as f
from apps.awards.tests.register import seed
from apps.awards.tests.test_faults import (
    APRIL,
    Named,
    beats,
    begun,
    is_calculated,
    nothing_lost_nothing_doubled,
    slow_and_small,
)
from apps.core import doorbell
from jiaohe_aid.testing.own import OwnDatabase

MARCH = date(2022, 3, 15)
SlowAndSmall = Callable[[int, int], None]
# A fixture: pytest finds it by its name.
__all__ = ["slow_and_small"]


@pytest.mark.integration
def test_every_message_thrice(
    own_database: OwnDatabase, slow_and_small: SlowAndSmall, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow_and_small(20, 30)
    run, total = begun(400)
    ring_each = doorbell.ring_each
    monkeypatch.setattr(doorbell, "ring_each", lambda task, ids: [ring_each(task, ids) for _ in range(3)])
    for _ in range(2):
        own_database.start_worker()
    for _ in beats(60):
        if is_calculated(run):
            break
    nothing_lost_nothing_doubled(run, 400, total)
    assert set(run.chunks.values_list("attempts", flat=True)) == {1}


@pytest.mark.django_db
def test_a_message_too_many_costs_one_statement() -> None:
    f.office_date(APRIL)
    office = f.office()
    f.granted(office, on=MARCH)
    chunk = open_month(APRIL, acting_user=office.maker, on=APRIL).chunks.get()
    tasks.calculate_chunk(chunk.pk)
    with CaptureQueriesContext(connection) as queries:
        tasks.calculate_chunk(chunk.pk)
    asked = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(asked) == 1
    assert Chunk.objects.get().attempts == 1


@pytest.mark.django_db
def test_a_sweeper_that_slept_two_hours_finds_everything(settings) -> None:
    """Nothing asks when something was lost, only how things stand."""
    settings.CHUNK_SIZE = 1
    f.office_date(APRIL)
    office, system = f.office(), User.objects.system()
    for _ in range(4):
        f.granted(office, on=MARCH)
    run = open_month(APRIL, acting_user=office.maker, on=APRIL)
    ids = list(run.chunks.order_by("pk").values_list("pk", flat=True))
    now = datetime(2022, 4, 5, tzinfo=UTC)
    assert Chunk.objects.claim_due(now, limit=2) == ids[:2]
    # One was sent and lost, one was begun by a worker that died, two were never sent: two hours pass.
    Chunk.objects.filter(pk=ids[1]).update(attempts=1, begun_at=now)
    assert Chunk.objects.claim_due(now + timedelta(hours=2), limit=9) == ids
    for pk in ids:
        calculate_chunk(pk, acting_user=system, on=APRIL)
    # The worker that did the last portion died before it could close the month.
    run.refresh_from_db()
    assert run.state == RunState.CALCULATING
    tasks.dispatch_chunks()
    run.refresh_from_db()
    assert run.state == RunState.CALCULATED


class Died(BaseException):
    """A process that is gone between the commit and the bell."""


@pytest.mark.django_db
def test_two_hundred_processes_that_died_between_the_commit_and_the_bell(
    settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """T13: marked as sent and never rung; the first sweep after the wait rings for each of them, once."""
    number, rung = random.randrange(10**6), []
    chance, settings.CHUNK_SIZE, settings.CHUNK_REDISPATCH_SECONDS = random.Random(number), 1, 30
    f.office_date(APRIL)
    office = f.office()
    seed(office, 200)
    run = open_month(APRIL, acting_user=office.maker, on=APRIL)
    now = datetime(2022, 4, 5, tzinfo=UTC)

    def dies(task: str, ids: list[int]) -> None:
        raise Died

    monkeypatch.setattr(tasks.timezone, "now", lambda: now)
    with monkeypatch.context() as gone:
        gone.setattr(doorbell, "ring_each", dies)
        while run.chunks.filter(dispatched_at=None).exists():
            gone.setattr(tasks, "AT_ONCE", run.chunks.exclude(dispatched_at=None).count() + chance.randint(1, 9))
            with pytest.raises(Died):
                tasks.dispatch_chunks()
    monkeypatch.setattr(doorbell, "ring_each", lambda task, ids: rung.extend(ids))
    tasks.dispatch_chunks()
    assert rung == []
    now += timedelta(seconds=31)
    for _ in range(3):
        tasks.dispatch_chunks()
    with capsys.disabled():
        print(f"\nT13 种子 {number}：{len(rung)} 组重新通知")  # noqa: T201
    assert rung == list(run.chunks.order_by("pk").values_list("pk", flat=True))
    assert len(rung) == 200


@pytest.mark.slow
@pytest.mark.integration
def test_a_worker_that_stands_still_and_goes_on_when_the_others_are_through(
    own_database: OwnDatabase, slow_and_small: SlowAndSmall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T08: stopped in mid-portion for a minute; its portion waits for it, and nobody does it beside it."""
    slow_and_small(20, 600)
    run, total = begun(400)
    workers, still, since = Named(own_database, monkeypatch), 0, 0.0
    for _ in range(2):
        workers.start()
    with closing(psycopg2.connect(own_database.url)) as watching:
        watching.autocommit = True
        for now in beats(240):
            if is_calculated(run):
                break
            if not still and (name := workers.at_work(watching.cursor())):
                still, since = workers.running[name].children()[0], now
                os.kill(still, signal.SIGSTOP)
            if since and now - since > 60:
                left = run.chunks.filter(state=ChunkState.PENDING)
                assert left.count() == 1, "all the others were done meanwhile, this one by nobody"
                os.kill(still, signal.SIGCONT)
                since = 0.0
    assert still
    nothing_lost_nothing_doubled(run, 400, total)


@pytest.mark.slow
@pytest.mark.integration
def test_a_broker_that_gives_work_out_again_while_it_is_done(
    own_database: OwnDatabase, slow_and_small: SlowAndSmall, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow_and_small(20, 6_000)
    monkeypatch.setenv("VISIBILITY_TIMEOUT", "1")
    monkeypatch.setenv("CHUNK_REDISPATCH_SECONDS", "60")
    run, total = begun(80)
    for _ in range(2):
        own_database.start_worker(concurrency=2)
    for _ in beats(120):
        if is_calculated(run):
            break
    nothing_lost_nothing_doubled(run, 80, total)
    taken = sum(worker.text().count("calculate_chunk") for worker in own_database.workers)
    assert taken > run.chunks.count()


@pytest.mark.slow
@pytest.mark.integration
def test_work_three_times_as_long_as_any_lease_is_not_begun_again_and_again(
    own_database: OwnDatabase, slow_and_small: SlowAndSmall
) -> None:
    slow_and_small(20, 6_000)
    run, total = begun(40)
    for _ in range(4):
        own_database.start_worker()
    since = time.monotonic()
    for _ in beats(60):
        if is_calculated(run):
            break
    taken = time.monotonic() - since
    nothing_lost_nothing_doubled(run, 40, total)
    assert run.chunks.count() == 2
    assert taken <= 1.5 * 6 + 1  # sent again every two seconds meanwhile; the last second is the asking here
    assert set(run.chunks.values_list("attempts", flat=True)) == {1}


@pytest.mark.slow
@pytest.mark.integration
def test_one_worker_and_four_come_to_the_same(own_database: OwnDatabase, slow_and_small: SlowAndSmall) -> None:
    slow_and_small(7, 0)
    f.office_date(APRIL)
    office = f.office()
    total, found = seed(office, 500), set()
    for workers in (1, 3):
        run = open_month(APRIL, acting_user=office.maker, on=APRIL)
        for _ in range(workers):
            own_database.start_worker()
        for _ in beats(120):
            if is_calculated(run):
                break
        nothing_lost_nothing_doubled(run, 500, total)
        found.add(compare(sealed(run), iter(()), whole=True).before_sha256)
        void_month(run, acting_user=office.chief, on=APRIL, reason="再来")
    assert len(own_database.workers) == 4
    assert len(found) == 1

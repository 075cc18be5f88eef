"""A month that is killed, flushed and cut off comes to its end: nothing lost, nothing doubled, the same total."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from typing import Any

import psycopg2
import pytest
import redis
from django.db import DatabaseError, connection
from django.db.models import Count, F, Sum

from apps.awards.actions import open_month
from apps.awards.enums import ChunkState, RunState
from apps.awards.models import CalcLine, Chunk, MonthRun
from apps.awards.tasks import dispatch_chunks
from apps.awards.tests import factories as f
from apps.awards.tests.register import seed
from jiaohe_aid.testing.own import OwnDatabase, OwnServers
from jiaohe_aid.testing.processes import Worker

pytestmark = pytest.mark.integration
APRIL = date(2022, 4, 5)


@pytest.fixture
def slow_and_small(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[int, int], None]:
    """Portions small and slow enough for a fault to find one at work, here and in the workers."""

    def set_to(size: int, pause_ms: int) -> None:
        chosen = {
            "CHUNK_SIZE": size,
            "FAULT_PAUSE_MS": pause_ms,
            "CHUNK_REDISPATCH_SECONDS": 2,
            "CHUNK_ATTEMPTS_CAP": 20,
        }
        for name, value in chosen.items():
            setattr(settings, name, value)
            monkeypatch.setenv(name, str(value))

    return set_to


def begun(households: int) -> tuple[MonthRun, int]:
    """A month of that many households, just opened, and what it must come to."""
    f.office_date(APRIL)
    office = f.office()
    total = seed(office, households)
    return open_month(APRIL, acting_user=office.maker, on=APRIL), total


def beats(seconds: float) -> Iterator[float]:
    """The schedule's tick, four times a second, until the time is up; what cannot be reached now is asked again."""
    until = time.monotonic() + seconds
    while (now := time.monotonic()) < until:
        try:
            dispatch_chunks()
            yield now
        except DatabaseError:
            connection.close()
        time.sleep(0.25)
    pytest.fail("the month did not end in time")


def is_calculated(run: MonthRun) -> bool:
    run.refresh_from_db()
    return run.state == RunState.CALCULATED


def nothing_lost_nothing_doubled(run: MonthRun, households: int, total: int) -> None:
    """Rows, awards and money against what was known beforehand, from the lines themselves."""
    lines = CalcLine.objects.filter(run=run)
    counted = lines.aggregate(rows=Count("pk"), awards=Count("award", distinct=True), fen=Sum("amount_fen"))
    assert counted == {"rows": households, "awards": households, "fen": total}
    assert run.total_fen == total
    chunks = run.chunks.aggregate(rows=Sum("rows"), fen=Sum("total_fen"))
    assert chunks == {"rows": households, "fen": total}
    assert not run.chunks.exclude(state=ChunkState.DONE).exists()


def aborted(run: MonthRun) -> int:
    """How many attempts began and did not end: each kill that found a portion at work leaves one."""
    done = Chunk.objects.filter(run=run).aggregate(more=Sum(F("attempts") - 1, default=0))
    return int(done["more"])


class Named:
    """Workers whose database sessions say which of them they are, so that a kill finds one in mid-portion."""

    def __init__(self, own: OwnDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
        self.own, self.environment = own, monkeypatch
        self.running: dict[str, Worker] = {}

    def start(self, **environment: str) -> None:
        """One more worker."""
        name = f"worker-{len(self.own.workers)}"
        for key, value in (environment | {"PGAPPNAME": name}).items():
            self.environment.setenv(key, value)
        self.running[name] = self.own.start_worker()

    def at_work(self, watching: Any) -> str:
        """One that has just written lines and will not commit them for a while; waited for, but not for long."""
        for _ in range(50):
            watching.execute(
                "SELECT application_name FROM pg_stat_activity JOIN pg_locks USING (pid) "
                "WHERE state = 'idle in transaction' AND relation = 'awards_calcline'::regclass "
                "AND mode = 'RowExclusiveLock' AND clock_timestamp() - state_change < interval '150 ms'"
            )
            for (name,) in watching:
                if name in self.running:
                    return name
            time.sleep(0.02)
        return ""

    def kill(self, name: str, *, whole: bool) -> None:
        """SIGKILL to the process that does the work, or to the whole worker, which is then replaced."""
        children = self.running[name].children()
        if children and not whole:
            os.kill(children[0], signal.SIGKILL)
            return
        self.running.pop(name).kill()
        self.start()


@pytest.mark.parametrize(
    ("kills", "households"), [(8, 2_000), pytest.param(20, 5_000, marks=pytest.mark.slow)], ids=["eight", "twenty"]
)
def test_workers_killed_in_the_middle_of_a_month(
    kills: int,
    households: int,
    own_database: OwnDatabase,
    slow_and_small: Callable[[int, int], None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    slow_and_small(25, 400)
    run, total = begun(households)
    workers, killed = Named(own_database, monkeypatch), 0
    workers.start()
    workers.start()
    with closing(psycopg2.connect(own_database.url)) as watching:
        watching.autocommit = True
        for _ in beats(200):
            if is_calculated(run):
                break
            if killed < kills and (busy := workers.at_work(watching.cursor())):
                workers.kill(busy, whole=killed % 4 == 3)
                killed += 1
                if killed == kills:
                    workers.start(FAULT_PAUSE_MS="0")
    again = run.chunks.filter(attempts__gt=1).count()
    with capsys.disabled():
        print(f"\n{killed} × kill -9：{again} 组做了不止一次，{aborted(run)} 次正在核定时被杀")  # noqa: T201
    nothing_lost_nothing_doubled(run, households, total)
    assert killed == kills
    assert aborted(run) >= kills * 3 // 4


def test_a_flushed_broker_loses_no_work(own_database: OwnDatabase, slow_and_small: Callable[[int, int], None]) -> None:
    slow_and_small(20, 100)
    run, total = begun(600)
    own_database.start_worker()
    flushed = 0
    for _ in beats(90):
        if is_calculated(run):
            break
        if flushed < 3:
            redis.Redis.from_url(own_database.broker).flushdb()
            flushed += 1
    assert flushed == 3
    nothing_lost_nothing_doubled(run, 600, total)


@pytest.mark.slow
def test_a_database_that_falls_over_in_the_middle(
    own_servers: OwnServers, slow_and_small: Callable[[int, int], None]
) -> None:
    slow_and_small(20, 100)
    run, total = begun(600)
    own_servers.start_worker()
    fallen = 0
    for _ in beats(120):
        if is_calculated(run):
            break
        if fallen < 2 and run.chunks.filter(state=ChunkState.DONE).count() > 5 * (fallen + 1):
            own_servers.postgres.crash()
            own_servers.postgres.start()
            connection.close()
            fallen += 1
    assert fallen == 2
    nothing_lost_nothing_doubled(run, 600, total)

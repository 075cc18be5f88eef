"""The whole fault set, on a month of twenty thousand households: killed, flushed, restarted, and nothing is wrong.

Each test prints what it did and what it found as one line of JSON; ``manage.py benchmark faults`` collects them.
"""

import json
import os
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import psycopg2
import pytest
import redis
from django.conf import settings
from django.db import connection
from django.db.models import Count, Sum

from apps.awards.enums import ChunkState
from apps.awards.models import CalcLine, MonthRun
from apps.awards.tests.test_faults import (
    Named,
    aborted,
    beats,
    begun,
    is_calculated,
    nothing_lost_nothing_doubled,
    slow_and_small,
)
from jiaohe_aid.testing.own import OwnDatabase, OwnServers
from jiaohe_aid.testing.processes import Office, Worker

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
HOUSEHOLDS, CHUNK, WORKERS, PATIENCE = 20_000, 100, 3, 600
SlowAndSmall = Callable[[int, int], None]
__all__ = ["slow_and_small"]


@pytest.fixture
def told(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> Callable[..., None]:
    """Say on the terminal, and to whoever asked for it, what was done and what it cost: nothing."""

    def tell(run: MonthRun, total: int, **facts: Any) -> None:
        sums = CalcLine.objects.filter(run=run).aggregate(
            rows=Count("pk"), awards=Count("award", distinct=True), fen=Sum("amount_fen", default=0)
        )
        found = {
            "lost": HOUSEHOLDS - sums["awards"],
            "double": sums["rows"] - sums["awards"],
            "fen": sums["fen"] - total,
            "attempts_cut_off": aborted(run),
        }
        line = json.dumps({"test": request.node.name, "households": HOUSEHOLDS, **facts, **found}, ensure_ascii=False)
        with capsys.disabled():
            print(f"\n{line}")  # noqa: T201
        if path := os.environ.get("JIAOHE_FAULTS"):
            with Path(path).open("a", encoding="utf-8") as file:
                file.write(line + "\n")

    return tell


def done(run: MonthRun) -> int:
    return run.chunks.filter(state=ChunkState.DONE).count()


def spread(run: MonthRun, times: int) -> Iterator[int]:
    """How many portions are to be done before each of the faults, so that they spread over the month."""
    chunks = run.chunks.count()
    return iter([chunks * number // (times + 1) for number in range(1, times + 1)])


@pytest.mark.parametrize("seed", [1, 2], ids=["seed-1", "seed-2"])
def test_fifty_kills(
    seed: int,
    own_database: OwnDatabase,
    slow_and_small: SlowAndSmall,
    monkeypatch: pytest.MonkeyPatch,
    told: Callable[..., None],
) -> None:
    # Smaller and slower than for the other faults: the last kill, too, is to find somebody at work.
    slow_and_small(50, 600)
    kills, chance = 50, Random(seed)
    run, total = begun(HOUSEHOLDS)
    workers, killed, whole = Named(own_database, monkeypatch), 0, 0
    for _ in range(WORKERS):
        workers.start()
    with closing(psycopg2.connect(own_database.url)) as watching:
        watching.autocommit = True
        for _ in beats(PATIENCE):
            if is_calculated(run):
                break
            if killed < kills and (busy := workers.at_work(watching.cursor())):
                is_main = chance.random() < 0.2
                time.sleep(chance.random() / 10)
                workers.kill(busy, whole=is_main)
                killed, whole = killed + 1, whole + is_main
                if killed == kills:
                    workers.start(FAULT_PAUSE_MS="0")
    told(run, total, seed=seed, kills=killed, main_workers=whole)
    nothing_lost_nothing_doubled(run, HOUSEHOLDS, total)
    assert killed == kills
    assert aborted(run) >= kills // 2


def test_ten_flushes(own_servers: OwnServers, slow_and_small: SlowAndSmall, told: Callable[..., None]) -> None:
    slow_and_small(CHUNK, 100)
    run, total = begun(HOUSEHOLDS)
    for _ in range(WORKERS):
        own_servers.start_worker()
    flushed, lost, when = 0, 0, spread(run, 10)
    due = next(when)
    broker = redis.Redis.from_url(own_servers.broker)
    for _ in beats(PATIENCE):
        if is_calculated(run):
            break
        if due is not None and done(run) >= due:
            lost += broker.llen("celery")
            broker.flushall()
            flushed, due = flushed + 1, next(when, None)
    told(run, total, flushes=flushed, messages_lost=lost)
    nothing_lost_nothing_doubled(run, HOUSEHOLDS, total)
    assert flushed == 10
    assert lost > 0


def test_ten_restarts_of_a_broker_that_forgets(
    own_servers: OwnServers, slow_and_small: SlowAndSmall, told: Callable[..., None]
) -> None:
    # The month lasts longer than ten times a worker's way back, on a busy machine too.
    slow_and_small(CHUNK // 2, 400)
    run, total = begun(HOUSEHOLDS)
    workers = [own_servers.start_worker() for _ in range(WORKERS)]
    restarts, slowest, when = 0, 0, spread(run, 10)
    due = next(when)
    for _ in beats(PATIENCE):
        if is_calculated(run):
            break
        if due is not None and done(run) >= due:
            own_servers.valkey.crash()
            own_servers.valkey.start()
            slowest = max(slowest, all_consume_again(workers))
            restarts, due = restarts + 1, next(when, None)
    told(run, total, restarts=restarts, slowest_worker_seconds=round(slowest, 1))
    nothing_lost_nothing_doubled(run, HOUSEHOLDS, total)
    assert restarts == 10
    assert slowest <= 15


def all_consume_again(workers: list[Worker]) -> float:
    """Seconds until every worker has worked on a message after now."""
    begun_at, before = time.monotonic(), [worked(worker) for worker in workers]
    for now in beats(30):
        if all(worked(worker) > known for worker, known in zip(workers, before, strict=True)):
            return now - begun_at
    raise AssertionError("a worker stayed deaf")


def worked(worker: Worker) -> int:
    return worker.text().count("] succeeded in")


def test_five_falls_of_the_database(
    own_servers: OwnServers, slow_and_small: SlowAndSmall, told: Callable[..., None], tmp_path: Path
) -> None:
    slow_and_small(CHUNK, 100)
    run, total = begun(HOUSEHOLDS)
    for _ in range(WORKERS):
        own_servers.start_worker()
    fallen, when = 0, spread(run, 5)
    due = next(when)
    with Visitor(own_servers, tmp_path) as visitor:
        for _ in beats(PATIENCE):
            if is_calculated(run):
                break
            if due is not None and done(run) >= due:
                own_servers.postgres.crash()
                time.sleep(1)
                own_servers.postgres.start()
                connection.close()
                fallen, due = fallen + 1, next(when, None)
    told(run, total, falls=fallen, answers=visitor.answers)
    nothing_lost_nothing_doubled(run, HOUSEHOLDS, total)
    assert fallen == 5
    assert set(visitor.answers) == {200, 503}
    assert visitor.answers[503] >= fallen


class Visitor:
    """Somebody who asks for a page again and again, and what the answers were."""

    def __init__(self, own: OwnServers, folder: Path) -> None:
        self.answers: dict[int, int] = {}
        self.office = Office(own.environment() | {"DJANGO_DEBUG": "0"}, folder / "office.log")
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._ask, daemon=True)

    def __enter__(self) -> "Visitor":
        self.office.ready()
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join()
        self.office.stop()

    def _ask(self) -> None:
        while not self.over.is_set():
            status = status_of(f"{self.office.url}/login/")
            self.answers[status] = self.answers.get(status, 0) + 1
            time.sleep(0.1)


def status_of(url: str) -> int:
    """The answer to somebody whose browser brings a session along, which is looked up."""
    asked = urllib.request.Request(url, headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={'a' * 32}"})  # noqa: S310
    try:
        with urllib.request.urlopen(asked, timeout=20) as answer:  # noqa: S310 - our own server
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code

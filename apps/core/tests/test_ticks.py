"""Several clocks, none for a while, and the ticks are carried out once each (T12, C13)."""

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from apps.core import tasks, ticks
from apps.core.models import Tick
from jiaohe_aid.celery import app
from jiaohe_aid.testing.own import OwnDatabase

START = datetime(2024, 5, 20, tzinfo=UTC)
HOURS = timedelta(hours=1)


def clocks(number: int, schedule: dict[str, int], moments: list[datetime], chosen: random.Random) -> Counter[Any]:
    """What so many clocks, each some seconds early or late, get to carry out over these moments of simulated time."""
    gate, late = Barrier(number), [chosen.randrange(0, 4) for _ in range(number)]

    def run(clock: int) -> list[tuple[str, datetime]]:
        done = []
        try:
            for moment in moments:
                gate.wait(30)
                for name, seconds in schedule.items():
                    now = moment + timedelta(seconds=late[clock])
                    if int(moment.timestamp()) % seconds == 0 and ticks.claim(name, seconds, now):
                        done.append((name, ticks.due_at(now, seconds)))
        finally:
            connection.close()
        return done

    with ThreadPoolExecutor(number) as threads:
        return Counter(one for done in threads.map(run, range(number)) for one in done)


def moments(first: datetime, hours: int, step: int) -> list[datetime]:
    return [first + timedelta(seconds=seconds) for seconds in range(0, hours * 3600, step)]


@pytest.mark.integration
def test_three_clocks_over_three_days_and_a_gap_of_three_hours(
    own_database: OwnDatabase, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = random.randrange(10**6)
    schedule, step = {"sweep": 600, "hourly": 3600}, 600
    before, after = moments(START, 30, step), moments(START + 33 * HOURS, 39, step)
    done = clocks(3, schedule, before + after, random.Random(seed))
    with capsys.disabled():
        print(f"\nT12 种子 {seed}：3 个时钟 72 小时（停 3 小时），执行 {sum(done.values())} 次")  # noqa: T201
    expected = {
        (name, moment)
        for name, seconds in schedule.items()
        for moment in before + after
        if int(moment.timestamp()) % seconds == 0
    }
    assert set(done) == expected
    assert set(done.values()) == {1}
    # 69 h × 6 + 69 h × 1: what was due while no clock ran is not made up one by one.
    assert Tick.objects.count() == 69 * 6 + 69


@pytest.mark.django_db
def test_after_hours_of_silence_one_tick_does_the_work_of_all() -> None:
    assert ticks.claim("sweep", 5, START)
    later = START + 3 * HOURS
    assert [ticks.claim("sweep", 5, later) for _ in range(3)] == [True, False, False]
    assert not ticks.claim("sweep", 5, later - timedelta(minutes=1))  # a message that comes late
    assert ticks.claim("another", 5, later - timedelta(minutes=1))
    ticks.forget(later + timedelta(days=1))
    assert Tick.objects.count() == 3
    ticks.forget(later + timedelta(days=3))
    assert not Tick.objects.exists()


@pytest.mark.django_db
def test_the_database_refuses_the_second_tick_of_a_moment() -> None:
    ticks.claim("sweep", 5, START)
    with (
        pytest.raises(DatabaseError, match="one_tick_of_a_moment"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("INSERT INTO core_tick (schedule, due_at) SELECT schedule, due_at FROM core_tick")


@pytest.mark.django_db
def test_every_row_of_the_schedule_goes_through_the_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def noting(name: str) -> Callable[[], None]:
        return lambda: done.append(name)

    rows = app.conf.beat_schedule
    assert {row["task"] for row in rows.values()} == {"core.tick"}
    app.loader.import_default_modules()
    for name in rows:
        monkeypatch.setattr(app.tasks[name], "run", noting(name))
    for row in rows.values():
        tasks.tick(*row["args"])
        tasks.tick(*row["args"])
    assert sorted(done) == sorted(rows)

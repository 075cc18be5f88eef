"""A month at the size of a county or a province, against the floor: ``manage.py benchmark month --households N``.

In one run on one register: a first month by the office itself, the next one as the floor, the third by the office with
nothing changed, the fourth as the floor again, the fifth by the office under a new standard (that of 2024, which the
law shipped with it knows). Each month finds larger tables than the one before: the floor is the mean of the two between
which the quiet month lies.
"""

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from celery import current_app
from django.db import connection
from django.db.models import Count, Sum

from apps.accounts.models import User
from apps.awards.actions import confirm_month, open_month
from apps.awards.carrying import same_rules
from apps.awards.enums import RunState
from apps.awards.models import CalcLine, MonthRun
from apps.core.models import OfficeDate
from apps.core.month import Month
from apps.eligibility.law import law_of
from apps.office.measuring.floor import Floor, know, least
from apps.office.measuring.owner import vacuumed
from apps.office.measuring.register import large_register
from apps.payments.actions import draw_up, freeze
from apps.payments.models import Batch
from jiaohe_aid.runway.worker import Worker

FIRST, FLOOR, QUIET, AGAIN, ALL = (Month(2023, 9) + n for n in range(5))
MICRO = 1_000_000


def month(households: int) -> dict[str, Any]:
    """Seconds, ratios to the floor, microseconds a household, recalculated units, memory, statements."""
    measured = _Measuring(households)
    worker = measured.worker()
    try:
        return measured.report(worker)
    finally:
        worker.stop()


class _Measuring:
    def __init__(self, households: int) -> None:
        _office_date(FIRST)
        begun = time.perf_counter()
        self.households = large_register(households, on=FIRST.first())
        self.seeded = time.perf_counter() - begun
        names = {"maker": "payments_maker", "checker": "payments_checker", "chief": "bureau_chief"}
        self.desks = {desk: User.objects.get(username=name) for desk, name in names.items()}
        self.desks["system"] = User.objects.system()

    def worker(self) -> Worker:
        """One worker with a process a core, and the schedule, as production has them."""
        environment = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL")}
        log = Path(os.environ.get("JIAOHE_MEASURING", "/tmp")) / "worker.log"  # noqa: S108 - where nothing else is named
        return Worker(environment, log, concurrency=os.cpu_count() or 1, beat=True).ready()

    def report(self, worker: Worker) -> dict[str, Any]:
        """The five months in their order, and what they say of each other."""
        first, run = self._product(FIRST, worker)
        floor = self._floor(FLOOR, run)
        least_s = least(FLOOR.first())
        vacuumed()
        quiet, _ = self._product(QUIET, worker)
        again = self._floor(AGAIN, run)
        vacuumed()
        everybody, _ = self._product(ALL, worker)
        floors = [sum(one.seconds.values()) for one in (floor, again)]
        floor_s = sum(floors) / len(floors)
        return {
            "households": self.households,
            "cores": os.cpu_count(),
            "seed_s": round(self.seeded, 1),
            "least_s": round(least_s, 2),
            "least_us": self._each(least_s),
            "floor_s": round(floor_s, 2),
            "floor_us": self._each(floor_s),
            "floors_s": [round(seconds, 2) for seconds in floors],
            "floor_parts_s": [{part: round(took, 2) for part, took in one.seconds.items()} for one in (floor, again)],
            "first_month": first,
            "quiet": quiet | {"ratio": round(quiet["s"] / floor_s, 2)},
            "all": everybody | {"ratio": round(everybody["s"] / floor_s, 2)},
            "ratio_quiet": round(quiet["s"] / floor_s, 2),
            "ratio_all": round(everybody["s"] / floor_s, 2),
        }

    def _floor(self, month: Month, like: MonthRun) -> Floor:
        know(like)
        floor = Floor(month.first(), like, self.desks)
        vacuumed()
        _office_date(month)
        floor.lay()
        return floor

    def _product(self, month: Month, worker: Worker) -> tuple[dict[str, Any], MonthRun]:
        _office_date(month)
        on, desks, seconds = month.first(), self.desks, {}
        memory, statements = _Memory(worker), _statements()

        def step(name: str, work: Callable[[], Any]) -> Any:
            begun = time.perf_counter()
            done = work()
            seconds[name] = round(time.perf_counter() - begun, 2)
            return done

        with memory:
            run = step("open", lambda: open_month(on, acting_user=desks["maker"], on=on))
            step("calculate", lambda: _calculated(run))
            step("confirm", lambda: confirm_month(run, acting_user=desks["checker"], on=on))
            batch = step("draw", lambda: draw_up(run, acting_user=desks["maker"], on=on))
            step("freeze", lambda: _frozen(batch, desks["maker"], on))
        taken = sum(seconds.values())
        done = _statements()
        return {
            "s": round(taken, 2),
            "us": self._each(taken),
            "parts_s": seconds,
            "recalculated": _recalculated(run),
            "worker_mb": memory.peak_kb // 1024,
            "statements_per_1000": None if done is None else round((done - statements) * 1000 / self.households, 1),
        }, run

    def _each(self, seconds: float) -> float:
        return round(seconds * MICRO / self.households, 1)


def _office_date(month: Month) -> None:
    OfficeDate.objects.update_or_create(pk=1, defaults={"day": month.first()})


def _calculated(run: MonthRun) -> None:
    """Ring as the page does, and wait for the workers."""
    current_app.send_task("awards.dispatch_chunks")
    while run.state == RunState.CALCULATING:
        time.sleep(0.1)
        run.refresh_from_db(fields=["state"])
    if run.state != RunState.CALCULATED:
        raise RuntimeError(f"{run}: {run.state}")


def _frozen(batch: Batch, maker: User, on: date) -> None:
    """Sent with the figures of the roster, as the page shows and declares them."""
    held = batch.instructions.aggregate(count=Count("pk"), fen=Sum("amount_fen"))
    freeze(batch, declared_count=held["count"], declared_total_fen=held["fen"], acting_user=maker, on=on)


def _recalculated(run: MonthRun) -> int:
    """How many units were not carried over: by what the carrying itself asks."""
    lines = CalcLine.objects.filter(run=run)
    previous = run.previous()
    if previous is None or not same_rules(run, previous, law_of(run.law_digest)):
        return lines.count()
    steady = CalcLine.objects.filter(run=previous, steady_until__gte=run.month).values("award")
    # As a difference: NOT IN goes through the million once for each of the million.
    return lines.count() - lines.filter(award__in=steady).count()


def _statements() -> int | None:
    """Statements the server has been sent so far; None where it does not count them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('pg_stat_statements')")
        if cursor.fetchone()[0] is None:
            return None
        # The database's own look-ups of foreign keys run as the tables' owner.
        counted = "SELECT sum(calls)::bigint FROM pg_stat_statements WHERE toplevel"
        cursor.execute(f"{counted} AND userid = current_user::regrole")
        return int(cursor.fetchone()[0])


class _Memory:
    """The most resident memory that one of the worker's processes has had."""

    def __init__(self, worker: Worker) -> None:
        self.worker, self.peak_kb, self.over = worker, 0, threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "_Memory":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join()

    def _watch(self) -> None:
        parent = self.worker.process.pid
        while not self.over.is_set():
            time.sleep(0.5)
            with suppress(OSError):
                for pid in [parent, *self.worker.children()]:
                    self.peak_kb = max(self.peak_kb, _peak_kb(pid))


def _peak_kb(pid: int | str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    return 0

"""Workers and the schedule say in the database that they are alive: seen there, they work; silent, they are looked for.

Not by Celery's own inspection: that asks through the broker, and a worker deaf to the broker is what is to be seen.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from celery import bootsteps
from celery.beat import PersistentScheduler

EVERY = 10


def say(name: str) -> None:
    """One sign of life."""
    _with_the_database(lambda signs: signs.beat(name))


def _with_the_database(do: Callable[[Any], Any]) -> None:
    """A database that is away is no reason to stop working."""
    from django.db import DatabaseError, connection

    from apps.operations.models import Heartbeat

    try:
        do(Heartbeat.objects)
    except DatabaseError:
        pass
    finally:
        # A worker forks: no connection of the parent may be open then.
        connection.close()


def _forget_the_dead(prefix: str) -> None:
    """Whoever is started again on this machine need not be looked for any more under the old process number."""

    def forget(signs: Any) -> None:
        for name in signs.filter(name__startswith=prefix).values_list("name", flat=True):
            if not Path(f"/proc/{name.removeprefix(prefix)}").exists():
                signs.filter(name=name).delete()

    _with_the_database(forget)


class WorkerPulse(bootsteps.StartStopStep):
    """A sign every few seconds from a worker's own loop; an orderly end takes its name off the list."""

    requires = {"celery.worker.components:Timer"}

    def start(self, parent: Any) -> None:
        """With the worker."""
        self.name = f"worker:{parent.hostname}:{os.getpid()}"
        _forget_the_dead(f"worker:{parent.hostname}:")
        say(self.name)
        self.timer = parent.timer.call_repeatedly(EVERY, say, (self.name,))

    def stop(self, parent: Any) -> None:
        """A worker that was told to end is not missed."""
        self.timer.cancel()
        _with_the_database(lambda signs: signs.filter(name=self.name).delete())


class PulsingScheduler(PersistentScheduler):
    """The schedule, with a sign every few seconds."""

    said = 0

    def tick(self, *args: Any, **kwargs: Any) -> Any:
        """Whatever is due, and the sign; never later than the next sign."""
        delay = super().tick(*args, **kwargs)
        if time.monotonic_ns() - self.said >= EVERY * 1_000_000_000:
            self.said = time.monotonic_ns()
            say("beat")
        return min(delay, EVERY)

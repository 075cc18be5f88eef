"""Wakes workers by task name, once the transaction that made the work has committed.

Only page bases, the API base and tasks ring; actions never know Celery. A ring is a courtesy: PostgreSQL holds what is
to be done and the schedule finds it anyway, so a broker that is away costs seconds, never work.
"""

import logging
from collections.abc import Sequence
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

# One quick attempt: the person at the page must not wait for a broker that is away.
ONE_TRY = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0, "socket_connect_timeout": 1}
AWAY = (KombuError, RedisError, OSError)


def ring(task: str, *ids: int) -> None:
    """Send the named task with these ids after commit (at once outside a transaction); never raises."""
    transaction.on_commit(partial(_send, task, [ids]), robust=True)


def ring_each(task: str, ids: Sequence[int]) -> None:
    """Send the named task once for each id after commit; never raises, stops at the first failure."""
    transaction.on_commit(partial(_send, task, [(one,) for one in ids]), robust=True)


def _send(task: str, calls: Sequence[tuple[int, ...]]) -> None:
    try:
        with current_app.connection(transport_options=ONE_TRY) as connection:
            for arguments in calls:
                current_app.send_task(task, args=list(arguments), connection=connection, retry=False)
    except AWAY as error:
        log.warning("broker away, %s waits for the schedule: %s", task, type(error).__name__)

"""A database, a broker and processes that belong to one test alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections

from jiaohe_aid.celery import app as celery_app
from jiaohe_aid.runway.postgres import DATABASE, UNSYNCED, Postgres
from jiaohe_aid.runway.valkey import Valkey
from jiaohe_aid.settings.environment import COUNTY_ROLE, database
from jiaohe_aid.testing import template
from jiaohe_aid.testing.processes import Worker
from jiaohe_aid.testing.servers import TEMPLATE, TEST_SETTINGS, migrate


@dataclass
class OwnDatabase:
    """A test's own database, with rows that really commit, and a broker of its own; addresses are the owner's."""

    name: str
    url: str
    broker: str
    folder: Path
    workers: list[Worker] = field(default_factory=list)

    def environment(self) -> dict[str, str]:
        """What a child process needs to work on this database as the application."""
        return {
            "DATABASE_URL": self.url,
            "REDIS_URL": self.broker,
            "DJANGO_SETTINGS_MODULE": TEST_SETTINGS,
            "JIAOHE_KEYS_FILE": settings.JIAOHE_KEYS_FILE,
            "JIAOHE_DOCUMENTS": str(settings.DOCUMENTS_FOLDER),
        }

    def start_worker(self, *, concurrency: int = 1, beat: bool = False) -> Worker:
        """A real Celery worker on this database, listening when this returns; ended with the test."""
        log = self.folder / f"worker-{len(self.workers)}.log"
        environment = {**self.environment(), "DATABASE_STATEMENT_TIMEOUT": "90s", "DATABASE_ROLE": "county"}
        worker = Worker(environment, log, concurrency=concurrency, beat=beat)
        self.workers.append(worker)
        return worker.ready()


@dataclass
class OwnServers(OwnDatabase):
    """The same on servers of its own, which the test may crash, stop and start again."""

    postgres: Postgres = field(kw_only=True)
    valkey: Valkey = field(kw_only=True)


def use(url: str, broker: str) -> None:
    """Point Django and Celery of this process at a database (as the role that sees the county) and a broker."""
    # Leaving a transaction open would break whoever opened it, and every own database after it.
    if connections["default"].in_atomic_block:
        raise RuntimeError("a scene shared by the file is open: tests with a database of their own need another file")
    connections["default"].close()
    settings.DATABASES["default"].update(database(url, COUNTY_ROLE))
    connections["default"].settings_dict.update(settings.DATABASES["default"])
    settings.CELERY_BROKER_URL = broker
    celery_app.conf.broker_url = broker
    celery_app._pool = None
    celery_app.amqp._producer_pool = None


@contextmanager
def in_use(own: OwnDatabase) -> Iterator[Any]:
    """Work on the test's own database; at the end stop its workers and go back to the shared one."""
    shared, broker = dict(settings.DATABASES["default"]), settings.CELERY_BROKER_URL
    use(own.url, own.broker)
    try:
        yield own
    finally:
        for worker in own.workers:
            worker.stop()
        connections.close_all()
        settings.DATABASES["default"].update(shared)
        connections["default"].settings_dict.update(shared)
        celery_app.conf.broker_url = settings.CELERY_BROKER_URL = broker


@contextmanager
def own_servers_in(folder: Path) -> Iterator[OwnServers]:
    """A PostgreSQL that survives crashes and a broker that forgets, both new, migrated and used by nobody else."""
    postgres = Postgres(folder / "postgres", log=folder / "postgres.log", extra=UNSYNCED)
    valkey = Valkey(folder / "valkey", log=folder / "valkey.log", durable=False)
    migrated = template.fetch(template.digest(), folder / "postgres")
    name = TEMPLATE if migrated else DATABASE
    try:
        postgres.start()
        valkey.start()
        if not migrated:
            postgres.prepare()
            migrate(postgres.url())
        yield OwnServers(name, postgres.url(name), valkey.url(), folder, postgres=postgres, valkey=valkey)
    finally:
        valkey.stop()
        postgres.stop()

"""Fixtures for every app: tests run as the application's role on real PostgreSQL, with a real broker."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from jiaohe_aid.celery import app as celery_app
from jiaohe_aid.settings.environment import APP_ROLE, database
from jiaohe_aid.testing.browser import ARGUMENTS, chromium_path, forbid_or_skip, say_what_was_skipped
from jiaohe_aid.testing.processes import Office, Worker
from jiaohe_aid.testing.servers import TEST_SETTINGS, Addresses, TestServers, addresses_from_environment

OWN_BROKER_NUMBERS = 8

_started = pytest.StashKey[TestServers]()


def pytest_sessionstart(session: pytest.Session) -> None:
    """A parallel run starts the servers before its test processes; a plain run only when a test asks for them."""
    # The browser library keeps an event loop in the test's thread; the ORM would refuse to work beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    if getattr(session.config.option, "dist", "no") != "no" and not os.environ.get("PYTEST_XDIST_WORKER"):
        _start_servers(session.config)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """End what this process started."""
    servers = session.config.stash.get(_started, None)
    if servers is not None:
        servers.stop()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Browser tests need a Chromium: skip them loudly, or refuse to go on where skipping is forbidden."""
    forbid_or_skip(items)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The one loud line."""
    say_what_was_skipped(terminalreporter)


def _start_servers(config: pytest.Config) -> Addresses:
    servers = TestServers()
    config.stash[_started] = servers
    return servers.start()


@pytest.fixture(scope="session")
def worker_number() -> int:
    """0, 1, … for parallel test processes; 0 in a plain run."""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


@pytest.fixture(scope="session")
def addresses(pytestconfig: pytest.Config) -> Addresses:
    """The session's servers, started now if nobody did before."""
    return addresses_from_environment() or _start_servers(pytestconfig)


@pytest.fixture(scope="session")
def django_db_setup(addresses: Addresses, worker_number: int, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Each test process works in a copy of the template, as the application's role."""
    name = addresses.clone(f"jiaohe_gw{worker_number}")
    _use(addresses, name, addresses.broker_number(worker_number + 1))
    yield
    with django_db_blocker.unblock():
        connections.close_all()
    addresses.drop(name)


def _use(addresses: Addresses, name: str, broker: str) -> None:
    """Point Django and Celery of this process at a database and a broker."""
    connections["default"].close()
    settings.DATABASES["default"].update(database(addresses.database(name), APP_ROLE))
    connections["default"].settings_dict.update(settings.DATABASES["default"])
    settings.CELERY_BROKER_URL = broker
    celery_app.conf.broker_url = broker
    celery_app._pool = None
    celery_app.amqp._producer_pool = None


@dataclass
class OwnDatabase:
    """A test's own copy of the template, with rows that really commit and a broker number of its own."""

    name: str
    url: str
    broker: str
    folder: Path
    workers: list[Worker] = field(default_factory=list)

    def environment(self) -> dict[str, str]:
        """What a child process needs to work on this database."""
        return {
            "DATABASE_URL": self.url,
            "REDIS_URL": self.broker,
            "DJANGO_SETTINGS_MODULE": TEST_SETTINGS,
            "JIAOHE_KEYS_FILE": settings.JIAOHE_KEYS_FILE,
        }

    def start_worker(self, *, concurrency: int = 1, beat: bool = False) -> Worker:
        """A real Celery worker on this database, listening when this returns."""
        log = self.folder / f"worker-{len(self.workers)}.log"
        environment = {**self.environment(), "DATABASE_STATEMENT_TIMEOUT": "90s"}
        worker = Worker(environment, log, concurrency=concurrency, beat=beat)
        self.workers.append(worker)
        return worker.ready()


@pytest.fixture
def own_database(
    request: pytest.FixtureRequest,
    addresses: Addresses,
    worker_number: int,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path: Path,
) -> Iterator[OwnDatabase]:
    """A fresh database for tests that commit, use threads or start processes; never together with the db mark."""
    if "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        pytest.fail("own_database 自带真实提交，不能与 django_db/db 同用")
    shared = dict(settings.DATABASES["default"]), settings.CELERY_BROKER_URL
    name = addresses.clone(f"jiaohe_own{worker_number}")
    broker = addresses.broker_number(OWN_BROKER_NUMBERS + worker_number)
    redis.Redis.from_url(broker).flushdb()
    own = OwnDatabase(name, addresses.database(name), broker, tmp_path)
    with django_db_blocker.unblock():
        _use(addresses, name, broker)
        try:
            yield own
        finally:
            for worker in own.workers:
                worker.stop()
            connections.close_all()
            settings.DATABASES["default"].update(shared[0])
            _use(addresses, shared[0]["NAME"], shared[1])
    addresses.drop(name)


@pytest.fixture
def celery_worker(own_database: OwnDatabase) -> Worker:
    """One real worker process on the test's own database."""
    return own_database.start_worker()


@pytest.fixture
def live_office(own_database: OwnDatabase, tmp_path: Path) -> Iterator[Office]:
    """The pages of the test's own database, served in a process of their own."""
    office = Office(own_database.environment(), tmp_path / "office.log")
    try:
        yield office.ready()
    finally:
        office.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A headless Chromium; tests open their own contexts in it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Any) -> Iterator[Callable[..., Any]]:
    """Open a page in a fresh context of its own (width, height), as one more person at one more desk."""
    contexts = []

    def open_(width: int = 1280, height: int = 900, **options: Any) -> Any:
        context = chromium.new_context(viewport={"width": width, "height": height}, locale="zh-CN", **options)
        contexts.append(context)
        return context.new_page()

    yield open_
    for context in contexts:
        context.close()

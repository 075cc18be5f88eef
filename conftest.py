"""Fixtures for every app: tests run as the application's role on real PostgreSQL, with a real broker."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.db import connections
from hypothesis import settings as hypotheses
from pytest_django.plugin import DjangoDbBlocker

from jiaohe_aid.runway.postgres import random_name
from jiaohe_aid.testing.browser import ARGUMENTS, chromium_path, forbid_or_skip, keep_picture, say_what_was_skipped
from jiaohe_aid.testing.folders import new_folder
from jiaohe_aid.testing.own import OwnDatabase, OwnServers, in_use, own_servers_in, use
from jiaohe_aid.testing.processes import Office, Worker
from jiaohe_aid.testing.servers import Addresses, TestServers, addresses_from_environment
from jiaohe_aid.testing.sound import sound_at_the_end

OWN_BROKER_NUMBERS = 8

# An example is right or wrong, however busy the machine is: by default one that takes 200 ms fails.
hypotheses.register_profile("office", deadline=None)
hypotheses.load_profile("office")

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
    use(addresses.database(name), addresses.broker_number(worker_number + 1))
    yield
    with django_db_blocker.unblock():
        connections.close_all()
    addresses.drop(name)


@pytest.fixture(scope="session")
def served_name(worker_number: int) -> str:
    """What every database is called that the office serves, one after the other."""
    return random_name(f"jiaohe_served{worker_number}")


@pytest.fixture
def own_database(
    request: pytest.FixtureRequest,
    addresses: Addresses,
    worker_number: int,
    served_name: str,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path: Path,
) -> Iterator[OwnDatabase]:
    """A fresh database for tests that commit, use threads or start processes; never together with the db mark."""
    _refuse_transaction_test(request)
    served = "live_office" in request.fixturenames
    name = served_name if served else random_name(f"jiaohe_own{worker_number}")
    addresses.copy(name)
    broker = addresses.broker_number(OWN_BROKER_NUMBERS + worker_number)
    redis.Redis.from_url(broker).flushdb()
    mine = OwnDatabase(name, addresses.database(name), broker, tmp_path)
    try:
        with django_db_blocker.unblock(), in_use(mine) as own, sound_at_the_end(request):
            yield own
    finally:
        addresses.drop(name)


@pytest.fixture
def own_servers(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[OwnServers]:
    """Servers of the test's own, for crashes and restarts; takes some seconds, so for slow tests."""
    _refuse_transaction_test(request)
    folder = new_folder("jiaohe-own-")
    with own_servers_in(folder) as own, django_db_blocker.unblock(), in_use(own), sound_at_the_end(request):
        yield own
    shutil.rmtree(folder, ignore_errors=True)


def _refuse_transaction_test(request: pytest.FixtureRequest) -> None:
    if "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        pytest.fail("own_database / own_servers 自带真实提交，不能与 django_db/db 同用")


@pytest.fixture
def celery_worker(own_database: OwnDatabase) -> Worker:
    """One real worker process on the test's own database."""
    return own_database.start_worker()


@pytest.fixture(scope="session")
def offices() -> Iterator[list[Office]]:
    """The offices opened so far; closed at the end."""
    opened: list[Office] = []
    yield opened
    for office in opened:
        office.stop()


@pytest.fixture
def live_office(own_database: OwnDatabase, offices: list[Office], tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The pages of the test's own database, served in a process of their own.

    It is started once, since starting takes three seconds: each test's database has the name of the one before, and a
    connection that was cut is made anew.
    """
    if not offices or offices[-1].process.poll() is not None:
        log = tmp_path_factory.mktemp("office") / "office.log"
        offices.append(Office(own_database.environment(), log))
    return offices[-1].ready()


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


@pytest.fixture
def keep(request: pytest.FixtureRequest) -> Callable[[Any, str], None]:
    """Keep how a page looks now, at a desk and on a phone, under the test's name: to be looked at after the run."""

    def keep_(page: Any, moment: str) -> None:
        keep_picture(page, request.node.name, moment)

    return keep_

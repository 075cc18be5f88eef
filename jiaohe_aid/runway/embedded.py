"""The embedded servers of a workstation: who started them, where they are, and who still uses them."""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jiaohe_aid.runway.postgres import Postgres
from jiaohe_aid.runway.valkey import Valkey

VAR = Path(__file__).resolve().parent.parent.parent / "var"


@dataclass(frozen=True)
class Urls:
    """The two addresses every process needs; `database` is the owner's."""

    database: str
    broker: str


def current_urls(var: Path) -> Urls:
    """The servers the environment names, otherwise the embedded ones that run now, otherwise none (empty address)."""
    known = _read(var)
    database = os.environ.get("DATABASE_URL") or (known.database if known else "")
    broker = os.environ.get("REDIS_URL") or (known.broker if known else "")
    return Urls(database or "postgresql:///", broker or "redis://127.0.0.1:6379/0")


def _read(var: Path) -> Urls | None:
    try:
        told = json.loads((var / "servers.json").read_text(encoding="utf-8"))
        os.kill(told["pid"], 0)
    except (FileNotFoundError, ProcessLookupError, ValueError, KeyError):
        return None
    except PermissionError:
        pass
    return Urls(told["database"], told["broker"])


@contextlib.contextmanager
def servers(var: Path = VAR) -> Iterator[Urls]:
    """Start the embedded servers that the environment does not name, tell everybody where, stop them at the end."""
    with contextlib.ExitStack() as closing:
        log, database, broker = var / "log", os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
        if not database:
            postgres = Postgres(var / "postgres", log=log / "postgres.log")
            closing.callback(postgres.stop)
            postgres.start()
            postgres.prepare()
            database = postgres.url()
        if not broker:
            valkey = Valkey(var / "valkey", log=log / "valkey.log")
            closing.callback(valkey.stop)
            valkey.start()
            broker = valkey.url()
        closing.callback((var / "servers.json").unlink, missing_ok=True)
        _tell(var, Urls(database, broker))
        yield Urls(database, broker)


def _tell(var: Path, urls: Urls) -> None:
    draft = var / f"servers.json.{os.getpid()}"
    draft.touch(mode=0o600)
    draft.write_text(json.dumps({"pid": os.getpid(), "database": urls.database, "broker": urls.broker}))
    draft.replace(var / "servers.json")


@contextlib.contextmanager
def locked(path: Path, *, shared: bool = False, wait: bool = True) -> Iterator[None]:
    """Hold a lock file; BlockingIOError when it is held by another and `wait` is off."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB))
        yield


@contextlib.contextmanager
def borrowed_servers(var: Path = VAR) -> Iterator[None]:
    """For one command: use the servers that run, or start them and stop them when the last such command is done."""
    with contextlib.ExitStack() as leaving:
        leaving.enter_context(locked(var / "guests.lock", shared=True))
        if _read(var) is None:
            leaving.close()
            leaving.enter_context(_host(var))
        yield


@contextlib.contextmanager
def _host(var: Path) -> Iterator[None]:
    with contextlib.ExitStack() as leaving:
        leaving.enter_context(locked(var / "servers.lock"))
        if _read(var) is None:
            last_guest_gone = leaving.enter_context(contextlib.ExitStack())
            leaving.enter_context(servers(var))
            # Left before the servers are: from here until they are down no guest can come in.
            leaving.callback(lambda: last_guest_gone.enter_context(locked(var / "guests.lock")))
        yield

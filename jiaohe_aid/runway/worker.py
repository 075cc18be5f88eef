"""A real Celery worker as a process of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from jiaohe_aid.runway import child


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
        told = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in told.read_text(encoding="ascii").split()] if told.exists() else []

    def kill(self) -> None:
        """SIGKILL to the whole worker, pool included."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """End the worker if it still runs."""
        child.stop(self.process, patience=10)


def wait_for(condition: Callable[[], bool], *, process: subprocess.Popen[bytes], log: Path, seconds: float) -> None:
    """Poll until the condition holds; the process's death or the time limit raises with the end of its log."""
    deadline = time.monotonic() + seconds
    while not condition():
        if process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(f"not ready:\n{log.read_text(encoding='utf-8', errors='replace')[-4000:]}")
        time.sleep(0.1)

"""Real web processes on a test's own database, and the workers of ``jiaohe_aid.runway``."""

import sys
import urllib.error
import urllib.request
from pathlib import Path

from jiaohe_aid.runway import child
from jiaohe_aid.runway.valkey import free_port
from jiaohe_aid.runway.worker import Worker, wait_for

__all__ = ["Office", "Worker", "answers", "wait_for"]


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
            "--config",
            "python:jiaohe_aid.serving",
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

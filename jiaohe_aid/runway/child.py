"""Child processes that end with their parent and never hear the terminal's Ctrl-C themselves."""

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1


def unprivileged_account() -> pwd.struct_passwd | None:
    """The account for PostgreSQL, which refuses to run as root; None when we are not root."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _die_with_parent(with_signal: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, with_signal)


def start(
    command: Sequence[str | Path],
    *,
    log: Path,
    environment: dict[str, str] | None = None,
    account: pwd.struct_passwd | None = None,
    end_with: int = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start `command` in a session of its own with its output in `log`; it gets `end_with` when this process dies."""
    identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
            preexec_fn=lambda: _die_with_parent(end_with),
            **identity,  # type: ignore[arg-type]
        )


def stop(process: subprocess.Popen[bytes], *, end_with: int = signal.SIGTERM, patience: float = 20) -> None:
    """Ask the process to end, wait, then kill its whole session."""
    if process.poll() is None:
        process.send_signal(end_with)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()

"""Where test servers keep their files: in memory where there is room; one copied database is 2,000 files."""

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - the folders in it are made by mkdtemp
ROOM = 4 << 30


def new_folder(prefix: str) -> Path:
    """A folder for servers, which may run under another account; what killed runs left in memory goes first."""
    _clear_leftovers(prefix)
    place = MEMORY if _has_room() else None
    folder = Path(tempfile.mkdtemp(prefix=f"{prefix}{os.getpid()}-", dir=place))
    folder.chmod(0o711)
    return folder


def _has_room() -> bool:
    return os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM


def _clear_leftovers(prefix: str) -> None:
    for left in MEMORY.glob(f"{prefix}*-*"):
        if not Path("/proc", left.name.removeprefix(prefix).split("-")[0]).exists():
            shutil.rmtree(left, ignore_errors=True)

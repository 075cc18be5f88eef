"""The migrated cluster kept between test runs, as long as nothing that shapes the tables has changed."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
STORE = ROOT / "var" / "test-template"
KEPT = 4

# What a page, a form or the policy says shapes no table; all else might (models, triggers, grants, data of migrations).
SHAPELESS_FOLDERS = {"tests", "views", "forms", "actions", "api", "templatetags", "commands", "policy"}
SHAPELESS_FILES = {"views.py", "forms.py", "actions.py", "api.py", "urls.py", "tasks.py", "pages.py"}


def _shaping_files() -> Iterator[Path]:
    yield ROOT / "requirements.txt"
    yield ROOT / "requirements-dev.txt"
    # The shipped law is loaded into the template.
    yield from sorted((ROOT / "apps" / "eligibility" / "policy" / "standards").glob("*.yaml"))
    for folder in (ROOT / "apps", ROOT / "jiaohe_aid" / "settings", ROOT / "jiaohe_aid" / "runway"):
        for path in sorted([*folder.rglob("*.py"), *folder.rglob("*.sql")]):
            inside = path.relative_to(ROOT)
            if SHAPELESS_FOLDERS.isdisjoint(inside.parts) and path.name not in SHAPELESS_FILES:
                yield path


def digest() -> str:
    """A name for the present shape of the database."""
    found = hashlib.sha256()
    for path in _shaping_files():
        found.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()[:16]


def fetch(shape: str, into: Path) -> bool:
    """Copy the kept cluster of this shape; False when there is none."""
    kept = STORE / shape
    if not (kept / "PG_VERSION").exists():
        return False
    kept.touch()
    if _copy(kept, into):
        return True
    shutil.rmtree(into, ignore_errors=True)
    return False


def keep(shape: str, cluster: Path) -> None:
    """Store a stopped cluster under its shape's name; the oldest others make room."""
    STORE.mkdir(parents=True, exist_ok=True)
    draft = STORE / f"draft-{os.getpid()}"
    try:
        if _copy(cluster, draft):
            draft.rename(STORE / shape)
    except OSError:
        pass  # another run was faster; its copy is as good
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    others = sorted(STORE.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in others[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)


def _copy(source: Path, target: Path) -> bool:
    """With owners and rights: the server refuses a folder that others may read."""
    command = ["cp", "-Rp", str(source), str(target)]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0

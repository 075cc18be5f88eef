"""The key file for personal data on a workstation, made at the first start."""

import base64
import json
import os
from pathlib import Path


def _random_key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


def ensure_keys(path: Path) -> Path:
    """Make the key file unless it is there; two processes starting at once keep the first one's keys."""
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    ring = {"current": "k1", "keys": {"k1": _random_key()}, "index_key": _random_key()}
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(ring), encoding="utf-8")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path

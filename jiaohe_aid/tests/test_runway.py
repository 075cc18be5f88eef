"""make run, make reset and commands beside them: what they refuse, and that nothing stays running."""

import json
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from jiaohe_aid.runway.embedded import Urls, borrowed_servers, current_urls, locked
from jiaohe_aid.runway.keys import ensure_keys
from jiaohe_aid.testing.servers import ROOT


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workstation's folder, with nothing named by the environment."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)
    for step in tmp_path.parents[:2]:
        step.chmod(0o711)
    tmp_path.chmod(0o711)
    return tmp_path / "var"


def runway(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "jiaohe_aid.runway", *arguments]
    changed = {**os.environ, **environment}
    return subprocess.run(command, env=changed, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL"])
def test_reset_never_touches_servers_of_others(name: str) -> None:
    done = runway("reset", **{name: "postgresql://somewhere"})
    assert done.returncode != 0
    assert "不动外部数据库" in done.stderr


@pytest.mark.parametrize("port", ["eighty", "0", "70000"])
def test_a_port_that_is_none_is_refused_in_words(port: str) -> None:
    done = runway("run", PORT=port)
    assert done.returncode != 0
    assert "PORT" in done.stderr


def test_a_port_in_use_is_refused_before_anything_starts() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = runway("run", PORT=str(taken.getsockname()[1]))
    assert done.returncode != 0
    assert "换一个" in done.stderr


def test_a_command_without_servers_brings_its_own_and_leaves_nothing_running(var: Path) -> None:
    with borrowed_servers(var):
        urls = current_urls(var)
        sockets = Path(urls.database.partition("host=")[2])
        assert list(sockets.glob(".s.PGSQL.*"))
        with borrowed_servers(var):
            assert current_urls(var) == urls
    assert not sockets.exists()
    assert not (var / "servers.json").exists()
    assert current_urls(var).database == "postgresql:///"


def test_the_environment_wins_over_embedded_servers(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://owner@db/jiaohe")
    monkeypatch.setenv("REDIS_URL", "redis://broker/0")
    assert current_urls(var) == Urls("postgresql://owner@db/jiaohe", "redis://broker/0")


def test_the_address_of_a_supervisor_that_died_is_not_believed(var: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    var.mkdir()
    told = {"pid": gone.pid, "database": "postgresql:///old", "broker": "redis://old/0"}
    (var / "servers.json").write_text(json.dumps(told))
    assert current_urls(var).database == "postgresql:///"


def test_a_second_start_finds_the_lock_held(tmp_path: Path) -> None:
    lock = tmp_path / "servers.lock"
    with locked(lock), pytest.raises(BlockingIOError), locked(lock, wait=False):
        pass


def test_keys_are_made_once_and_for_the_owner_only(tmp_path: Path) -> None:
    path = ensure_keys(tmp_path / "var" / "keys.json")
    first = path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert ensure_keys(path).read_bytes() == first
    assert list(path.parent.iterdir()) == [path]

"""`make run`: the whole office on one machine, until Ctrl-C."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from jiaohe_aid.runway import child
from jiaohe_aid.runway.embedded import VAR, locked, servers

ROOT = VAR.parent
PASSWORD = "jiaohe-demo-2026"  # noqa: S105
ACCOUNTS = (
    ("caseworker", "乡镇经办人"),
    ("township_leader", "乡镇负责人"),
    ("reviewer", "民政局审核人"),
    ("reviewer2", "民政局审核人（改由他人审核时）"),
    ("bureau_chief", "民政局主管"),
    ("payments_maker", "发放制单"),
    ("payments_checker", "发放复核"),
    ("auditor", "审计"),
    ("system_admin", "系统管理员"),
    ("security_admin", "安全管理员"),
    ("assistant", "村级协理员"),
)
START_LIMIT = 120


class Stopped(Exception):
    """Ctrl-C or a request to end."""


def run() -> None:
    """Start servers, prepare the data, serve until told to stop; a second start beside this one refuses."""
    # A closed terminal must end the office in order too, and a `make` in the background ignores Ctrl-C unless asked.
    for told in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(told, _stop)
    port = _port()
    try:
        with locked(VAR / "servers.lock", wait=False), servers():
            _serve(port)
    except BlockingIOError:
        raise SystemExit("本目录的系统已在运行（make run 或其他命令），请先停止它。") from None
    except Stopped:
        print("已全部停止，数据保留在 var/ 中；再次 make run 继续。", flush=True)


def reset() -> None:
    """Forget the workstation's data; refuses where the data are not the workstation's own or somebody works on them."""
    if os.environ.get("DATABASE_URL") or os.environ.get("REDIS_URL"):
        raise SystemExit("已设置 DATABASE_URL 或 REDIS_URL：make reset 只清除内置服务器的数据，不动外部数据库。")
    try:
        with locked(VAR / "servers.lock", wait=False):
            for part in ("postgres", "valkey", "log", "keys.json", "servers.json", "beat", "documents"):
                _remove(VAR / part)
    except BlockingIOError:
        raise SystemExit("系统正在运行，请先停止（Ctrl-C）再 make reset。") from None
    print("数据已清空；make run 重新开始。")


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _stop(number: int, frame: object) -> None:
    # From here on the end is on its way; a second Ctrl-C must not interrupt it.
    for told in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(told, signal.SIG_IGN)
    raise Stopped


def _port() -> int:
    """The wanted port; refuses what is no port and what another program listens on."""
    wanted = os.environ.get("PORT") or "8000"
    if not wanted.isdecimal() or not 0 < int(wanted) < 65536:
        raise SystemExit(f"PORT 须是 1 到 65535 的数字，现在是“{wanted}”。")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(wanted)))
        except OSError:
            raise SystemExit(f"端口 {wanted} 不能用（已被占用或无权限）；请换一个，例如 make run PORT=8010。") from None
    return int(wanted)


def _serve(port: int) -> None:
    environment = {"DJANGO_DEBUG": "0", "DJANGO_SETTINGS_MODULE": "jiaohe_aid.settings.dev"}
    _prepare({**environment, "DATABASE_ROLE": "owner"}, "migrate", "--verbosity", "0", required=True)
    own_data = not os.environ.get("DATABASE_URL")
    _prepare(environment, "load_areas", required=False)
    _prepare(environment, "load_standards", required=True)
    if own_data:
        _prepare(environment, "load_demo", required=False)
    with contextlib.ExitStack() as closing:
        processes = {"web": _start_web(environment, port, closing)}
        _wait_for_page(port, processes)
        processes |= _start_workers(environment, closing)
        _welcome(port, own_data)
        _watch(processes)


def _prepare(environment: dict[str, str], command: str, *arguments: str, required: bool) -> None:
    if not required and command not in _known_commands():
        return
    print(f"准备：{command} …", flush=True)
    call = [sys.executable, str(ROOT / "manage.py"), command, *arguments]
    done = subprocess.run(call, env={**os.environ, **environment}, cwd=ROOT, check=False, start_new_session=True)
    if done.returncode != 0:
        raise SystemExit(f"manage.py {command} 失败（退出码 {done.returncode}），系统未启动。")


def _known_commands() -> set[str]:
    return {path.stem for path in (ROOT / "apps").glob("*/management/commands/*.py")}


def _start_web(environment: dict[str, str], port: int, closing: contextlib.ExitStack) -> subprocess.Popen[bytes]:
    web = ["-m", "gunicorn", "jiaohe_aid.wsgi:application", "--bind", f"127.0.0.1:{port}", "--threads", "8"]
    command = [sys.executable, *web, "--config", "python:jiaohe_aid.serving", "--no-control-socket"]
    process = child.start(command, log=VAR / "log" / "web.log", environment=environment)
    closing.callback(child.stop, process)
    return process


def _start_workers(environment: dict[str, str], closing: contextlib.ExitStack) -> dict[str, subprocess.Popen[bytes]]:
    """After the page is there: a person waits for the page, nobody yet for the worker."""
    celery = [sys.executable, "-m", "celery", "-A", "jiaohe_aid"]
    (VAR / "beat").mkdir(exist_ok=True)
    commands = {
        "worker": [*celery, "worker", "--loglevel", "INFO", "--concurrency", "2"],
        "beat": [*celery, "beat", "--loglevel", "INFO", "--schedule", str(VAR / "beat" / "schedule")],
    }
    patient = {**environment, "DATABASE_STATEMENT_TIMEOUT": "90s", "DATABASE_ROLE": "county"}
    processes = {}
    for name, command in commands.items():
        processes[name] = child.start(command, log=VAR / "log" / f"{name}.log", environment=patient)
        closing.callback(child.stop, processes[name])
    return processes


def _wait_for_page(port: int, processes: dict[str, subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + START_LIMIT
    while not _answers(port):
        _refuse_if_dead(processes)
        if time.monotonic() > deadline:
            raise SystemExit(f"{START_LIMIT} 秒内页面没有应答，原因见 var/log/web.log。")
        time.sleep(0.2)
    _refuse_if_dead(processes)


def _answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10).close()
    except urllib.error.HTTPError as error:
        error.close()
        return error.code < 500
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
    return True


def _refuse_if_dead(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    for name, process in processes.items():
        if process.poll() is not None:
            raise SystemExit(f"{name} 意外停止（退出码 {process.returncode}），原因见 var/log/{name}.log。")


def _welcome(port: int, demo: bool) -> None:
    print(f"\n蛟河市社会救助经办系统已启动： http://127.0.0.1:{port}/\n", flush=True)
    if demo and "load_demo" in _known_commands():
        print(f"演示账号（密码都是 {PASSWORD}）：")
        for name, duty in ACCOUNTS:
            print(f"  {name:<18}{duty}")
    print("\n按 Ctrl-C 停止。", flush=True)


def _watch(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    while True:
        time.sleep(1)
        _refuse_if_dead(processes)

"""How the office's machinery is: one light a thing, in words and colour."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.urls import reverse

from apps.awards.enums import ChunkState, RunState
from apps.awards.models import Chunk, MonthRun, SetAside
from apps.core.sight import seeing_the_county
from apps.operations.models import Heartbeat
from apps.payments.models import InvariantCheck

# Seconds after which something counts as silent: several times the rhythm it should keep.
BEAT_SILENT, WORKER_SILENT, TICK_SILENT = 30, 60, 60
MONTH_STUCK = 300
CHECK_LATE = 25 * 60
BACKUP_LATE = 26 * 3600
DISK_FULL, DISK_FILLING = 95, 85
WORKER, MONTH = "worker:", "month:"


@dataclass(frozen=True)
class Light:
    """One thing that is well (good), needs looking at (warn) or is broken (bad), and what to do then."""

    name: str
    tone: str
    says: str
    hint: str = ""
    url: str = ""

    @property
    def word(self) -> str:
        """The colour in a word."""
        return {"good": "正常", "warn": "注意", "bad": "故障"}[self.tone]


def broker_answers() -> bool:
    """Whether the broker can be reached within a second."""
    try:
        client = redis.Redis.from_url(settings.CELERY_BROKER_URL, socket_connect_timeout=1, socket_timeout=1)
        return bool(client.ping())
    except (redis.RedisError, OSError):
        return False


def is_well() -> bool:
    """Whether pages, database, broker, a worker and the schedule all work; asked by machines, so never in detail."""
    try:
        ages = Heartbeat.objects.ages()
    except DatabaseError:
        connection.close()
        return False
    workers = [age for name, age in ages.items() if name.startswith(WORKER)]
    alive = bool(workers) and min(workers) <= WORKER_SILENT and ages.get("beat", BEAT_SILENT + 1) <= BEAT_SILENT
    return alive and ages.get("tick", TICK_SILENT + 1) <= TICK_SILENT and broker_answers()


def last_check() -> InvariantCheck | None:
    """The newest look at the invariants, with its age; it tells of the whole county and names nobody."""
    return InvariantCheck.objects.with_age().last()


def lights() -> list[Light]:
    """Everything that is watched, in the order in which trouble spreads."""
    ages = Heartbeat.objects.ages()
    return [
        Light("数据库", "good", "正常应答"),
        _broker(),
        _beat(ages),
        *_workers(ages),
        _tick(ages),
        *_months(ages),
        _checks(),
        _backup(ages),
        _disk(),
    ]


def ago(seconds: int) -> str:
    """12 秒前、5 分钟前、3 小时前、2 天前."""
    for length, unit in ((86400, "天"), (3600, "小时"), (60, "分钟")):
        if seconds >= length:
            return f"{seconds // length} {unit}前"
    return f"{seconds} 秒前"


def _broker() -> Light:
    if broker_answers():
        return Light("消息队列", "good", "正常应答")
    hint = "办理不受影响，后台任务会在恢复后自动补做；请检查 Redis 服务。"
    return Light("消息队列", "bad", "连接不上", hint)


def _beat(ages: dict[str, int]) -> Light:
    if "beat" not in ages:
        return Light("定时调度", "bad", "从未启动", "请启动 beat 进程；没有它，月度核定、到期事项不会自动进行。")
    age = ages["beat"]
    if age > BEAT_SILENT:
        return Light("定时调度", "bad", f"已停，最后一次在 {ago(age)}", "请重新启动 beat 进程（只启动一个）。")
    return Light("定时调度", "good", f"{ago(age)}")


def _workers(ages: dict[str, int]) -> Iterator[Light]:
    found = sorted((name, age) for name, age in ages.items() if name.startswith(WORKER))
    if not found:
        yield Light("工作进程", "bad", "一个也没有", "请启动 worker 进程；没有它，核定和银行文件等后台任务不会进行。")
    for name, age in found:
        title = f"工作进程 {name.removeprefix(WORKER)}"
        if age > WORKER_SILENT:
            hint = "进程可能已中断：请在该主机上重新启动；手上的任务会由别的进程接着做。"
            yield Light(title, "bad", f"没有音讯，最后一次在 {ago(age)}", hint)
        else:
            yield Light(title, "good", f"{ago(age)}")


def _tick(ages: dict[str, int]) -> Light:
    age = ages.get("tick")
    if age is not None and age <= TICK_SILENT:
        return Light("后台任务", "good", f"{ago(age)}完成过一件")
    says = "还没有完成过" if age is None else f"最后完成一件在 {ago(age)}"
    return Light("后台任务", "bad", says, "调度、队列、工作进程须同时正常；都正常而仍不动的，请重新启动工作进程。")


def _months(ages: dict[str, int]) -> Iterator[Light]:
    for run in MonthRun.objects.filter(state=RunState.CALCULATING).order_by("month"):
        chunks = Chunk.objects.filter(run=run)
        done, total = chunks.filter(state=ChunkState.DONE).count(), chunks.count()
        aside = _set_aside(run)
        url, said = run.get_absolute_url(), f"已完成 {done}/{total} 组"
        age = ages.get(f"{MONTH}{run.pk}", 0)
        if aside:
            yield Light(
                f"{run.label}核定",
                "warn",
                f"{said}，搁置 {aside} 户",
                "请制单岗查看原因，办好后重新核定；实在不能核定的由主管决定不列入。",
                url,
            )
        elif age > MONTH_STUCK:
            hint = "请看工作进程与消息队列；恢复后会自动继续。"
            yield Light(f"{run.label}核定", "bad", f"{said}，{ago(age)}起没有进展", hint, url)
        else:
            yield Light(f"{run.label}核定", "good", f"{said}，进行中", "", url)


@seeing_the_county()
def _set_aside(run: MonthRun) -> int:
    """How many units keep a month from going on: a number, for administrators who see no family too."""
    return SetAside.objects.filter(run=run).blocking().count()


def _checks() -> Light:
    last = last_check()
    if last is None:
        return Light("数据核对", "warn", "还没有核对过", "每十分钟自动核对一次。")
    url = f"{reverse('operations')}#checks"
    if last.broken:
        hint = "查明之前批次不能放行。"
        return Light("数据核对", "bad", f"{len(last.broken)} 项不相符（{'、'.join(last.codes)}）", hint, url)
    if last.age > CHECK_LATE:
        return Light("数据核对", "warn", f"最后一次在 {ago(last.age)}", "每十分钟应核对一次：请看定时调度。", url)
    return Light("数据核对", "good", f"全部相符，{ago(last.age)}", "", url)


def _backup(ages: dict[str, int]) -> Light:
    age = ages.get("backup")
    if age is None:
        return Light("备份", "warn", "还没有备份过", "在服务器上运行 make backup，并把备份与密钥分开保存。")
    tone = "warn" if age > BACKUP_LATE else "good"
    return Light("备份", tone, f"最后一次在 {ago(age)}", "每天至少备份一次。" if tone == "warn" else "")


def _disk() -> Light:
    folder = Path(settings.DOCUMENTS_FOLDER)
    used = shutil.disk_usage(folder if folder.exists() else Path("/"))
    percent = used.used * 100 // used.total
    tone = "bad" if percent >= DISK_FULL else "warn" if percent >= DISK_FILLING else "good"
    return Light("附件磁盘", tone, f"已用 {percent}%", "请清理或扩容；满了附件就存不进去。" if tone != "good" else "")

"""A dead worker, a silent schedule, a month that stands still, a broken invariant: each is seen, and seen to end."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.enums import Cause, ChunkState, RunState
from apps.awards.models import Award, Chunk, MonthRun, SetAside
from apps.operations.facts import Light, ago, is_well, lights
from apps.operations.models import Heartbeat
from apps.operations.progress import look_around
from apps.payments.models import InvariantCheck
from apps.payments.tests.office import JUNE, TODAY, PayOffice, open_office
from jiaohe_aid.testing.own import OwnDatabase
from jiaohe_aid.testing.processes import wait_for


@pytest.fixture
def office(db: None) -> PayOffice:
    return open_office()


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def light(name: str) -> Light:
    """The first light whose name begins so."""
    return next(one for one in lights() if one.name.startswith(name))


def later(minutes: int) -> None:
    """So much time passes without a sign from anybody."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE operations_heartbeat SET at = at - %s * interval '1 minute'", [minutes])


@pytest.mark.integration
def test_a_killed_worker_and_a_stopped_schedule_are_seen_and_so_is_their_return(own_database: OwnDatabase) -> None:
    office = open_office()
    assert not is_well()
    one, other = own_database.start_worker(), own_database.start_worker(beat=True)

    def until(true: Callable[[], bool]) -> None:
        wait_for(true, process=one.process, log=one.log, seconds=60)

    until(is_well)
    assert [found.tone for found in lights() if found.name.startswith("工作进程")] == ["good", "good"]
    stranger, admin = Client(), client_of(office.admin)
    assert (stranger.get("/healthz").status_code, stranger.get("/healthz").json()) == (200, {"status": "ok"})

    other.kill()
    later(2)
    until(lambda: {found.tone for found in lights() if found.name.startswith("工作进程")} == {"good", "bad"})
    assert light("定时调度").tone == light("后台任务").tone == "bad"
    answer = stranger.get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "message": answer.json()["message"]}
    assert "beat" not in answer.content.decode()
    page = stranger.get("/healthz", headers={"Accept": "text/html"})
    assert (page.status_code, "系统暂时不可用" in page.content.decode()) == (503, True)
    told = admin.get("/operations/").content.decode()
    assert "请重新启动 beat 进程" in told
    assert "没有音讯，最后一次在 2 分钟前" in told

    own_database.start_worker(beat=True)
    until(is_well)
    assert [found.tone for found in lights() if found.name.startswith("工作进程")] == ["good", "good"]
    one.stop()
    assert Heartbeat.objects.filter(name__startswith="worker:").count() == 1, "an orderly end is not missed"


def test_a_month_that_stands_still_is_seen(office: PayOffice) -> None:
    given = {"started_by": office.maker, "started_on": TODAY, "units": 2, "law_digest": "0" * 64}
    with act(Verb.OPEN_MONTH, acting_user=office.maker, on=TODAY):
        run = MonthRun.objects.create(month=JUNE, state=RunState.CALCULATING, **given)
    one, _ = (Chunk.objects.create(run=run, number=number, award_ids=[number]) for number in (1, 2))
    look_around()
    assert light("2024年6月核定") == Light("2024年6月核定", "good", "已完成 0/2 组，进行中", "", run.get_absolute_url())
    later(6)
    look_around()
    assert light("2024年6月核定").tone == "bad"
    assert "0/2 组，6 分钟前起没有进展" in light("2024年6月核定").says
    Chunk.objects.filter(pk=one.pk).update(state=ChunkState.DONE, rows=1, total_fen=0, lines_sha256="0" * 64)
    look_around()
    assert light("2024年6月核定").tone == "good"
    with act(Verb.CALCULATE, acting_user=office.maker, on=TODAY):
        award = Award.objects.first()
        SetAside.objects.create(run=run, award=award, cause=Cause.choices[0][0], reason="x", begun_by=office.maker)
    assert "搁置 1 户" in light("2024年6月核定").says
    assert "搁置 1 户" in client_of(office.admin).get("/operations/").content.decode()
    with act(Verb.VOID_MONTH, acting_user=office.chief, on=TODAY):
        MonthRun.objects.filter(pk=run.pk).update(state=RunState.VOID)
    look_around()
    assert not Heartbeat.objects.filter(name__startswith="month:").exists()


def test_a_broken_invariant_is_named_with_the_way_to_it(office: PayOffice) -> None:
    batch = office.draft()
    fault = {"kind": "batch", "id": batch.pk, "what": "FF202405-001：支付 4 笔"}
    InvariantCheck.objects.create(milliseconds=12, broken=[{"code": "I3", "text": "", "where": [fault]}])
    chief = client_of(office.chief).get("/operations/").content.decode()
    assert f'<a href="{batch.get_absolute_url()}">FF202405-001：支付 4 笔</a>' in chief
    admin = client_of(office.admin).get("/operations/").content.decode()
    assert "FF202405-001：支付 4 笔" in admin
    assert batch.get_absolute_url() not in admin, "who sees no payments is not sent there"
    assert "1 项不相符（I3）" in admin
    assert client_of(office.maker).get("/operations/").status_code == 403


def test_what_is_late_is_said(office: PayOffice) -> None:
    assert light("数据核对").says == "还没有核对过"
    assert (light("备份").tone, light("备份").says) == ("warn", "还没有备份过")
    InvariantCheck.objects.create(milliseconds=12)
    Heartbeat.objects.beat("backup")
    assert light("数据核对").tone == light("备份").tone == "good"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE payments_invariantcheck SET at = at - interval '30 minutes'")
    later(27 * 60)
    assert (light("数据核对").tone, light("备份").says) == ("warn", "最后一次在 1 天前")


def test_a_broker_that_is_away_is_seen_and_the_page_still_opens(office: PayOffice, settings: Any) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    assert light("消息队列").tone == "bad"
    assert client_of(office.auditor).get("/operations/").status_code == 200
    assert json.loads(Client().get("/healthz").content)["status"] == "unavailable"


def test_how_long_ago_is_said_in_words() -> None:
    assert [ago(seconds) for seconds in (5, 61, 7300, 200_000)] == ["5 秒前", "1 分钟前", "2 小时前", "2 天前"]

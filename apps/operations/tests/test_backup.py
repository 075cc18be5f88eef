"""A backup brought back on an empty server: people work, figures agree, sealed data open, rules recompute."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from apps.accounts.actions import reset_password
from apps.applications.models import Document
from apps.applications.tests import factories as f
from apps.applications.tests.papers import picture
from apps.core.crypto import key_marks
from apps.eligibility.replay import replay, stored_assessments
from apps.households.models import BankAccount, Person
from apps.operations import backup as module
from apps.operations.backup import DOCUMENTS, DUMP, MANIFEST, restore_backup
from apps.operations.facts import lights
from apps.operations.postgres import NotDone
from apps.payments.models import LedgerEntry
from jiaohe_aid.runway.keys import ensure_keys
from jiaohe_aid.runway.postgres import UNSYNCED, Postgres
from jiaohe_aid.testing.own import OwnDatabase, in_use
from jiaohe_aid.testing.servers import ROOT, TEST_SETTINGS
from jiaohe_aid.testing.sound import assert_sound

ONE_TIME, OWN = "yi-ci-xing-kou-ling-1", "zi-ji-xuan-de-kou-ling-2"


def manage(*command: str, url: str, documents: Path) -> str:
    """A command as an administrator runs it; what it prints."""
    given = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": TEST_SETTINGS, "JIAOHE_DOCUMENTS": str(documents)}
    given["JIAOHE_KEYS_FILE"] = settings.JIAOHE_KEYS_FILE
    call = [sys.executable, str(ROOT / "manage.py"), *command]
    done = subprocess.run(call, env={**os.environ, **given}, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def empty_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The owner's address of an empty database on a server of its own."""
    folder = tmp_path_factory.mktemp("server")
    folder.chmod(0o711)
    postgres = Postgres(folder / "postgres", log=folder / "log", extra=UNSYNCED)
    postgres.start()
    postgres.prepare()
    yield postgres.url()
    postgres.stop()


@pytest.mark.integration
def test_the_office_is_brought_back_on_an_empty_server(
    own_database: OwnDatabase, empty_server: str, tmp_path: Path, settings: Any
) -> None:
    settings.DOCUMENTS_FOLDER = tmp_path / "documents"
    o = f.office()
    document = f.with_paper(o, f.drafted(o, name="钱乙"))
    f.confirmed(o)
    f.paid(o)
    reset_password(o.caseworker, password=ONE_TIME, acting_user=o.admin, on=f.DECIDED)
    before = list(LedgerEntry.objects.order_by("pk").values_list("account", "amount_fen"))
    assert before != []
    identity = Person.objects.exclude(id_number_sealed=b"").first().full_id_number()

    made = manage("backup", f"--into={tmp_path}", url=own_database.url, documents=settings.DOCUMENTS_FOLDER)
    backup, there = Path(made.strip()), tmp_path / "there"
    assert next(light.tone for light in lights() if light.name == "备份") == "good"
    kept = b"".join(path.read_bytes() for path in backup.rglob("*") if path.is_file())
    assert [secret for secret in (_key(), identity.encode(), picture()[:200]) if secret in kept] == []

    told = manage("restore", str(backup), url=empty_server, documents=there)
    assert "数据核对全部相符" in told
    settings.DOCUMENTS_FOLDER = there
    with in_use(OwnDatabase("jiaohe_aid", empty_server, own_database.broker, tmp_path)):
        assert list(LedgerEntry.objects.order_by("pk").values_list("account", "amount_fen")) == before
        assert_sound()
        assert Person.objects.exclude(id_number_sealed=b"").first().full_id_number() == identity
        assert BankAccount.objects.first().full_number().isdigit()
        assert Document.objects.get(pk=document.pk).read().startswith(b"\xff\xd8")
        assert [replay(one) for one in stored_assessments()] == [[] for one in stored_assessments()] != []
        _somebody_works_there(o.caseworker.username)
        with pytest.raises(NotDone, match="不是空的"):
            restore_backup(backup)


def _somebody_works_there(username: str) -> None:
    """Logs in, chooses a password (an act, with its record and history) and opens the worklist."""
    page = Client()
    page.post("/login/", {"username": username, "password": ONE_TIME})
    assert page.post("/password/", {"old": ONE_TIME, "new": OWN, "again": OWN})["Location"] == "/"
    assert "钱乙" in page.get("/").content.decode()


def _key() -> bytes:
    ring = json.loads(Path(settings.JIAOHE_KEYS_FILE).read_text(encoding="utf-8"))
    return str(ring["keys"][ring["current"]]).encode()


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """A folder that is a complete backup as far as one can see."""
    folder = tmp_path / "backup"
    folder.mkdir()
    (folder / DUMP).write_bytes(b"PGDMP")
    files = {DUMP: hashlib.sha256(b"PGDMP").hexdigest()}
    manifest = {"keys": key_marks(), "migrations": ["payments.0001_initial"], "rows": {}, "files": files}
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def _newer(folder: Path) -> None:
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    (folder / MANIFEST).write_text(json.dumps({**manifest, "migrations": ["payments.9999_later"]}), encoding="utf-8")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (lambda folder: (folder / DUMP).write_bytes(b"PGDM"), "被改动：database.dump"),
        (lambda folder: (folder / DUMP).unlink(), "不完整或被改动"),
        (lambda folder: (folder / MANIFEST).unlink(), "不是备份，或备份没有做完"),
        (lambda folder: (folder / MANIFEST).write_text("{"), "不是备份，或备份没有做完"),
        (_newer, "请先更新程序"),
        (lambda folder: None, "目标数据库不是空的"),
    ],
)
def test_what_is_no_whole_backup_is_refused_before_anything_is_written(
    whole: Path, damage: Callable[[Path], Any], why: str
) -> None:
    damage(whole)
    with pytest.raises(NotDone, match=why):
        restore_backup(whole)


@pytest.mark.django_db
def test_other_keys_than_the_backup_s_are_refused(whole: Path, tmp_path: Path, settings: Any) -> None:
    settings.JIAOHE_KEYS_FILE = str(ensure_keys(tmp_path / "other-keys.json"))
    with pytest.raises(NotDone, match="请先放回当时的密钥文件"):
        restore_backup(whole)


@pytest.mark.django_db
def test_documents_of_others_are_not_mixed_with_the_backup_s(
    whole: Path, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DOCUMENTS_FOLDER = tmp_path / DOCUMENTS
    settings.DOCUMENTS_FOLDER.mkdir()
    (settings.DOCUMENTS_FOLDER / "stranger").write_bytes(b"")
    monkeypatch.setattr(connection.introspection, "table_names", list)
    with pytest.raises(NotDone, match="不属于这份备份"):
        restore_backup(whole)


def test_a_backup_that_fails_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(target: Path) -> dict[str, int]:
        target.write_bytes(b"half")
        raise NotDone("pg_dump 失败")

    monkeypatch.setattr(module, "_dump_as_counted", fails)
    with pytest.raises(NotDone):
        module.make_backup(tmp_path, at=datetime(2024, 5, 20, 8, 30, tzinfo=UTC))
    assert not (tmp_path / "20240520-083000").exists()
    with pytest.raises(NotDone, match="没有做完"):
        restore_backup(tmp_path / ".20240520-083000.part")

"""A backup and its way back: the database as one dump, the sealed documents beside it, and a manifest of both.

The keys are not in it: whoever finds a backup can open nothing that is sealed. The manifest says which keys belong to
it. A folder without a manifest, or with a file that is not the one the manifest names, is no backup.
"""

import hashlib
import json
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from apps.core.crypto import SealBroken, key_marks
from apps.core.privileges import make_roles
from apps.households.models import Person
from apps.operations.models import Heartbeat
from apps.operations.postgres import NotDone, dump, restore
from apps.payments.invariants import broken_invariants

DUMP, DOCUMENTS, MANIFEST = "database.dump", "documents", "manifest.json"
# Nobody stays logged in through a backup, and no process lives through it.
LEFT_OUT = ("django_session", "operations_heartbeat")
# Said by name after a restore; all tables are compared.
TOLD = ("households_person", "awards_award", "payments_instruction", "payments_ledgerentry", "audit_record")


def make_backup(folder: Path, *, at: datetime) -> Path:
    """Write a backup of everything into a new folder named after the moment; the folder. Raises NotDone.

    Unfinished it bears another name. Documents are copied after the dump: whatever the dump knows is there.
    """
    target = folder / f"{at:%Y%m%d-%H%M%S}"
    draft = folder / f".{target.name}.part"
    draft.mkdir(parents=True, mode=0o700)
    rows = _dump_as_counted(draft / DUMP)
    _copy(Path(settings.DOCUMENTS_FOLDER), draft / DOCUMENTS)
    manifest = {
        "made_at": at.isoformat(timespec="seconds"),
        "keys": key_marks(),
        "migrations": sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()),
        "rows": rows,
        "files": {str(path.relative_to(draft)): _sha256(path) for path in _files(draft)},
    }
    (draft / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
    draft.rename(target)
    Heartbeat.objects.beat("backup")
    return target


def restore_backup(folder: Path) -> dict[str, Any]:
    """Bring a backup back into an empty database and an empty documents folder; its manifest. Raises NotDone.

    What can be refused is refused before anything is written. Afterwards every table has the rows that were counted,
    views and rights are made anew, the invariants hold, and something sealed opens.
    """
    manifest = read_manifest(folder)
    _refuse_other_keys(manifest)
    _refuse_older_program(manifest)
    _refuse_what_is_there(manifest)
    _copy(folder / DOCUMENTS, Path(settings.DOCUMENTS_FOLDER))
    make_roles(connection.alias)
    restore(folder / DUMP)
    if short := [table for table, rows in _counted().items() if rows != manifest["rows"].get(table)]:
        raise NotDone(f"恢复后的行数与备份时不同：{'、'.join(short)}。请不要启用，换一份备份再恢复。")
    call_command("migrate", verbosity=0)
    if broken := broken_invariants():
        raise NotDone(f"恢复后数据核对不相符：{'、'.join(one.code for one in broken)}。请先查明，再启用。")
    _open_something_sealed()
    return manifest


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a complete backup; NotDone names what is missing or changed."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        expected = manifest["files"]
    except (OSError, ValueError, KeyError) as error:
        raise NotDone(f"{folder} 里没有完整的清单（{MANIFEST}）：不是备份，或备份没有做完。") from error
    wrong = [name for name, digest in expected.items() if not _is(folder / name, digest)]
    if wrong or DUMP not in expected:
        raise NotDone(f"备份不完整或被改动：{'、'.join(wrong[:5]) or DUMP}（共 {len(wrong)} 个文件）。请换一份备份。")
    return manifest


def _refuse_other_keys(manifest: dict[str, Any]) -> None:
    here = key_marks()
    if missing := [name for name, mark in manifest["keys"].items() if here.get(name) != mark]:
        told = f"密钥文件 {settings.JIAOHE_KEYS_FILE} 不是这份备份的（{'、'.join(missing)} 不符）"
        raise NotDone(f"{told}：请先放回当时的密钥文件。")


def _refuse_older_program(manifest: dict[str, Any]) -> None:
    from django.db.migrations.loader import MigrationLoader

    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if newer := [name for name in manifest["migrations"] if name not in known]:
        raise NotDone(f"备份来自更新的程序（{newer[0]} 等 {len(newer)} 项）：请先更新程序再恢复。")


def _refuse_what_is_there(manifest: dict[str, Any]) -> None:
    if connection.introspection.table_names():
        raise NotDone("目标数据库不是空的：恢复只写入空库。请新建数据库，或在本机先运行 make reset。")
    documents = Path(settings.DOCUMENTS_FOLDER)
    of_the_backup = manifest["files"]
    for path in _files(documents):
        name = f"{DOCUMENTS}/{path.relative_to(documents)}"
        if not _is(path, of_the_backup.get(name, "")):
            raise NotDone(f"附件目录 {documents} 里有不属于这份备份的文件：请先移走。")


def _dump_as_counted(target: Path) -> dict[str, int]:
    """The dump, and the rows of every table at the very moment it shows."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        # The dump may take longer than a session may stand still.
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot()")
        dump(target, snapshot=cursor.fetchone()[0], without_rows_of=LEFT_OUT)
        return _counted()


def _counted() -> dict[str, int]:
    counts = {}
    with connection.cursor() as cursor:
        tables = [found.name for found in connection.introspection.get_table_list(cursor) if found.type in "tp"]
        for table in sorted({*tables} - {*LEFT_OUT}):
            cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 - the catalogue's own name
            counts[table] = cursor.fetchone()[0]
    return counts


def _open_something_sealed() -> None:
    person = Person.objects.exclude(id_number_sealed=b"").last()
    try:
        if person is not None:
            person.full_id_number()
    except SealBroken as error:
        raise NotDone("恢复后的个人信息解不开：密钥与数据不符，请不要启用。") from error


def _copy(source: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in _files(source):
        copy = target / path.relative_to(source)
        if not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copy2(path, copy)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _is(path: Path, digest: str) -> bool:
    return path.is_file() and _sha256(path) == digest


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

"""manage.py restore FOLDER: a backup into an empty database and an empty documents folder."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.operations.backup import TOLD, restore_backup
from apps.operations.postgres import NotDone


class Command(BaseCommand):
    """Refuses before anything is written: an incomplete backup, other keys, a target that is not empty."""

    help = "把备份恢复到空的数据库和空的附件目录"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take which."""
        parser.add_argument("folder", type=Path, help="备份所在的目录，如 var/backups/20240520-083000")

    def handle(self, *args: Any, **options: Any) -> None:
        """Bring it back, and say what to do next."""
        try:
            manifest = restore_backup(options["folder"])
        except NotDone as error:
            raise CommandError(str(error)) from error
        rows = "、".join(f"{table} {rows:,}" for table, rows in manifest["rows"].items() if table in TOLD)
        self.stdout.write(f"已恢复 {manifest['made_at']} 的备份：{rows}；数据核对全部相符。")
        self.stdout.write("启用之前再运行 manage.py replay：已决定的案件须逐件重算一致。")

"""manage.py backup [--into FOLDER]: the database, the sealed documents and a manifest, in a new folder."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.operations.backup import make_backup
from apps.operations.postgres import NotDone


class Command(BaseCommand):
    """Prints the folder."""

    help = "备份数据库和封存的附件（不含密钥）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take where to."""
        parser.add_argument("--into", type=Path, default=settings.BASE_DIR / "var" / "backups", help="放备份的目录")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make one."""
        try:
            made = make_backup(options["into"], at=timezone.localtime())
        except NotDone as error:
            raise CommandError(str(error)) from error
        self.stdout.write(str(made))
        self.stderr.write("备份已完成。密钥不在其中：请把密钥文件另行、分开保存，没有它个人信息无法解开。")

"""A simulated bank's answer to a submitted batch, for demo offices."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core import clock
from apps.payments.facts import is_at_the_bank
from apps.payments.models import Batch
from apps.payments.simulator import reply


class Command(BaseCommand):
    help = "生成模拟银行的回盘文件（只在有工作日期的演示环境）：--batch FF202405-001 --fail 3:14"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", required=True, help="批次号")
        parser.add_argument("--fail", action="append", default=[], metavar="序号:结果码", help="可以写几次")
        parser.add_argument("--missing", action="append", default=[], type=int, metavar="序号", help="回盘里不写的行")
        parser.add_argument("--out", type=Path, help="写到哪个文件；不写则为 批次号-回盘.txt")

    def handle(self, *args: Any, batch: str, fail: list[str], missing: list[int], **options: Any) -> None:
        if not settings.OFFICE_DATE:
            raise CommandError("只有演示环境才有模拟银行。")
        found = Batch.objects.filter(number=batch).first()
        if found is None or not is_at_the_bank(found):
            raise CommandError(f"没有正在等回盘的批次 {batch}。")
        try:
            failing = {int(sequence): code for sequence, _, code in (one.partition(":") for one in fail)}
            content = reply(found.bank_file.content(), on=clock.today(), failing=failing, missing=missing)
        except ValueError as error:
            raise CommandError(f"--fail 应写成 序号:结果码，例如 3:14。{error}") from error
        out = options["out"] or Path(f"{found.number}-回盘.txt")
        out.write_bytes(content)
        self.stdout.write(f"已写入 {out}")

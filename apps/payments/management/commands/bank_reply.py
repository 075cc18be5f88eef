"""A simulated bank's answer to a submitted batch, for demo offices."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core import clock
from apps.payments.actions.late import RECONCILED
from apps.payments.facts import is_at_the_bank
from apps.payments.models import Batch
from apps.payments.simulator import late_reply, reply


class Command(BaseCommand):
    help = "生成模拟银行的回盘文件（只在有工作日期的演示环境）：--batch FF202405-001 --fail 3:14"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", required=True, help="批次号")
        parser.add_argument("--fail", action="append", default=[], metavar="序号:结果码", help="可以写几次")
        parser.add_argument("--missing", action="append", default=[], type=int, metavar="序号", help="回盘里不写的行")
        parser.add_argument("--extra", action="store_true", help="多出一笔本系统没有发出的支付")
        parser.add_argument("--late", action="store_true", help="批次对完账以后：--fail 所列的是到账后退回的")
        parser.add_argument("--out", type=Path, help="写到哪个文件；不写则按批次号命名")

    def handle(self, *args: Any, batch: str, fail: list[str], missing: list[int], **options: Any) -> None:
        if not settings.OFFICE_DATE:
            raise CommandError("只有演示环境才有模拟银行。")
        found = Batch.objects.filter(number=batch).first()
        late = options["late"]
        if found is None or not (found.state in RECONCILED if late else is_at_the_bank(found)):
            raise CommandError(f"没有{'已对完账' if late else '正在等回盘'}的批次 {batch}。")
        sealed = found.bank_file
        try:
            failing = {int(sequence): code for sequence, _, code in (one.partition(":") for one in fail)}
            given = {"on": clock.today(), "layout": sealed.format}
            if late:
                content = late_reply(sealed.content(), returned=failing, **given)
            else:
                content = reply(sealed.content(), failing=failing, missing=missing, extra=options["extra"], **given)
        except ValueError as error:
            raise CommandError(f"--fail 应写成 序号:结果码，例如 3:14。{error}") from error
        out = options["out"] or Path(f"{found.number}-{'退票' if late else '回盘'}.{sealed.format.suffix}")
        out.write_bytes(content)
        self.stdout.write(f"已写入 {out}")

"""manage.py whatif: what a draft value would do to the live register; the figures of the page, nothing kept."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.accounts.models import Area
from apps.awards.enums import SCHEMES
from apps.awards.rehearsal import rehearse_register
from apps.awards.tally import ALL_BANDS, Cell, Tally, band_label
from apps.core.money import format_yuan
from apps.core.month import Month
from apps.core.refusal import Refused
from apps.eligibility.law import amended, law_in_force
from apps.eligibility.parameters import check_content, proposed_rows

OFF = "off"


class Command(BaseCommand):
    help = "按设想的标准试算在享名册：谁增谁减、一月一年增减多少（只读，不留存）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One value, and from when."""
        parser.add_argument("--parameter", required=True, help="参数，例如 dibao_standard")
        parser.add_argument("--area", default="", choices=["", "URBAN", "RURAL"])
        parser.add_argument("--key", default="", help="适用对象，例如 ELDERLY")
        parser.add_argument("--value", required=True, help=f"新数值；{OFF} 为停用")
        parser.add_argument("--months", type=int, default=1, choices=[1, 12], help="数值按月（1）或按年（12）")
        parser.add_argument("--from", dest="start", required=True, metavar="YYYY-MM", help="自哪个月起")
        parser.add_argument("--month", metavar="YYYY-MM", help="测算哪个月；不写即起始月份")
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Count and print."""
        try:
            start = Month.parse(options["start"])
            month = Month.parse(options["month"] or options["start"])
            if month < start:
                raise CommandError("测算月份不能早于草案的起始月份。")
            law, content = law_in_force(), [_value(options)]
            rows = proposed_rows(
                check_content(content, start=start.first(), law=law),
                start=start.first(),
                source="政策测算",
                confirmed=False,
            )
        except (Refused, ValueError) as error:
            raise CommandError(str(error)) from error
        tally = rehearse_register(month, law, amended(law, rows))
        for line in [json.dumps(figures(tally), ensure_ascii=False)] if options["json"] else lines(tally):
            self.stdout.write(line)


def _value(options: dict[str, Any]) -> dict[str, Any]:
    value = None if options["value"] == OFF else options["value"]
    return {name: options[name] for name in ("parameter", "area", "key", "months")} | {"value": value}


def figures(tally: Tally) -> dict[str, Any]:
    """Everything in fen and counts."""
    names = dict(Area.objects.filter(pk__in=tally.by_township()).values_list("pk", "code"))
    return {
        "total": _sums(tally.total()),
        "schemes": {scheme: _sums(cell) for scheme, cell in tally.by_scheme().items()},
        "townships": {names[pk]: _sums(cell) for pk, cell in tally.by_township().items()},
        "bands": {band_label(band): tally.bands[band] for band in ALL_BANDS if tally.bands[band]},
    }


def _sums(cell: Cell) -> dict[str, int]:
    plain = {name: getattr(cell, name) for name in Cell.__slots__}
    return plain | {"difference_fen": cell.difference_fen, "year_fen": cell.year_fen}


def lines(tally: Tally) -> list[str]:
    """The same for reading."""
    total, schemes = tally.total(), dict(SCHEMES)
    names = dict(Area.objects.filter(pk__in=tally.by_township()).values_list("pk", "name"))
    said = [
        f"应发 {total.units} 户，受影响 {total.changed} 户：增加 {total.gain}，减少 {total.lose}，"
        f"降为零 {total.leave}，由零恢复 {total.enter}",
        f"每月 {format_yuan(total.before_fen)} → {format_yuan(total.after_fen)} 元，增减 "
        f"{format_yuan(total.difference_fen)} 元；一年（12 个这样的月）{format_yuan(total.year_fen)} 元",
    ]
    said += [_line(schemes[scheme], cell) for scheme, cell in tally.by_scheme().items()]
    said += [_line(names[pk], cell) for pk, cell in tally.by_township().items()]
    said += [f"  {band_label(band)}：{tally.bands[band]} 户" for band in ALL_BANDS if tally.bands[band]]
    return [*said, "只计在享的家庭；新符合条件而尚未申请的，这里无法得知。"]


def _line(name: str, cell: Cell) -> str:
    counts = f"增 {cell.gain} 减 {cell.lose} 退出 {cell.leave}"
    return f"  {name}：{cell.units} 户，{counts}，每月增减 {format_yuan(cell.difference_fen)} 元"

"""manage.py load_areas: county, townships and villages, once or again."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.accounts.actions import load_areas
from apps.accounts.models import User
from apps.core import clock
from apps.office.actions import open_office_date
from apps.office.divisions import shipped_divisions


class Command(BaseCommand):
    help = "载入行政区划（可重复执行：补上缺少的，更正名称，不动自行添加的）"

    def handle(self, *args: Any, **options: Any) -> None:
        open_office_date()
        written = load_areas(shipped_divisions(), acting_user=User.objects.system(), on=clock.today())
        self.stdout.write(f"区划：写入 {written} 条。" if written else "区划：已是最新。")

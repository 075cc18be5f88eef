"""manage.py recount_deadlines: after the calendar of a year was published (a new version of chinesecalendar)."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.accounts.models import User
from apps.applications.actions import recount_deadlines
from apps.core import clock


class Command(BaseCommand):
    help = "放假安排公布后，重新计算所有在办案件的期限（可重复执行，只改有变化的）"

    def handle(self, *args: Any, **options: Any) -> None:
        moved = recount_deadlines(acting_user=User.objects.system(), on=clock.today())
        self.stdout.write(f"期限：{moved} 件有变化。")

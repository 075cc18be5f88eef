"""The office date of demo and tests, and the ticks of the schedule."""

from datetime import date

from django.db import models
from django.db.models.functions import Now


class OfficeDate(models.Model):
    """The single row that holds the day the demo office lives on."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    day = models.DateField("工作日期", default=date(2024, 5, 20))

    class Meta:
        verbose_name = "工作日期"
        constraints = (models.CheckConstraint(name="office_date_is_single", condition=models.Q(id=1)),)

    def __str__(self) -> str:
        return self.day.isoformat()


class Tick(models.Model):
    """A moment at which a schedule was due, and that somebody has taken it on: the second to say so is refused."""

    schedule = models.CharField("任务", max_length=60)
    due_at = models.DateTimeField("应执行时间")
    taken_at = models.DateTimeField("执行时间", db_default=Now())

    class Meta:
        verbose_name = "定时任务执行"
        constraints = (models.UniqueConstraint(name="one_tick_of_a_moment", fields=["schedule", "due_at"]),)

    def __str__(self) -> str:
        return f"{self.schedule} {self.due_at.isoformat()}"

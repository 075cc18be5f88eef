"""The office date of demo and tests."""

from datetime import date

from django.db import models


class OfficeDate(models.Model):
    """The single row that holds the day the demo office lives on."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    day = models.DateField("工作日期", default=date(2024, 5, 20))

    class Meta:
        verbose_name = "工作日期"
        constraints = (models.CheckConstraint(name="office_date_is_single", condition=models.Q(id=1)),)

    def __str__(self) -> str:
        return self.day.isoformat()

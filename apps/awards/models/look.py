"""That somebody has looked at one change of a month."""

from typing import Any

from django.conf import settings
from django.db import models

from apps.audit.history import added
from apps.awards.models.award import Award
from apps.awards.models.month import MonthRun


class LookQuerySet(models.QuerySet["Look"]):
    def visible_to(self, user: Any) -> "LookQuerySet":
        """Looks at the months this user sees."""
        return self.filter(run__in=MonthRun.objects.visible_to(user))


class Look(models.Model):
    """One unit's change of a month, looked at by one person before the month is confirmed."""

    seen_through = ("award",)
    append_only = True

    run = models.ForeignKey(MonthRun, on_delete=models.PROTECT, related_name="looks", db_index=False)
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    on = models.DateField("日期")

    objects = LookQuerySet.as_manager()

    class Meta:
        verbose_name = "已看的变化"
        triggers = added()
        constraints = (models.UniqueConstraint(name="looked_at_once", fields=["run", "award"]),)

    def __str__(self) -> str:
        return f"{self.run} {self.award}"

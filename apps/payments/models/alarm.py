"""Lines of a return file that nobody here ever sent: never applied, never forgotten."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from apps.audit.history import history, kept
from apps.payments.enums import AlarmState
from apps.payments.models.batch import Batch
from apps.payments.models.file import ReturnFile
from apps.payments.transitions import ALARM_MOVES


class ReturnAlarmQuerySet(models.QuerySet["ReturnAlarm"]):
    def visible_to(self, user: Any) -> "ReturnAlarmQuerySet":
        """Alarms are the county's, as the files are."""
        return self if user.scope().whole_county else self.none()

    def open(self) -> "ReturnAlarmQuerySet":
        """Not cleared up yet."""
        return self.filter(state=AlarmState.OPEN)


class ReturnAlarm(models.Model):
    """A refused return file with payments we never sent; stands until the chief says what was found out."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="alarms", db_index=False)
    return_file = models.OneToOneField(ReturnFile, on_delete=models.PROTECT, related_name="alarm")
    sha256 = models.CharField("文件摘要", max_length=64)
    lines = models.JSONField("多出的行")
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="导入人", on_delete=models.PROTECT, related_name="+"
    )
    raised_on = models.DateField("发现日期")
    state = models.CharField("状态", max_length=10, choices=AlarmState.choices, default=AlarmState.OPEN)
    ground = models.CharField("查明情况", max_length=500, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="查明人", on_delete=models.PROTECT, related_name="+", null=True
    )
    resolved_on = models.DateField("查明日期", null=True)

    history = history()
    objects = ReturnAlarmQuerySet.as_manager()

    class Meta:
        verbose_name = "多出支付的警报"
        triggers = (*kept(), ALARM_MOVES.guard())
        constraints = (
            models.UniqueConstraint(name="one_alarm_a_file", fields=["batch", "sha256"]),
            models.CheckConstraint(
                name="alarm_resolved_with_a_ground",
                condition=(Q(state=AlarmState.OPEN) & Q(ground="", resolved_by=None))
                | (~Q(ground="") & Q(state=AlarmState.RESOLVED, resolved_by__isnull=False, resolved_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="alarm_resolved_by_another",
                condition=Q(resolved_by=None) | ~Q(resolved_by=F("raised_by")),
                violation_error_message="须由导入人以外的同事查明。",
            ),
        )

    def __str__(self) -> str:
        return f"批次 {self.batch} 多出 {len(self.lines)} 笔"

    def get_absolute_url(self) -> str:
        """What was found, and what it turned out to be."""
        return reverse("alarm-detail", kwargs={"pk": self.pk})

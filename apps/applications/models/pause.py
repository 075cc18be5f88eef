"""When the clock of a case stood still, and why."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from apps.applications.enums import PauseReason
from apps.applications.models.application import Application
from apps.audit.history import history, kept


class PauseQuerySet(models.QuerySet["Pause"]):
    def visible_to(self, user: Any) -> "PauseQuerySet":
        return self.filter(user.scope().rows("application__township"))

    def standing(self) -> "PauseQuerySet":
        """Those that have not ended: at most one a case."""
        return self.filter(until=None)


class Pause(models.Model):
    """No deadline of the case runs from a day until (not including) another."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="pauses")
    since = models.DateField("起")
    until = models.DateField("止", null=True, blank=True)
    reason = models.CharField("原因", max_length=10, choices=PauseReason.choices)
    text = models.CharField("说明", max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    resumed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    seen_through = ("application",)
    history = history()
    objects = PauseQuerySet.as_manager()

    class Meta:
        verbose_name = "计时暂停"
        triggers = kept()
        constraints = (
            ExclusionConstraint(
                name="one_pause_at_a_time",
                expressions=[
                    ("application", RangeOperators.EQUAL),
                    (
                        Func(F("since"), F("until"), Value("[)"), function="daterange", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message="这件申请的计时在这段时间已经暂停。",
            ),
            models.CheckConstraint(
                name="pause_ends_by_somebody",
                condition=Q(until=None, resumed_by=None) | Q(until__gte=F("since"), resumed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="other_pause_says_why",
                condition=~Q(reason=PauseReason.OTHER) | ~Q(text=""),
                violation_error_message="选“其他”须写明原因。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.application} {self.get_reason_display()}"

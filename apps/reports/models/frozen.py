"""A month whose figures stand for good."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from apps.audit.history import added
from apps.audit.models import Record
from apps.awards.models import MonthRun
from apps.core.month import Month
from apps.reports.enums import Source

OWN_UNIT = "蛟河市"


class FrozenMonthQuerySet(models.QuerySet["FrozenMonth"]):
    def visible_to(self, user: Any) -> "FrozenMonthQuerySet":
        """All months for the county's desks; a township has figures of its own in the county's months only."""
        scope = user.scope()
        if scope.whole_county:
            return self
        return self.own() if scope.township_ids else self.none()

    def own(self) -> "FrozenMonthQuerySet":
        """The months of this county."""
        return self.filter(unit=OWN_UNIT)


class FrozenMonth(models.Model):
    """The figures of one month: what the sealed run added up to, or what was published or taken over elsewhere.

    Never changed; what is corrected later appears in the month of its correction. ``record`` is the act that froze it:
    figures are added inside that act's transaction only.
    """

    append_only = True

    unit = models.CharField("单位", max_length=60, default=OWN_UNIT)
    month = models.DateField("月份")
    source = models.CharField("来源", max_length=10, choices=Source.choices)
    run = models.OneToOneField(MonthRun, on_delete=models.PROTECT, null=True, related_name="frozen")
    note = models.CharField("依据", max_length=200, blank=True)
    record = models.OneToOneField(Record, on_delete=models.PROTECT, related_name="+")

    objects = FrozenMonthQuerySet.as_manager()

    class Meta:
        verbose_name = "月报"
        triggers = added()
        constraints = (
            models.UniqueConstraint(
                name="frozen_once", fields=["unit", "month"], violation_error_message="这个月的月报已经封存。"
            ),
            models.CheckConstraint(name="frozen_month_is_first_day", condition=Q(month__day=1)),
            models.CheckConstraint(
                name="frozen_says_from_what",
                condition=Q(source=Source.RUN, run__isnull=False, unit=OWN_UNIT)
                | Q(~Q(source=Source.RUN), ~Q(note=""), run=None),
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit} {self.label}"

    def get_absolute_url(self) -> str:
        """The month's page."""
        return f"{reverse('report-month')}?frozen={self.pk}"

    @property
    def label(self) -> str:
        """2024年4月."""
        return Month.of(self.month).label()

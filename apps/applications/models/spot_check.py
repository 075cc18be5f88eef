"""抽查: a share of the cases before the bureau is visited again, drawn so that anybody can draw it anew."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from apps.applications.models.application import Application
from apps.applications.models.guards import VisitedByAnother
from apps.audit.history import added, history, kept


class SpotCheckDrawQuerySet(models.QuerySet["SpotCheckDraw"]):
    def visible_to(self, user: Any) -> "SpotCheckDrawQuerySet":
        """Draws go over the whole county: who sees less sees none."""
        return self if user.scope().whole_county else self.none()


def _numbers(label: str) -> ArrayField:
    return ArrayField(models.CharField(max_length=20), verbose_name=label)


class SpotCheckDraw(models.Model):
    """One draw with everything needed to repeat it: seed, percent, the cases in order, those always in."""

    append_only = True

    drawn_on = models.DateField("抽取日期")
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    seed = models.CharField("随机种子", max_length=64)
    percent = models.PositiveSmallIntegerField("比例")
    numbers = _numbers("参加抽取的案件")
    always = _numbers("必查案件")
    sample = _numbers("抽中案件")

    objects = SpotCheckDrawQuerySet.as_manager()

    class Meta:
        verbose_name = "抽查"
        triggers = added()
        constraints = (
            models.CheckConstraint(
                name="spot_check_of_thirty_percent", condition=Q(percent__gte=30) & Q(percent__lte=100)
            ),
        )

    def __str__(self) -> str:
        return f"{self.drawn_on} {len(self.sample)}/{len(self.numbers)}"

    def get_absolute_url(self) -> str:
        return reverse("spot-check", args=[self.pk])


class SpotCheckQuerySet(models.QuerySet["SpotCheck"]):
    def visible_to(self, user: Any) -> "SpotCheckQuerySet":
        return self.filter(user.scope().rows("application__township"))


class SpotCheck(models.Model):
    """A case in a draw; a sampled one waits for what was found at the home."""

    draw = models.ForeignKey(SpotCheckDraw, on_delete=models.PROTECT, related_name="cases")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="spot_checks")
    sampled = models.BooleanField("抽中")
    visited_on = models.DateField("抽查日期", null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    agrees = models.BooleanField("与申报和初审一致", null=True, blank=True)
    findings = models.CharField("抽查情况", max_length=1000, blank=True)

    seen_through = ("application",)
    history = history()
    objects = SpotCheckQuerySet.as_manager()

    class Meta:
        verbose_name = "抽查件"
        triggers = (*kept(), VisitedByAnother())
        constraints = (
            models.UniqueConstraint(name="drawn_once_a_draw", fields=["draw", "application"]),
            models.CheckConstraint(
                name="spot_check_result_is_whole",
                condition=Q(agrees=None, by=None, visited_on=None)
                | (Q(sampled=True, agrees__isnull=False, by__isnull=False, visited_on__isnull=False) & ~Q(findings="")),
            ),
        )

    def __str__(self) -> str:
        return str(self.application)

    def get_absolute_url(self) -> str:
        return self.draw.get_absolute_url()

    @property
    def township(self) -> Any:
        return self.application.township

"""Each time the sealed bank file is taken out."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.audit.history import history, kept
from apps.payments.enums import HandoutState
from apps.payments.models.batch import Batch
from apps.payments.transitions import HANDOUT_MOVES


class HandoutQuerySet(models.QuerySet["Handout"]):
    def visible_to(self, user: Any) -> "HandoutQuerySet":
        """Files are the county's."""
        return self if user.scope().whole_county else self.none()

    def open(self) -> "HandoutQuerySet":
        """Asked for or granted, and not yet taken."""
        return self.filter(state__in=[HandoutState.ASKED, HandoutState.GRANTED])


class Handout(models.Model):
    """The n-th time a batch's file leaves the system: the first on one's own reason, each later one with consent."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="handouts", db_index=False)
    nth = models.PositiveSmallIntegerField("第几次")
    state = models.CharField("状态", max_length=8, choices=HandoutState.choices)
    reason = models.CharField("用途", max_length=200)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="下载人", on_delete=models.PROTECT, related_name="+"
    )
    asked_on = models.DateField("申请日期")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="同意人", on_delete=models.PROTECT, related_name="+", null=True
    )
    decided_on = models.DateField("同意日期", null=True)
    taken_on = models.DateField("下载日期", null=True)

    history = history()
    objects = HandoutQuerySet.as_manager()

    class Meta:
        verbose_name = "银行文件下载"
        triggers = (*kept(), HANDOUT_MOVES.guard())
        constraints = (
            models.UniqueConstraint(
                name="file_taken_once_a_number",
                fields=["batch", "nth"],
                condition=~Q(state=HandoutState.REFUSED),
                violation_error_message="这一次下载已经申请过。",
            ),
            models.CheckConstraint(name="handouts_are_counted", condition=Q(nth__gt=0)),
            models.CheckConstraint(
                name="later_handout_needs_consent",
                condition=Q(state=HandoutState.ASKED, nth__gt=1)
                | Q(state=HandoutState.TAKEN, nth=1, decided_by=None)
                | Q(nth__gt=1, decided_by__isnull=False, decided_on__isnull=False),
            ),
            models.CheckConstraint(
                name="handout_granted_by_another",
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
                violation_error_message="再次下载须由另一位同事同意。",
            ),
            models.CheckConstraint(
                name="taken_handout_has_a_day", condition=Q(state=HandoutState.TAKEN) ^ Q(taken_on__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.batch} 第 {self.nth} 次下载"

    def get_absolute_url(self) -> str:
        """Its batch's page."""
        return self.batch.get_absolute_url()

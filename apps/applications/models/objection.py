"""Objections to a public notice."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.applications.models.application import Application
from apps.applications.models.papers import Notice
from apps.applications.transitions import OBJECTION_MOVES, ObjectionState
from apps.audit.history import history, kept


class ObjectionQuerySet(models.QuerySet["Objection"]):
    def visible_to(self, user: Any) -> "ObjectionQuerySet":
        return self.filter(user.scope().rows("application__township"))

    def open(self) -> "ObjectionQuerySet":
        """Those that wait for their answer."""
        return self.filter(state=ObjectionState.OPEN)


class Objection(models.Model):
    """What somebody said against a notice; while it is open the case is not decided."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="objections")
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="objections")
    raised_on = models.DateField("提出日期")
    raised_by = models.CharField("提出人", max_length=60, blank=True)
    text = models.CharField("异议内容", max_length=1000)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        "状态", max_length=10, choices=ObjectionState.choices, default=ObjectionState.OPEN, db_index=True
    )
    answer = models.CharField("答复", max_length=1000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    answered_on = models.DateField("答复日期", null=True, blank=True)

    seen_through = ("application",)
    history = history()
    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = "公示异议"
        triggers = (*kept(), OBJECTION_MOVES.guard())
        constraints = (
            models.CheckConstraint(
                name="objection_answered_by_another",
                condition=Q(answered_by=None) | ~Q(answered_by=F("recorded_by")),
                violation_error_message="异议须由另一位同事答复。",
            ),
            models.CheckConstraint(
                name="answered_objection_has_an_answer",
                condition=Q(state=ObjectionState.OPEN) | (Q(answered_by__isnull=False) & ~Q(answer="")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.application} {self.raised_on}"

    def get_absolute_url(self) -> str:
        return self.application.get_absolute_url()

    @property
    def township(self) -> Any:
        return self.application.township

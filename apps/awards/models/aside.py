"""Units that a month could not, or should not, take along: set aside one by one, so that the others go on."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from apps.audit.history import history, kept
from apps.awards.enums import BLOCKING, AsideState, Cause
from apps.awards.models.award import Award
from apps.awards.models.guards import only_before_confirmation, takes_its_line_out
from apps.awards.models.month import MonthRun
from apps.awards.transitions import ASIDE_MOVES


class SetAsideQuerySet(models.QuerySet["SetAside"]):
    def visible_to(self, user: Any) -> "SetAsideQuerySet":
        """What was set aside of the months this user sees."""
        return self.filter(run__in=MonthRun.objects.visible_to(user))

    def blocking(self) -> "SetAsideQuerySet":
        """Those that must be cleared before the month can be confirmed."""
        return self.filter(state__in=BLOCKING)

    def excluded(self) -> "SetAsideQuerySet":
        """Those that this month does not pay."""
        return self.filter(state=AsideState.EXCLUDED)


class SetAside(models.Model):
    """One unit of a month's snapshot without a line that can be confirmed, and why; cleared, or left out with a ground.

    Whoever began the month does not leave anybody out of it. ``taken_fen`` is what the line said that was taken out.
    """

    run = models.ForeignKey(MonthRun, on_delete=models.PROTECT, related_name="set_aside", db_index=False)
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="+")
    cause = models.CharField("缘由", max_length=10, choices=Cause.choices)
    reason = models.CharField("原因", max_length=300)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    state = models.CharField("状态", max_length=10, choices=AsideState.choices, default=AsideState.OPEN)
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    excluded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="决定人", on_delete=models.PROTECT, null=True, related_name="+"
    )
    excluded_on = models.DateField("决定日期", null=True)
    ground = models.CharField("不列入的理由", max_length=200, blank=True)
    taken_fen = models.BigIntegerField("撤下的金额（分）", null=True)

    seen_through = ("award",)
    history = history()
    objects = SetAsideQuerySet.as_manager()

    class Meta:
        verbose_name = "搁置户"
        triggers = (*kept(), ASIDE_MOVES.guard(), only_before_confirmation(), takes_its_line_out())
        constraints = (
            models.UniqueConstraint(name="set_aside_once", fields=["run", "award"]),
            models.CheckConstraint(
                name="excluded_says_by_whom_and_why",
                condition=Q(state=AsideState.EXCLUDED, excluded_by__isnull=False, excluded_on__isnull=False)
                & ~Q(ground="")
                | ~Q(state=AsideState.EXCLUDED) & Q(excluded_by=None, excluded_on=None, ground=""),
            ),
            models.CheckConstraint(
                name="excluded_by_another",
                condition=Q(excluded_by=None) | ~Q(excluded_by=F("begun_by")),
                violation_error_message="不列入本月须由发起人以外的同事决定。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.run} {self.award.payee.name}"

    def get_absolute_url(self) -> str:
        """The list of what was set aside that month."""
        return reverse("month-set-aside", kwargs={"pk": self.run_id})

    @property
    def is_held(self) -> bool:
        """Held back by a person: the amount itself is known."""
        return self.cause == Cause.HELD

    @property
    def what_to_do(self) -> str:
        """How this is cleared."""
        return Cause(self.cause).remedy

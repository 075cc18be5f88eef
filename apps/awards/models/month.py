"""The calculation of one month, and the chunks it is done in."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from apps.audit.history import history, kept
from apps.awards.enums import ChunkState, RunState
from apps.awards.models.expressions import is_first_of_month
from apps.awards.models.guards import figures_stay
from apps.awards.models.portion import Portion, PortionQuerySet
from apps.awards.transitions import CHUNK_MOVES, RUN_MOVES
from apps.core.month import Month


class MonthRunQuerySet(models.QuerySet["MonthRun"]):
    def visible_to(self, user: Any) -> "MonthRunQuerySet":
        """Months are the county's: whoever sees only townships sees none."""
        return self if user.scope().whole_county else self.none()

    def standing(self) -> "MonthRunQuerySet":
        """Runs that were not voided."""
        return self.exclude(state=RunState.VOID)


class MonthRun(models.Model):
    """What all units are due for one month: calculated, confirmed by another person, sealed by the payments."""

    month = models.DateField("月份")
    state = models.CharField("状态", max_length=12, choices=RunState.choices, default=RunState.CALCULATING)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="发起人", on_delete=models.PROTECT, related_name="+"
    )
    started_on = models.DateField("发起日期")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="确认人", on_delete=models.PROTECT, null=True, related_name="+"
    )
    confirmed_on = models.DateField("确认日期", null=True)
    units = models.PositiveIntegerField("户数")
    total_fen = models.BigIntegerField("合计（分）", null=True)
    law_digest = models.CharField(max_length=64)
    rules_digest = models.CharField(max_length=64, default="")

    history = history()
    objects = MonthRunQuerySet.as_manager()

    class Meta:
        verbose_name = "月度核定"
        triggers = (*kept(), RUN_MOVES.guard(), figures_stay())
        constraints = (
            models.UniqueConstraint(
                name="one_run_a_month",
                fields=["month"],
                condition=~Q(state=RunState.VOID),
                violation_error_message="这个月已经开始核定。",
            ),
            models.CheckConstraint(name="run_month_is_first_day", condition=is_first_of_month("month")),
            models.CheckConstraint(
                name="month_confirmed_by_another",
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("started_by")),
                violation_error_message="月度核定须由另一位同事确认。",
            ),
            models.CheckConstraint(
                name="confirmed_month_says_by_whom",
                condition=~Q(state__in=[RunState.CONFIRMED, RunState.SEALED])
                | Q(confirmed_by__isnull=False, confirmed_on__isnull=False),
            ),
            models.CheckConstraint(
                name="calculated_month_has_a_total",
                condition=Q(state__in=[RunState.CALCULATING, RunState.VOID]) | Q(total_fen__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        """The month's page."""
        return reverse("month-detail", kwargs={"pk": self.pk})

    @property
    def label(self) -> str:
        """2024年6月."""
        return Month.of(self.month).label()

    def previous(self) -> "MonthRun | None":
        """The standing run of the month before."""
        return MonthRun.objects.standing().filter(month=(Month.of(self.month) - 1).first()).first()


class ChunkQuerySet(PortionQuerySet):
    def visible_to(self, user: Any) -> "ChunkQuerySet":
        """Chunks of the months this user sees."""
        return self.filter(run__in=MonthRun.objects.visible_to(user))

    def under_way(self) -> "ChunkQuerySet":
        """Chunks of a month that is being calculated."""
        return self.filter(run__state=RunState.CALCULATING)


class Chunk(Portion):
    """A portion of a month's snapshot: at most a few hundred awards, calculated in one transaction.

    Technical: how often it was tried and sent. What it produced are the lines.
    """

    run = models.ForeignKey(MonthRun, on_delete=models.PROTECT, related_name="chunks", db_index=False)
    total_fen = models.BigIntegerField("合计（分）", null=True)
    lines_sha256 = models.CharField(max_length=64, blank=True)

    objects = ChunkQuerySet.as_manager()

    class Meta:
        verbose_name = "核定分组"
        triggers = (CHUNK_MOVES.guard(),)
        constraints = (
            models.UniqueConstraint(name="one_chunk_of_a_number", fields=["run", "number"]),
            models.CheckConstraint(
                name="done_chunk_says_what_it_made",
                condition=~Q(state=ChunkState.DONE) | (Q(rows__isnull=False, total_fen__gte=0) & ~Q(lines_sha256="")),
            ),
        )
        indexes = (models.Index(name="open_chunks", fields=["run", "id"], condition=~Q(state=ChunkState.DONE)),)

    def __str__(self) -> str:
        return f"{self.run} 第{self.number}组"

    def get_absolute_url(self) -> str:
        """The month's page, where set-aside chunks are listed."""
        return self.run.get_absolute_url()

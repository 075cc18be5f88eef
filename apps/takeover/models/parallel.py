"""A month that was paid by the old register, beside what the rules give for it. Changes nothing but its own figures."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from apps.accounts.models import Area
from apps.awards.enums import SCHEMES
from apps.core.month import Month
from apps.takeover.enums import Finding, RollState
from apps.takeover.models.sealed import SealedWorkbook
from apps.takeover.transitions import ROLL_MOVES


class ParallelMonthQuerySet(models.QuerySet["ParallelMonth"]):
    def visible_to(self, user: Any) -> "ParallelMonthQuerySet":
        """Comparisons are the county's: whoever sees only townships sees none."""
        return self if user.scope().whole_county else self.none()

    def waiting(self) -> "ParallelMonthQuerySet":
        """Those a worker has something to do for, oldest first."""
        return self.filter(state=RollState.UPLOADED).order_by("pk")


class ParallelMonth(SealedWorkbook):
    """The paid roll of one month. ``figures``: finding → [units, paid fen, due fen]."""

    month = models.DateField("月份")
    state = models.CharField("状态", max_length=10, choices=RollState.choices, default=RollState.UPLOADED)
    figures = models.JSONField(default=dict)

    objects = ParallelMonthQuerySet.as_manager()

    class Meta:
        verbose_name = "平行试算"
        triggers = (ROLL_MOVES.guard(),)
        constraints = (models.CheckConstraint(name="parallel_month_is_first_day", condition=Q(month__day=1)),)

    def __str__(self) -> str:
        return f"{Month.of(self.month).label()}平行试算"

    def get_absolute_url(self) -> str:
        """The comparison's page."""
        return reverse("parallel-detail", kwargs={"uuid": self.uuid})

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return RollState(self.state).tone

    @property
    def is_under_way(self) -> bool:
        """Whether a worker has still something to do."""
        return self.state == RollState.UPLOADED


class ParallelLineQuerySet(models.QuerySet["ParallelLine"]):
    def visible_to(self, user: Any) -> "ParallelLineQuerySet":
        """Lines of the comparisons this user sees."""
        return self.filter(parallel__in=ParallelMonth.objects.visible_to(user))


class ParallelLine(models.Model):
    """A unit: what was paid, what the rules give, how the difference comes about. A line of the roll that belongs to
    nobody on file has neither household nor scheme; its name stays in the sealed file."""

    parallel = models.ForeignKey(ParallelMonth, on_delete=models.CASCADE, related_name="lines", db_index=False)
    row = models.PositiveIntegerField("行号", null=True)
    said = models.CharField("名册编号", max_length=40, blank=True)
    household = models.ForeignKey(
        "households.Household", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    person = models.ForeignKey(
        "households.Person", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    township = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    scheme = models.CharField("待遇", max_length=20, choices=SCHEMES, blank=True)
    paid_fen = models.BigIntegerField("实发（分）", null=True)
    due_fen = models.BigIntegerField("应发（分）", null=True)
    finding = models.CharField("结果", max_length=14, choices=Finding.choices)
    reading = models.CharField("说明类别", max_length=30, blank=True)
    why = models.CharField("说明", max_length=200, blank=True)
    other_name = models.BooleanField("姓名不符", default=False)

    seen_through = ("township",)
    objects = ParallelLineQuerySet.as_manager()

    class Meta:
        verbose_name = "平行试算明细"
        indexes = (models.Index(name="parallel_lines", fields=["parallel", "finding", "id"]),)

    def __str__(self) -> str:
        return f"{self.parallel} {self.said}"

    @property
    def tone(self) -> str:
        """The colour of what was found."""
        return Finding(self.finding).tone

    @property
    def difference_fen(self) -> int:
        """Paid less due."""
        return (self.paid_fen or 0) - (self.due_fen or 0)

"""What one unit is due for one month."""

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from apps.accounts.models import Area
from apps.audit.history import added
from apps.awards.enums import SCHEMES, Change
from apps.awards.models.award import Award
from apps.awards.models.expressions import is_first_of_month
from apps.awards.models.guards import only_while_calculating
from apps.awards.models.month import Chunk, MonthRun
from apps.eligibility.policy.enums import PartKind, Scheme

CARE = (PartKind.CARE_SELF, PartKind.CARE_PARTIAL, PartKind.CARE_FULL)


class CalcLineQuerySet(models.QuerySet["CalcLine"]):
    def visible_to(self, user: Any) -> "CalcLineQuerySet":
        """Lines of the townships this user's postings open."""
        return self.filter(user.scope().rows("township"))

    def changed(self) -> "CalcLineQuerySet":
        """Lines that differ from the month before."""
        return self.exclude(change=Change.SAME)

    def lacking(self) -> "CalcLineQuerySet":
        """Lines of 特困 persons whose self-care nobody has assessed: paid without a care part, and to be made up."""
        cared_for = Q()
        for kind in CARE:
            cared_for |= Q(parts__contains=[{"kind": kind.value}])
        return self.filter(scheme=Scheme.TEKUN, amount_fen__gt=0).exclude(cared_for)

    def stopped_before(self, run: MonthRun, previous: MonthRun) -> "CalcLineQuerySet":
        """The previous month's paid lines whose unit has no line in this run."""
        here = CalcLine.objects.filter(run=run, household=OuterRef("household")).annotate(unit=Coalesce("person", 0))
        here = here.filter(unit=Coalesce(OuterRef("person"), 0))
        return self.filter(run=previous, amount_fen__gt=0).filter(~Exists(here))


class CalcLine(models.Model):
    """One unit's amount for one month with its parts, and how it differs from the month before."""

    append_only = True

    run = models.ForeignKey(MonthRun, on_delete=models.PROTECT, related_name="lines", db_index=False)
    chunk = models.ForeignKey(Chunk, on_delete=models.PROTECT, related_name="lines", db_index=False)
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="lines")
    household = models.ForeignKey("households.Household", on_delete=models.PROTECT, related_name="lines")
    person = models.ForeignKey(
        "households.Person", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    township = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", db_index=False)
    scheme = models.CharField("待遇", max_length=20, choices=SCHEMES)
    month = models.DateField("月份")
    amount_fen = models.BigIntegerField("金额（分）")
    parts = models.JSONField()
    previous_fen = models.BigIntegerField("上月金额（分）", null=True)
    change = models.CharField("变化", max_length=16, choices=Change.choices)
    # For next month (apps.awards.carrying): the terms this was calculated from, and the month through which they give
    # the same while the law stays; none: only for this month.
    terms_digest = models.UUIDField(null=True, editable=False)
    steady_until = models.DateField(null=True, editable=False)

    objects = CalcLineQuerySet.as_manager()

    class Meta:
        verbose_name = "核定明细"
        triggers = (*added(), only_while_calculating())
        constraints = (
            models.UniqueConstraint(name="one_line_of_an_award", fields=["run", "award"]),
            models.CheckConstraint(name="line_not_negative", condition=Q(amount_fen__gte=0)),
            models.CheckConstraint(name="line_month_is_first_day", condition=is_first_of_month("month")),
        )
        indexes = (
            models.Index(name="changed_lines", fields=["run", "change", "id"], condition=~Q(change=Change.SAME)),
        )

    def __str__(self) -> str:
        return f"{self.household} {self.month:%Y-%m}"

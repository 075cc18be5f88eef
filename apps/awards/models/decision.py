"""The acts that start, change and end awards."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models

from apps.audit.history import added
from apps.awards.enums import DecisionKind
from apps.awards.models.expressions import is_first_of_month

# What the rules need not be asked for.
WITHOUT_ASSESSMENT = (
    DecisionKind.SUSPEND,
    DecisionKind.RESUME,
    DecisionKind.REVOKE,
    DecisionKind.DEATH,
    DecisionKind.EXIT,
    DecisionKind.END,
    DecisionKind.MERGE,
)


class DecisionQuerySet(models.QuerySet["Decision"]):
    def visible_to(self, user: Any) -> "DecisionQuerySet":
        """Decisions on families of the townships this user's postings open."""
        return self.filter(user.scope().rows("household__township"))


class Decision(models.Model):
    """What was decided about a family (or one person in it) on one day, resting on one assessment.

    Only what ends or interruptions an award needs none: a death, a wish, a suspension, a revocation.
    """

    seen_through = ("household",)
    append_only = True

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    household = models.ForeignKey("households.Household", on_delete=models.PROTECT, related_name="decisions")
    person = models.ForeignKey("households.Person", on_delete=models.PROTECT, null=True, related_name="decisions")
    kind = models.CharField("决定", max_length=10, choices=DecisionKind.choices)
    decided_on = models.DateField("决定日期")
    effective_month = models.DateField("执行月份")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="决定人", on_delete=models.PROTECT, related_name="+"
    )
    assessment = models.ForeignKey(
        "eligibility.Assessment", on_delete=models.PROTECT, related_name="decisions", null=True, blank=True
    )
    sentence = models.CharField("决定内容", max_length=300)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = "待遇决定"
        triggers = added()
        constraints = (
            models.CheckConstraint(name="decision_month_is_first_day", condition=is_first_of_month("effective_month")),
            models.CheckConstraint(
                name="decision_works_from_later",
                condition=models.Q(effective_month__gt=models.F("decided_on")),
                violation_error_message="决定自次月起执行。",
            ),
            models.CheckConstraint(
                name="decision_rests_on_an_assessment",
                condition=models.Q(assessment__isnull=False) | models.Q(kind__in=WITHOUT_ASSESSMENT),
                violation_error_message="这项决定须有测算依据。",
            ),
        )
        indexes = (models.Index(fields=["household", "-id"]),)

    def __str__(self) -> str:
        return f"{self.household} {self.get_kind_display()}"

    @property
    def township(self) -> Any:
        """The area of the record."""
        return self.household.township

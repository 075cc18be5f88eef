"""What a family is recognised as, beside any monthly benefit: 低收入家庭, 支出型困难家庭."""

import datetime as dt
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from apps.audit.history import history, kept
from apps.awards.models.decision import Decision
from apps.eligibility.policy.enums import Category

RECOGNISED = (Category.LOW_INCOME, Category.EXPENDITURE)


class RecognitionQuerySet(models.QuerySet["Recognition"]):
    def visible_to(self, user: Any) -> "RecognitionQuerySet":
        """Recognitions of families of the townships this user's postings open."""
        return self.filter(user.scope().rows("household__township"))

    def in_force(self, day: dt.date) -> "RecognitionQuerySet":
        """Recognitions that count on a day."""
        return self.filter(Q(until=None) | Q(until__gt=day), since__lte=day)


class Recognition(models.Model):
    """From a day until (not including) another; a later decision ends it (28号 §1; 支出型: twelve months)."""

    household = models.ForeignKey("households.Household", on_delete=models.PROTECT, related_name="recognitions")
    category = models.CharField("认定类别", max_length=12, choices=[(c.value, c.label) for c in RECOGNISED])
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="recognitions")
    since = models.DateField("起")
    until = models.DateField("止", null=True, blank=True)

    seen_through = ("household",)
    history = history()
    objects = RecognitionQuerySet.as_manager()

    class Meta:
        verbose_name = "认定"
        triggers = kept()
        constraints = (
            models.CheckConstraint(
                name="recognition_does_not_end_before_it_begins", condition=Q(until=None) | Q(until__gte=F("since"))
            ),
            ExclusionConstraint(
                name="one_recognition_at_a_time",
                expressions=[
                    ("household", RangeOperators.EQUAL),
                    (
                        Func(F("since"), F("until"), Value("[)"), function="daterange", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message="这个家庭同一时间已有一项认定。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.household} {self.get_category_display()}"

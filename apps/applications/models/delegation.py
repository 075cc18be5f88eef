"""Where the bureau lets a township confirm (28号 §19)."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.urls import reverse

from apps.accounts.models import Area
from apps.applications.models.application import Applied
from apps.audit.history import history, kept


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def visible_to(self, user: Any) -> "DelegationQuerySet":
        return self.filter(user.scope().rows("township"))

    def in_force(self, day: dt.date) -> "DelegationQuerySet":
        """Delegations that count on a day."""
        return self.filter(Q(until=None) | Q(until__gt=day), since__lte=day)


class Delegation(models.Model):
    """One scheme in one township, from a day until (not including) another, by a numbered document."""

    scheme = models.CharField("类别", max_length=20, choices=Applied.choices)
    township = models.ForeignKey(Area, verbose_name="乡镇（街道）", on_delete=models.PROTECT, related_name="+")
    since = models.DateField("起")
    until = models.DateField("止", null=True, blank=True)
    document = models.CharField("授权文号", max_length=60)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    history = history()
    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = "确认权限下放"
        triggers = kept()
        constraints = (
            models.CheckConstraint(
                name="delegation_ends_after_it_begins",
                condition=Q(until=None) | Q(until__gte=F("since")),
                violation_error_message="截止日期不能早于开始日期。",
            ),
            ExclusionConstraint(
                name="one_delegation_at_a_time",
                expressions=[
                    ("scheme", RangeOperators.EQUAL),
                    ("township", RangeOperators.EQUAL),
                    (
                        Func(F("since"), F("until"), Value("[)"), function="daterange", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message="这个乡镇同一类别在这段时间已有授权。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.township} {self.get_scheme_display()} {self.document}"

    def get_absolute_url(self) -> str:
        return reverse("delegation-list")

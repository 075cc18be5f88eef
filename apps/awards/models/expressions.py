"""Conditions that several tables of awards share."""

from typing import Any

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Func, Q, Value


class AfterMonth(Func):
    """The first day of the month after a month; nothing for an open end."""

    template = "((%(expressions)s + interval '1 month')::date)"
    output_field = models.DateField()


def months_paid() -> Func:
    """The range of days from first to last month; empty when an award was replaced before its first month."""
    return Func(
        F("first_month"),
        AfterMonth(F("last_month")),
        Value("[)"),
        function="daterange",
        output_field=DateRangeField(),
    )


def is_first_of_month(field: str) -> Q:
    """A month is stored as its first day (or not at all)."""
    return Q(**{f"{field}__day": 1}) | Q(**{field: None})


def ends_after_it_begins() -> Q:
    """The last month may lie one before the first: replaced before anything was paid."""
    return Q(last_month=None) | Q(first_month__lte=AfterMonth(F("last_month")))


def covers(month: Any) -> Q:
    """The month lies between first and last month."""
    return Q(first_month__lte=month) & (Q(last_month=None) | Q(last_month__gte=month))

"""How far the office date can be moved at once."""

from datetime import date, timedelta

from django.db import models

from apps.core.month import Month


class Step(models.TextChoices):
    """One move of the office date."""

    DAY = "DAY", "推进一天"
    WEEK = "WEEK", "推进一周"
    MONTH = "MONTH", "推进到下月 1 日"


def day_after(step: Step, on: date) -> date:
    """The day a step leads to."""
    if step == Step.MONTH:
        return Month.of(on).next().first()
    return on + timedelta(days=7 if step == Step.WEEK else 1)

"""The outbox: what changed for whom, written by the database in the very transaction of the change.

No act calls it. Statement-level triggers on the tables of awards, recognitions, families and months see every path, the
month run and plain SQL too, and write sets. A relay gives what has committed its place in the line (``position``); a
cursor is such a place. Ids only: names and numbers are read when somebody who may have them asks.
"""

from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import Func

from apps.accounts.models import Area
from apps.awards.models import AwardMember, MonthRun, Recognition
from apps.households.models import Household, Person
from apps.partners.models.triggers import (
    amounts_of_the_month,
    awards_begun,
    awards_ended,
    families_moved,
    recognitions_begun,
    recognitions_ended,
)


class ChangeKind(models.TextChoices):
    """What a change is to whoever keeps a list."""

    NEW = "NEW", "新增"
    CHANGED = "CHANGED", "变更"
    ENDED = "ENDED", "终止"


class ChangeQuerySet(models.QuerySet["Change"]):
    def visible_to(self, user: Any) -> "ChangeQuerySet":
        """Changes of families of the townships this user's postings open."""
        return self.filter(user.scope().rows("township"))

    def published(self) -> "ChangeQuerySet":
        """Those that have their place in the line, in its order."""
        return self.filter(position__isnull=False).order_by("position")

    def after(self, cursor: int) -> "ChangeQuerySet":
        """What came after a place in the line."""
        return self.published().filter(position__gt=cursor)


class Change(models.Model):
    """One person's standing changed: new, changed (of scheme, amount or township) or ended."""

    uuid = models.UUIDField(default=uuid4, db_default=Func(function="gen_random_uuid"), unique=True, editable=False)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    township = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField("变化", max_length=8, choices=ChangeKind.choices)
    # A scheme or a recognised category; ``before`` where it was another.
    status = models.CharField("身份", max_length=20)
    before = models.CharField("原身份", max_length=20, blank=True, db_default="")
    since = models.DateField("自")
    until = models.DateField("至（已知时）", null=True)
    amount_fen = models.BigIntegerField("月金额（分）", null=True)
    at = models.DateTimeField(db_default=Func(function="clock_timestamp"))
    txid = models.BigIntegerField(db_default=Func(function="txid_current"), editable=False)
    position = models.BigIntegerField("次序", null=True, unique=True)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = "变化"
        indexes = (
            models.Index(name="changes_unpublished", fields=["id"], condition=models.Q(position=None)),
            models.Index(
                name="changes_of_a_transaction", fields=["txid", "household"], condition=models.Q(position=None)
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.status} {self.since}"


class AwardMemberTold(AwardMember):
    """Who is paid for, as the outbox watches it."""

    class Meta:
        proxy = True
        triggers = (awards_begun(), awards_ended())


class RecognitionTold(Recognition):
    """What families are recognised as, as the outbox watches it."""

    class Meta:
        proxy = True
        triggers = (recognitions_begun(), recognitions_ended())


class MonthRunTold(MonthRun):
    """Months, as the outbox watches their confirmation."""

    class Meta:
        proxy = True
        triggers = (amounts_of_the_month(),)


class HouseholdTold(Household):
    """Families, as the outbox watches them move."""

    class Meta:
        proxy = True
        triggers = (families_moved(),)

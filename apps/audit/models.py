"""The book of acts."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Now

from apps.audit.verbs import Verb


class RecordQuerySet(models.QuerySet["Record"]):
    """Acts by who may read them, what they were done to and when."""

    def visible_to(self, user: Any) -> "RecordQuerySet":
        """The acts this user may read: an auditor all, others those of their townships, everybody their own."""
        scope = user.scope()
        # An empty condition OR another is the other: "everything" cannot be said inside the OR.
        return self if scope.whole_county else self.filter(scope.rows("area") | Q(user=user))

    def about(self, subject: models.Model) -> "RecordQuerySet":
        """The acts done to this thing, oldest first."""
        return self.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk).order_by("pk")

    def within_the_hour(self, user: Any, verb: Verb) -> "RecordQuerySet":
        """This user's acts of one kind in the last sixty minutes of the database's clock, whatever the office date."""
        return self.filter(user=user, verb=verb, at__gte=Now() - timedelta(hours=1))


class Record(models.Model):
    """One act: who did what to which thing on which day, and why. Never changed, never removed.

    ``payload`` holds only masked or non-personal details. ``txid`` ties the record to its transaction: a write counts
    as declared only inside the transaction that made the record.
    """

    append_only = True

    at = models.DateTimeField("时间", db_default=Func(function="clock_timestamp"))
    txid = models.BigIntegerField(db_default=Func(function="txid_current"), editable=False)
    on = models.DateField("工作日期")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="经手人", on_delete=models.PROTECT, related_name="+"
    )
    verb = models.CharField("事项", max_length=40, choices=Verb.choices)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True, blank=True)
    subject_label = models.CharField("对象", max_length=120, blank=True)
    area = models.ForeignKey(
        "accounts.Area", verbose_name="区域", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField("理由", max_length=500, blank=True)
    payload = models.JSONField("摘要", default=dict, blank=True)
    within = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts")

    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = "办理记录"
        indexes = (
            models.Index(fields=["subject_type", "subject_id", "id"]),
            models.Index(fields=["user", "-id"]),
            models.Index(fields=["area", "-id"]),
        )

    def __str__(self) -> str:
        return f"{self.get_verb_display()} {self.subject_label}"

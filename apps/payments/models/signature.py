"""Who signed a batch on its way to the bank, round by round."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.audit.history import added
from apps.payments.enums import Step
from apps.payments.models.batch import Batch
from apps.payments.models.guards import SignatureFits


class SignatureQuerySet(models.QuerySet["Signature"]):
    def visible_to(self, user: Any) -> "SignatureQuerySet":
        """Signatures are the county's, as their batches are."""
        return self if user.scope().whole_county else self.none()


class Signature(models.Model):
    """One person's one act in one round of a batch: sent, approved or released exactly this content."""

    append_only = True

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="signatures", db_index=False)
    round = models.PositiveSmallIntegerField("轮次")
    step = models.CharField("环节", max_length=10, choices=Step.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="签批人", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    on = models.DateField("日期")
    content_sha256 = models.CharField("内容摘要", max_length=64)

    objects = SignatureQuerySet.as_manager()

    class Meta:
        verbose_name = "批次签批"
        triggers = (*added(), SignatureFits())
        constraints = (
            models.UniqueConstraint(
                name="one_step_of_a_person_in_a_round",
                fields=["batch", "round", "user"],
                violation_error_message="同一个人在一轮签批里只能办一个环节。",
            ),
            models.UniqueConstraint(
                name="sent_and_released_once_a_round",
                fields=["batch", "round", "step"],
                condition=Q(step__in=[Step.SENT, Step.RELEASED]),
            ),
        )

    def __str__(self) -> str:
        return f"{self.batch} {self.get_step_display()} {self.user}"

"""What makes a write of a program happen once: the nonces it used, and the answers to its keys."""

import json
from typing import Any
from uuid import uuid4

import pgtrigger
from django.db import models
from django.db.models import Func, Q

from apps.core.crypto import seal, unseal
from apps.core.guards import Guard
from apps.partners.models.client import Client


class Nonce(models.Model):
    """A nonce of a signed call; unique, so that a call overheard cannot be sent again. Technical, kept for a day."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", db_index=False)
    nonce = models.CharField(max_length=64)
    at = models.DateTimeField(db_default=Func(function="clock_timestamp"), db_index=True)

    class Meta:
        verbose_name = "一次性数"
        constraints = (models.UniqueConstraint(name="nonce_used_once", fields=["client", "nonce"]),)

    def __str__(self) -> str:
        return self.nonce


def answered_for_good() -> Guard:
    """What was answered stays what was answered."""
    return Guard(
        name="answered_for_good",
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.Q(old__status__isnull=False),
        func="RAISE EXCEPTION 'an answer that was given stays' USING ERRCODE = 'JH003';",
    )


class KeptAnswer(models.Model):
    """The answer to a write, kept under the program's own key: the same write sent again gets the same answer.

    The row is made before the effect and completed after it, in one transaction with it. ``asked`` is the digest of
    method, address and body; the answer is sealed. Technical: what the write did has its own record.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=100)
    asked = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer_sealed = models.BinaryField(default=bytes)
    at = models.DateTimeField(db_default=Func(function="clock_timestamp"))

    class Meta:
        verbose_name = "已答复的请求"
        triggers = (answered_for_good(),)
        constraints = (
            models.UniqueConstraint(name="one_answer_a_key", fields=["client", "key"]),
            models.CheckConstraint(
                name="kept_answer_is_complete", condition=Q(status=None, answer_sealed=b"") | ~Q(answer_sealed=b"")
            ),
        )

    def __str__(self) -> str:
        return f"{self.client_id} {self.key}"

    def keep(self, status: int, answer: Any) -> None:
        """Complete the row."""
        self.status = status
        text = json.dumps(answer, ensure_ascii=False, default=str)
        self.answer_sealed = seal(text, row=self.uuid, table="keptanswer", column="answer")
        self.save()

    def answer(self) -> Any:
        """What was answered, as it was."""
        return json.loads(unseal(self.answer_sealed, row=self.uuid, table="keptanswer", column="answer"))

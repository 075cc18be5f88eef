"""Long work in portions that PostgreSQL owns: taken once, found again when lost, set aside when hopeless."""

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Q

from apps.awards.enums import ChunkState


class PortionQuerySet(models.QuerySet[Any]):
    """Portions by what is left to do."""

    def under_way(self) -> Self:
        """Portions of work that still goes on."""
        raise NotImplementedError

    def pending(self) -> Self:
        """Portions still to be worked on."""
        return self.filter(state=ChunkState.PENDING)

    def take(self, portion_id: int) -> Any:
        """Lock one pending portion; None when another worker has it or it is done: a doubled message is free."""
        return self.pending().select_for_update(skip_locked=True, of=("self",)).filter(pk=portion_id).first()

    def claim_due(self, now: dt.datetime, *, limit: int) -> list[int]:
        """Mark pending portions that were never sent, or sent too long ago, as sent now; their ids in order.

        Looks at the level, not at an edge: whatever was lost on the way is found again here. No more than ``limit``
        are on the way at once, so that a slow day does not send everything twice.
        """
        stale = now - dt.timedelta(seconds=settings.CHUNK_REDISPATCH_SECONDS)
        with transaction.atomic():
            waiting = self.pending().under_way()
            room = max(0, limit - waiting.filter(dispatched_at__gt=stale).count())
            due = waiting.filter(Q(dispatched_at=None) | Q(dispatched_at__lte=stale)).order_by("pk")
            ids = list(due.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:room])
            self.filter(pk__in=ids).update(dispatched_at=now)
        return ids


class Portion(models.Model):
    """Some awards of a snapshot, worked on in one transaction. Technical: how often it was tried and sent."""

    number = models.PositiveIntegerField("组号")
    award_ids = ArrayField(models.BigIntegerField())
    state = models.CharField("状态", max_length=12, choices=ChunkState.choices, default=ChunkState.PENDING)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    dispatched_at = models.DateTimeField(null=True)
    rows = models.PositiveIntegerField("行数", null=True)
    last_error = models.CharField("原因", max_length=300, blank=True)

    class Meta:
        abstract = True

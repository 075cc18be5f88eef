"""What the gate before payment found on a batch, and who let it through on which ground."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.audit.history import history, kept
from apps.payments.enums import TWO_PERSONS, BatchState, FindingKind, FindingState
from apps.payments.models.batch import Batch
from apps.payments.models.guards import FindingStays
from apps.payments.models.instruction import Instruction
from apps.payments.transitions import FINDING_MOVES


class FindingQuerySet(models.QuerySet["Finding"]):
    def visible_to(self, user: Any) -> "FindingQuerySet":
        """Findings are the county's, as their batches are."""
        return self if user.scope().whole_county else self.none()

    def of(self, batch: Batch) -> "FindingQuerySet":
        """Those of the batch's present round; a draft is in none."""
        return self.none() if batch.state == BatchState.DRAFT else self.filter(batch=batch, round=batch.round)

    def in_the_way(self) -> "FindingQuerySet":
        """Those that nobody, or only one of two, has let through."""
        return self.exclude(state=FindingState.CLEARED)


def _person(label: str) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=label,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        db_index=False,
    )


class Finding(models.Model):
    """One doubt about one payment (or the whole batch) in one round; ``facts`` is what was seen, without names."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="findings", db_index=False)
    round = models.PositiveSmallIntegerField("轮次")
    instruction = models.ForeignKey(Instruction, on_delete=models.PROTECT, related_name="findings", null=True)
    kind = models.CharField("疑点", max_length=20, choices=FindingKind.choices)
    facts = models.JSONField("情况")
    found_on = models.DateField("发现日期")
    state = models.CharField("状态", max_length=8, choices=FindingState.choices, default=FindingState.OPEN)
    ground = models.CharField("理由", max_length=200, blank=True)
    cleared_by = _person("核销人")
    cleared_on = models.DateField("核销日期", null=True)
    second_by = _person("第二人")
    second_on = models.DateField("确认日期", null=True)

    history = history()
    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = "发放疑点"
        triggers = (*kept(), FINDING_MOVES.guard(), FindingStays())
        constraints = (
            models.UniqueConstraint(
                name="found_once_a_round", fields=["batch", "round", "kind", "instruction"], nulls_distinct=False
            ),
            models.CheckConstraint(
                name="cleared_finding_says_why_and_by_whom",
                condition=Q(state=FindingState.OPEN, cleared_by=None, cleared_on=None, ground="")
                | (~Q(state=FindingState.OPEN) & Q(cleared_by__isnull=False, cleared_on__isnull=False) & ~Q(ground="")),
            ),
            models.CheckConstraint(
                name="grave_finding_is_let_through_by_two",
                condition=~Q(state=FindingState.CLEARED, kind__in=TWO_PERSONS)
                | Q(second_by__isnull=False, second_on__isnull=False),
                violation_error_message="这类疑点须两人先后同意才能放行。",
            ),
            models.CheckConstraint(
                name="second_person_is_another",
                condition=Q(second_by=None) | (Q(cleared_by__isnull=False) & ~Q(second_by=F("cleared_by"))),
                violation_error_message="须由另一位同事确认。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.batch} {self.get_kind_display()}"

    @property
    def grave(self) -> bool:
        """Whether two persons are needed to let it through."""
        return self.kind in TWO_PERSONS

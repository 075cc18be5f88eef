"""A payment that had arrived and came back afterwards (退票), when its batch was reconciled or closed."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.audit.history import history, kept
from apps.payments.enums import ProposalState
from apps.payments.models.batch import Batch
from apps.payments.models.file import ReturnFile
from apps.payments.models.instruction import Instruction
from apps.payments.transitions import LATE_RETURN_MOVES


class LateReturnQuerySet(models.QuerySet["LateReturn"]):
    def visible_to(self, user: Any) -> "LateReturnQuerySet":
        """Payments in batches are the county's."""
        return self if user.scope().whole_county else self.none()

    def confirmed(self) -> "LateReturnQuerySet":
        """Those that count."""
        return self.filter(state=ProposalState.APPROVED)


class LateReturn(models.Model):
    """One payment come back: said by a file of the bank's, or entered by one person and confirmed by another."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="late_returns")
    instruction = models.ForeignKey(Instruction, on_delete=models.PROTECT, related_name="late_returns", db_index=False)
    return_file = models.ForeignKey(ReturnFile, on_delete=models.PROTECT, related_name="late_returns", null=True)
    state = models.CharField("状态", max_length=10, choices=ProposalState.choices)
    returned_on = models.DateField("退票日期")
    code = models.CharField("原因代码", max_length=2)
    text = models.CharField("原因", max_length=120)
    ground = models.CharField("凭据", max_length=200, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="登记人", on_delete=models.PROTECT, related_name="+"
    )
    entered_on = models.DateField("登记日期")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="确认人", on_delete=models.PROTECT, related_name="+", null=True
    )
    decided_on = models.DateField("确认日期", null=True)

    seen_through = ("instruction",)
    history = history()
    objects = LateReturnQuerySet.as_manager()

    class Meta:
        verbose_name = "到账后退票"
        triggers = (*kept(), LATE_RETURN_MOVES.guard())
        constraints = (
            models.UniqueConstraint(
                name="returned_late_once",
                fields=["instruction"],
                condition=~Q(state=ProposalState.REJECTED),
                violation_error_message="这一笔已经登记过退票。",
            ),
            models.CheckConstraint(
                name="late_return_by_file_or_two_people",
                condition=Q(state=ProposalState.PROPOSED, decided_by=None)
                | Q(state=ProposalState.APPROVED, return_file__isnull=False, decided_by=None)
                | Q(return_file=None, decided_by__isnull=False, decided_on__isnull=False),
            ),
            models.CheckConstraint(
                name="late_return_confirmed_by_another",
                condition=Q(decided_by=None) | ~Q(decided_by=F("entered_by")),
                violation_error_message="退票须由登记人以外的同事确认。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.instruction} 退票"

    def get_absolute_url(self) -> str:
        """Its batch's page."""
        return self.batch.get_absolute_url()

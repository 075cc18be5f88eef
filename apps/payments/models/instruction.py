"""One payment to one account."""

from typing import Any
from uuid import UUID, uuid5

from django.db import models
from django.db.models import Q

from apps.accounts.models import Area
from apps.audit.history import history, kept
from apps.payments.bankformat import RESULTS
from apps.payments.enums import FAILED, LIVE, InstructionState
from apps.payments.models.batch import Batch
from apps.payments.models.entitlement import Entitlement
from apps.payments.models.guards import (
    InstructionsAdded,
    InstructionsChanged,
    InstructionsRemoved,
    PaidComesBackByLateReturn,
)
from apps.payments.models.guards_corrections import pays_nothing_annulled
from apps.payments.transitions import INSTRUCTION_MOVES

# Never changes: the same attempt at the same entitlement must carry the same id for ever.
NAMESPACE = UUID("7c1d0a52-6f0e-5b8e-9a53-2202810020d5")


def end_to_end_id(entitlement_id: int, attempt_no: int) -> UUID:
    """The id of an attempt at paying an entitlement, the same whoever computes it and whenever."""
    return uuid5(NAMESPACE, f"{entitlement_id}|{attempt_no}")


class InstructionQuerySet(models.QuerySet["Instruction"]):
    def visible_to(self, user: Any) -> "InstructionQuerySet":
        """Payments of the townships this user's postings open."""
        return self.filter(user.scope().rows("township"))

    def readable_by(self, user: Any) -> "InstructionQuerySet":
        """One family's page: also what was paid before it moved here. Lists start from ``visible_to``."""
        scope, family = user.scope(), "entitlement__household__township"
        return self if scope.whole_county else self.filter(scope.rows("township") | scope.rows(family))

    def standing(self) -> "InstructionQuerySet":
        """All but the cancelled ones."""
        return self.exclude(state=InstructionState.CANCELLED)

    def of_household(self, household: Any) -> "InstructionQuerySet":
        """A family's payments, newest month first."""
        rows = self.filter(entitlement__household=household).select_related("entitlement", "batch")
        return rows.order_by("-entitlement__month", "-pk")


class Instruction(models.Model):
    """An attempt at paying an entitlement: to whom, to which account, and what became of it."""

    end_to_end_id = models.UUIDField("端到端编号", unique=True, editable=False)
    entitlement = models.ForeignKey(Entitlement, on_delete=models.PROTECT, related_name="instructions", db_index=False)
    attempt_no = models.PositiveSmallIntegerField("次数", default=1)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="instructions", db_index=False)
    township = models.ForeignKey(
        Area, verbose_name="乡镇（街道）", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    account = models.ForeignKey("households.BankAccount", on_delete=models.PROTECT, related_name="instructions")
    payee_name = models.CharField("户名", max_length=60)
    account_mask = models.CharField("账号", max_length=30)
    amount_fen = models.BigIntegerField("金额（分）")
    state = models.CharField("状态", max_length=10, choices=InstructionState.choices, default=InstructionState.QUEUED)
    failure_code = models.CharField("原因代码", max_length=2, blank=True)
    failure_text = models.CharField("原因", max_length=120, blank=True)
    settled_on = models.DateField("结果日期", null=True)

    seen_through = ("township", "entitlement")
    history = history(unindexed=["end_to_end_id", "entitlement", "batch", "township", "account"])
    objects = InstructionQuerySet.as_manager()

    class Meta:
        verbose_name = "支付指令"
        triggers = (
            *kept(),
            INSTRUCTION_MOVES.guard(),
            PaidComesBackByLateReturn(),
            InstructionsAdded(),
            InstructionsChanged(),
            InstructionsRemoved(),
            pays_nothing_annulled(),
        )
        constraints = (
            models.UniqueConstraint(name="one_attempt_of_a_number", fields=["entitlement", "attempt_no"]),
            models.UniqueConstraint(
                name="one_live_payment",
                fields=["entitlement"],
                condition=Q(state__in=LIVE),
                violation_error_message="这笔应发已有在途或已到账的支付，不能再发。",
            ),
            models.CheckConstraint(name="payment_is_positive", condition=Q(amount_fen__gt=0)),
            models.CheckConstraint(
                name="settled_payment_has_a_day",
                condition=~Q(state__in=[InstructionState.PAID, *FAILED]) | Q(settled_on__isnull=False),
            ),
            models.CheckConstraint(
                name="failed_payment_says_why", condition=~Q(state__in=FAILED) | ~Q(failure_code="")
            ),
        )
        indexes = (
            models.Index(name="payments_of_a_batch", fields=["batch", "end_to_end_id"]),
            models.Index(name="failed_payments", fields=["township", "id"], condition=Q(state__in=FAILED)),
        )

    def __str__(self) -> str:
        return f"{self.payee_name} {self.account_mask}"

    @property
    def bank_side(self) -> bool:
        """Whether the bank, not the account, was at fault: then the same account may be tried again."""
        result = RESULTS.get(self.failure_code)
        return result is not None and result.bank_side

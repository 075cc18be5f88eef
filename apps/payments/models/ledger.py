"""The double-entry book: signed fen, debits positive, every transaction zero."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from apps.accounts.models import Area
from apps.audit.history import added
from apps.payments.enums import PAID_UNDER, LedgerAccount, LedgerEvent
from apps.payments.models.batch import Batch
from apps.payments.models.correction import Correction
from apps.payments.models.file import ReturnFile
from apps.payments.models.guards import LedgerBalances
from apps.payments.models.late import LateReturn
from apps.payments.models.receivable import Receivable, Repayment
from apps.payments.models.settlement import Settlement
from apps.payments.models.subsidy import SubsidyRun

_SOURCES = {
    LedgerEvent.ENTITLED: "run",
    LedgerEvent.SUBMITTED: "batch",
    LedgerEvent.PAID: "return_file",
    LedgerEvent.FAILED: "return_file",
    LedgerEvent.REVERSED: "late_return",
    LedgerEvent.SUPPLEMENTED: "correction",
    LedgerEvent.ANNULLED: "correction",
    LedgerEvent.OVERPAID: "correction",
    LedgerEvent.REPAID: "repayment",
    LedgerEvent.OFFSET: "repayment",
    LedgerEvent.WRITTEN_OFF: "receivable",
    LedgerEvent.SUBSIDISED: "subsidy_run",
}
# What two persons found out by asking stands where the bank's file is silent.
_FOUND_OUT = (LedgerEvent.PAID, LedgerEvent.FAILED)
SOURCES = (*dict.fromkeys(_SOURCES.values()), "settlement")


def _one_source() -> Q:
    allowed = Q()
    for event, source in [*_SOURCES.items(), *((event, "settlement") for event in _FOUND_OUT)]:
        given = {f"{name}__isnull": name != source for name in SOURCES}
        allowed |= Q(event=event, **given)
    return allowed


class LedgerTransactionQuerySet(models.QuerySet["LedgerTransaction"]):
    def visible_to(self, user: Any) -> "LedgerTransactionQuerySet":
        """The book is the county's: whoever sees only townships sees none of it."""
        return self if user.scope().whole_county else self.none()


class LedgerTransaction(models.Model):
    """One event of one run, batch or return file, posted exactly once; the source says which payments are behind it."""

    append_only = True

    event = models.CharField("事项", max_length=12, choices=LedgerEvent.choices)
    on = models.DateField("日期")
    run = models.ForeignKey("awards.MonthRun", on_delete=models.PROTECT, null=True, related_name="ledger")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, related_name="ledger")
    return_file = models.ForeignKey(ReturnFile, on_delete=models.PROTECT, null=True, related_name="ledger")
    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT, null=True, related_name="ledger")
    late_return = models.ForeignKey(LateReturn, on_delete=models.PROTECT, null=True, related_name="ledger")
    correction = models.ForeignKey(Correction, on_delete=models.PROTECT, null=True, related_name="ledger")
    repayment = models.ForeignKey(Repayment, on_delete=models.PROTECT, null=True, related_name="ledger")
    receivable = models.ForeignKey(Receivable, on_delete=models.PROTECT, null=True, related_name="ledger")
    subsidy_run = models.ForeignKey(SubsidyRun, on_delete=models.PROTECT, null=True, related_name="ledger")

    objects = LedgerTransactionQuerySet.as_manager()

    class Meta:
        verbose_name = "记账凭证"
        triggers = added()
        constraints = (
            models.UniqueConstraint(name="posted_once", fields=["event", *SOURCES], nulls_distinct=False),
            models.CheckConstraint(name="posted_from_one_source", condition=_one_source()),
        )

    def __str__(self) -> str:
        return f"{self.get_event_display()} {self.on}"

    def get_absolute_url(self) -> str:
        """The page of the voucher."""
        return reverse("ledger-detail", kwargs={"pk": self.pk})

    @property
    def source(self) -> models.Model:
        """What has a page among what is behind it: a month, a batch, a correction or a receivable."""
        if self.settlement:
            return self.settlement.instruction.batch
        if behind := self.return_file or self.late_return:
            return behind.batch
        if self.repayment:
            return self.repayment.receivable
        found: models.Model = self.run or self.batch or self.correction or self.receivable
        return found


class LedgerEntry(models.Model):
    """One side of a transaction, by township and scheme: debit positive, credit negative, in fen."""

    append_only = True

    transaction = models.ForeignKey(LedgerTransaction, on_delete=models.PROTECT, related_name="entries")
    account = models.CharField("科目", max_length=12, choices=LedgerAccount.choices)
    township = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", db_index=False)
    scheme = models.CharField("待遇", max_length=20, choices=PAID_UNDER)
    amount_fen = models.BigIntegerField("金额（分，借正贷负）")

    class Meta:
        verbose_name = "分录"
        triggers = (*added(), LedgerBalances())
        constraints = (models.CheckConstraint(name="entry_is_not_zero", condition=~Q(amount_fen=0)),)

    def __str__(self) -> str:
        return f"{self.get_account_display()} {self.amount_fen}"

    @property
    def debit_fen(self) -> int:
        """The amount, when it stands on the left."""
        return max(self.amount_fen, 0)

    @property
    def credit_fen(self) -> int:
        """The amount without its sign, when it stands on the right."""
        return max(-self.amount_fen, 0)

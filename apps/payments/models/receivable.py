"""Money paid too much: what the family was told, what it said, what it gives back. Never deducted by itself."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce, Greatest, Least
from django.urls import reverse

from apps.accounts.models import Area
from apps.audit.history import added, history, kept
from apps.payments.enums import PAID_UNDER, ReceivableState, RepaymentKind, WriteOffGround
from apps.payments.models.correction import Correction, CorrectionLine
from apps.payments.models.entitlement import Entitlement
from apps.payments.models.guards_corrections import owed_back_stays, repays_no_more_than_is_owed
from apps.payments.transitions import RECEIVABLE_MOVES

OVER = (ReceivableState.CLOSED, ReceivableState.WRITTEN_OFF)


class ReceivableQuerySet(models.QuerySet["Receivable"]):
    def visible_to(self, user: Any) -> "ReceivableQuerySet":
        """What is owed back in the townships this user's postings open."""
        return self.filter(user.scope().rows("township"))

    def readable_by(self, user: Any) -> "ReceivableQuerySet":
        """One family's page: also what it owes to another township. Lists start from ``visible_to``."""
        scope = user.scope()
        return self if scope.whole_county else self.filter(scope.rows("township") | scope.rows("household__township"))

    def open(self) -> "ReceivableQuerySet":
        """Neither closed nor written off."""
        return self.exclude(state__in=OVER)

    def with_balance(self) -> "ReceivableQuerySet":
        """With what was repaid and what is left."""
        repaid = Repayment.objects.filter(receivable=models.OuterRef("pk")).values("receivable")
        repaid = repaid.annotate(fen=Sum("amount_fen")).values("fen")
        rows = self.annotate(repaid_fen=Coalesce(models.Subquery(repaid), 0, output_field=models.BigIntegerField()))
        return rows.annotate(balance_fen=F("amount_fen") - F("repaid_fen") - F("written_off_fen"))

    def with_arrears(self, on: date) -> "ReceivableQuerySet":
        """With the balance, and what of the plan that stands should have come in before a day and did not."""
        plan = Instalment.objects.filter(receivable=models.OuterRef("pk")).order_by("-plan").values("plan")[:1]
        agreed = Instalment.objects.filter(receivable=models.OuterRef("pk"), plan=models.OuterRef("plan"))
        rows = self.with_balance().annotate(plan=models.Subquery(plan))
        # A plan shares out what was owed when it was made: what is left less its later dates should be here. At most
        # what was due so far: without a plan nothing is.
        due, later = _sum_of(agreed.filter(due_on__lt=on)), _sum_of(agreed.filter(due_on__gte=on))
        return rows.annotate(arrears_fen=Greatest(Least(due, F("balance_fen") - later), 0))

    def overdue(self, on: date) -> "ReceivableQuerySet":
        """Behind their plan."""
        return self.with_arrears(on).filter(arrears_fen__gt=0)


def _sum_of(agreed: models.QuerySet[Any]) -> Coalesce:
    summed = agreed.order_by().values("receivable").annotate(fen=Sum("amount_fen")).values("fen")
    return Coalesce(models.Subquery(summed), 0, output_field=models.BigIntegerField())


def _person(label: str, *, null: bool = True) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=label, on_delete=models.PROTECT, related_name="+", null=null
    )


class Receivable(models.Model):
    """What one unit owes back under one scheme after one correction; the months stand in ``lines``."""

    number = models.CharField("编号", max_length=24, unique=True)
    correction = models.ForeignKey(Correction, on_delete=models.PROTECT, related_name="receivables")
    household = models.ForeignKey("households.Household", on_delete=models.PROTECT, related_name="receivables")
    person = models.ForeignKey("households.Person", on_delete=models.PROTECT, null=True, related_name="+")
    township = models.ForeignKey(Area, verbose_name="乡镇（街道）", on_delete=models.PROTECT, related_name="+")
    scheme = models.CharField("待遇", max_length=20, choices=PAID_UNDER)
    amount_fen = models.BigIntegerField("金额（分）")
    state = models.CharField("状态", max_length=12, choices=ReceivableState.choices, default=ReceivableState.OPEN)
    opened_on = models.DateField("确认日期")
    notified_by = _person("告知人")
    delivered_on = models.DateField("送达日期", null=True)
    delivered_how = models.CharField("送达方式", max_length=100, blank=True)
    hearing_until = models.DateField("陈述申辩期限", null=True)
    heard_on = models.DateField("听取日期", null=True)
    hearing = models.CharField("陈述申辩意见", max_length=1000, blank=True)
    write_off_ground = models.CharField("核销理由", max_length=12, choices=WriteOffGround.choices, blank=True)
    write_off_text = models.CharField("核销说明", max_length=500, blank=True)
    write_off_proposed_by = _person("提出核销")
    write_off_proposed_on = models.DateField("提出核销日期", null=True)
    written_off_by = _person("批准核销")
    written_off_on = models.DateField("批准核销日期", null=True)
    written_off_fen = models.BigIntegerField("核销金额（分）", default=0)

    seen_through = ("township", "household")
    history = history()
    objects = ReceivableQuerySet.as_manager()

    class Meta:
        verbose_name = "应收多发款"
        triggers = (*kept(), RECEIVABLE_MOVES.guard(), owed_back_stays())
        constraints = (
            models.UniqueConstraint(
                name="one_receivable_of_a_correction",
                fields=["correction", "household", "person", "township", "scheme"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="owed_back_is_positive", condition=Q(amount_fen__gt=0)),
            models.CheckConstraint(
                name="written_off_by_another",
                condition=Q(written_off_by=None)
                | (Q(write_off_proposed_by__isnull=False) & ~Q(written_off_by=F("write_off_proposed_by"))),
                violation_error_message="核销须由提出人以外的同事批准。",
            ),
            models.CheckConstraint(
                name="written_off_with_a_ground",
                condition=Q(state=ReceivableState.WRITTEN_OFF, written_off_fen__gt=0, written_off_by__isnull=False)
                & ~Q(write_off_ground="")
                | ~Q(state=ReceivableState.WRITTEN_OFF) & Q(written_off_fen=0, written_off_by=None),
            ),
            models.CheckConstraint(
                name="notified_by_delivery",
                condition=Q(state__in=[ReceivableState.OPEN, ReceivableState.WRITTEN_OFF])
                | Q(delivered_on__isnull=False, notified_by__isnull=False, hearing_until__isnull=False),
            ),
        )
        indexes = (models.Index(name="owed_back_in_a_township", fields=["township", "state", "-id"]),)

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("receivable-detail", kwargs={"pk": self.pk})

    @property
    def repaid(self) -> int:
        """Fen given back so far, in money or by agreed offset."""
        return int(self.repayments.aggregate(fen=Sum("amount_fen", default=0))["fen"])

    @property
    def balance(self) -> int:
        """Fen still owed back."""
        return self.amount_fen - self.repaid - self.written_off_fen

    @property
    def next_instalment(self) -> "Instalment | None":
        """The first instalment of the plan that stands which is not covered yet; None without a plan."""
        last = self.instalments.aggregate(last=models.Max("plan"))["last"]
        plan = list(self.instalments.filter(plan=last).order_by("due_on"))
        # A plan shares out what was owed when it was made.
        covered = sum(one.amount_fen for one in plan) - self.balance
        for one in plan:
            covered -= one.amount_fen
            if covered < 0:
                return one
        return None


class Overpayment(models.Model):
    """How much of a month was paid too much."""

    seen_through = ("receivable",)
    append_only = True

    receivable = models.ForeignKey(Receivable, on_delete=models.PROTECT, related_name="lines")
    line = models.OneToOneField(CorrectionLine, on_delete=models.PROTECT, related_name="overpayment")
    amount_fen = models.BigIntegerField("金额（分）")

    class Meta:
        verbose_name = "多发明细"
        triggers = added()
        constraints = (models.CheckConstraint(name="overpaid_is_positive", condition=Q(amount_fen__gt=0)),)

    def __str__(self) -> str:
        return f"{self.line}"


class Instalment(models.Model):
    """One date of a repayment plan; a later plan takes the place of an earlier one."""

    seen_through = ("receivable",)
    append_only = True

    receivable = models.ForeignKey(Receivable, on_delete=models.PROTECT, related_name="instalments")
    plan = models.PositiveSmallIntegerField("计划")
    due_on = models.DateField("约定日期")
    amount_fen = models.BigIntegerField("金额（分）")
    agreed_on = models.DateField("商定日期")

    class Meta:
        verbose_name = "退还计划"
        triggers = added()
        ordering = ("plan", "due_on", "pk")
        constraints = (
            models.UniqueConstraint(name="one_instalment_a_day", fields=["receivable", "plan", "due_on"]),
            models.CheckConstraint(name="instalment_is_positive", condition=Q(amount_fen__gt=0)),
        )

    def __str__(self) -> str:
        return f"{self.receivable} {self.due_on}"


class Repayment(models.Model):
    """What a family gave back: money against a receipt, or an offset it agreed to in writing."""

    seen_through = ("receivable",)
    append_only = True

    receivable = models.ForeignKey(Receivable, on_delete=models.PROTECT, related_name="repayments")
    kind = models.CharField("方式", max_length=10, choices=RepaymentKind.choices)
    paid_on = models.DateField("日期")
    amount_fen = models.BigIntegerField("金额（分）")
    receipt = models.CharField("票据或同意书编号", max_length=60)
    entitlement = models.OneToOneField(Entitlement, on_delete=models.PROTECT, null=True, related_name="offset_by")
    recorded_by = _person("登记人", null=False)
    recorded_on = models.DateField("登记日期")

    class Meta:
        verbose_name = "退款"
        triggers = (*added(), repays_no_more_than_is_owed())
        ordering = ("paid_on", "pk")
        constraints = (
            models.UniqueConstraint(
                name="one_repayment_a_receipt",
                fields=["receivable", "receipt"],
                violation_error_message="这张票据已经登记过。",
            ),
            models.CheckConstraint(name="repayment_is_positive", condition=Q(amount_fen__gt=0)),
            models.CheckConstraint(name="repayment_has_a_receipt", condition=~Q(receipt="")),
            models.CheckConstraint(
                name="offset_says_from_what",
                condition=Q(kind=RepaymentKind.OFFSET, entitlement__isnull=False)
                | ~Q(kind=RepaymentKind.OFFSET) & Q(entitlement=None),
            ),
        )

    def __str__(self) -> str:
        return f"{self.receivable} {self.amount_fen}"

"""What a unit is owed for a month."""

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from apps.accounts.models import Area
from apps.audit.history import added
from apps.payments.enums import FAILED, LIVE, PAID_UNDER, PRICE_SUBSIDY, EntitlementKind


class EntitlementQuerySet(models.QuerySet["Entitlement"]):
    def visible_to(self, user: Any) -> "EntitlementQuerySet":
        """What is owed in the townships this user's postings open."""
        return self.filter(user.scope().rows("township"))

    def readable_by(self, user: Any) -> "EntitlementQuerySet":
        """One family's page: also what was owed before it moved here. Lists start from ``visible_to``."""
        scope = user.scope()
        return self if scope.whole_county else self.filter(scope.rows("township") | scope.rows("household__township"))

    def unpaid(self) -> "EntitlementQuerySet":
        """Still owed: not annulled, and without an instruction that is on its way, perhaps paid or paid."""
        return self.filter(~Exists(self._instructions(LIVE)), annulment=None)

    def never_sent(self) -> "EntitlementQuerySet":
        """Unpaid, and no bank has refused it yet: waits for an account, or for a batch."""
        return self.unpaid().filter(~Exists(self._instructions(FAILED)))

    def failed(self) -> "EntitlementQuerySet":
        """Unpaid because the bank refused it or sent it back: waits for a better account."""
        return self.unpaid().filter(Exists(self._instructions(FAILED)))

    @staticmethod
    def _instructions(states: Any) -> Any:
        from apps.payments.models.instruction import Instruction

        return Instruction.objects.filter(entitlement=OuterRef("pk"), state__in=states)


class Entitlement(models.Model):
    """An amount owed to a unit for one month under one scheme; never changed, corrected by another one."""

    seen_through = ("township", "household")
    append_only = True

    household = models.ForeignKey("households.Household", on_delete=models.PROTECT, related_name="entitlements")
    person = models.ForeignKey(
        "households.Person", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    township = models.ForeignKey(
        Area, verbose_name="乡镇（街道）", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    scheme = models.CharField("待遇", max_length=20, choices=PAID_UNDER)
    month = models.DateField("月份")
    kind = models.CharField("性质", max_length=10, choices=EntitlementKind.choices)
    seq = models.PositiveSmallIntegerField("次序", default=1)
    amount_fen = models.BigIntegerField("金额（分）")
    calc_line = models.OneToOneField("awards.CalcLine", on_delete=models.PROTECT, null=True, related_name="entitlement")

    # What a correction owes: the arrears of a month, or what remains of an entitlement it annulled.
    correction_line = models.ForeignKey(
        "payments.CorrectionLine", on_delete=models.PROTECT, null=True, related_name="entitlements"
    )
    # What an offset leaves of an entitlement it annulled.
    offset = models.OneToOneField("payments.Repayment", on_delete=models.PROTECT, null=True, related_name="remainder")
    # The linkage that owes a 价格临时补贴.
    subsidy_run = models.ForeignKey(
        "payments.SubsidyRun", on_delete=models.PROTECT, null=True, related_name="entitlements", db_index=False
    )

    objects = EntitlementQuerySet.as_manager()

    class Meta:
        verbose_name = "应发明细"
        triggers = added()
        constraints = (
            models.UniqueConstraint(
                name="owed_once",
                fields=["household", "person", "scheme", "month", "kind", "seq"],
                nulls_distinct=False,
                violation_error_message="这一户（人）这个月的这项待遇已经生成过应发明细。",
            ),
            models.CheckConstraint(name="owed_is_positive", condition=Q(amount_fen__gt=0)),
            models.CheckConstraint(name="owed_month_is_first_day", condition=Q(month__day=1)),
            models.CheckConstraint(
                name="regular_comes_from_a_line",
                condition=~Q(kind=EntitlementKind.REGULAR) | Q(calc_line__isnull=False, seq=1),
            ),
            models.CheckConstraint(
                name="supplement_comes_from_a_correction",
                condition=~Q(kind=EntitlementKind.SUPPLEMENT)
                | Q(correction_line__isnull=False, offset=None)
                | Q(correction_line=None, offset__isnull=False),
            ),
            models.CheckConstraint(
                name="subsidy_comes_from_a_run",
                condition=~Q(kind=EntitlementKind.SUBSIDY) & Q(subsidy_run=None)
                | Q(kind=EntitlementKind.SUBSIDY, scheme=PRICE_SUBSIDY, subsidy_run__isnull=False),
            ),
        )
        indexes = (
            models.Index(name="owed_of_a_month", fields=["month", "township"]),
            models.Index(name="owed_by_a_subsidy", fields=["subsidy_run"], condition=Q(kind=EntitlementKind.SUBSIDY)),
        )

    def __str__(self) -> str:
        return f"{self.household} {self.month:%Y-%m}"

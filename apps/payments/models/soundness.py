"""What the books are held against: the bank's statement day by day, and the invariants every ten minutes."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import ExpressionWrapper, F, Func, Q

from apps.audit.history import history, kept


class BankStatementQuerySet(models.QuerySet["BankStatement"]):
    def visible_to(self, user: Any) -> "BankStatementQuerySet":
        """The county's account: whoever sees only townships sees none of it."""
        return self if user.scope().whole_county else self.none()


class BankStatement(models.Model):
    """What the bank's statement of the paying account says of one day: entered by one person, checked by another."""

    day = models.DateField("记账日", unique=True)
    paid_out_fen = models.BigIntegerField("支出合计（分）")
    paid_in_fen = models.BigIntegerField("退回合计（分）", default=0)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="登记人", on_delete=models.PROTECT, related_name="+"
    )
    entered_on = models.DateField("登记日期")
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="复核人", on_delete=models.PROTECT, null=True, related_name="+"
    )
    checked_on = models.DateField("复核日期", null=True)

    history = history()
    objects = BankStatementQuerySet.as_manager()

    class Meta:
        verbose_name = "银行对账单"
        triggers = (*kept(),)
        constraints = (
            models.CheckConstraint(name="statement_not_negative", condition=Q(paid_out_fen__gte=0, paid_in_fen__gte=0)),
            models.CheckConstraint(
                name="statement_checked_by_another",
                condition=Q(checked_by=None) | ~Q(checked_by=F("entered_by")),
                violation_error_message="对账单须由登记人以外的同事复核。",
            ),
            models.CheckConstraint(
                name="statement_check_has_a_day",
                condition=Q(checked_by=None, checked_on=None) | Q(checked_by__isnull=False, checked_on__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} 对账单"


class InvariantCheckQuerySet(models.QuerySet["InvariantCheck"]):
    def last(self) -> "InvariantCheck | None":
        """The newest one."""
        return self.order_by("-pk").first()

    def with_age(self) -> "InvariantCheckQuerySet":
        """Each with the seconds since, by the database's clock."""
        elapsed = Func(Func(function="clock_timestamp") - F("at"), template="extract(epoch FROM %(expressions)s)::int")
        return self.annotate(age=ExpressionWrapper(elapsed, models.IntegerField()))


class InvariantCheck(models.Model):
    """One look at all invariants, every ten minutes. Technical; what changes between two looks is in the book of acts.

    ``broken`` holds what was wrong: code, sentence, and the first things that break it.
    """

    at = models.DateTimeField("时间", db_default=Func(function="clock_timestamp"))
    milliseconds = models.PositiveIntegerField("用时（毫秒）")
    broken = models.JSONField("不相符", default=list)

    objects = InvariantCheckQuerySet.as_manager()

    class Meta:
        verbose_name = "数据核对"

    def __str__(self) -> str:
        return "、".join(self.codes) or "全部相符"

    @property
    def codes(self) -> list[str]:
        """Which invariants did not hold."""
        return [one["code"] for one in self.broken]

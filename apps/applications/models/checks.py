"""核对: what was asked about whom, what was answered, and why a difference stands. Nothing here is ever changed."""

from datetime import date
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from apps.applications.models.application import Application
from apps.audit.history import added
from apps.core.crypto import seal, unseal
from apps.core.workdays import add_workdays
from apps.households.models import Consent, Person

ANSWERED_WITHIN = 3


class CheckScope(models.TextChoices):
    """What other offices are asked (57号第17条)."""

    HUKOU = "HUKOU", "户籍"
    TAX = "TAX", "纳税（工资薪金）"
    SOCIAL_INSURANCE = "SOCIAL_INSURANCE", "社会保险待遇"
    REAL_ESTATE = "REAL_ESTATE", "不动产"
    BUSINESS = "BUSINESS", "市场主体"
    PROVIDENT_FUND = "PROVIDENT_FUND", "公积金"
    VEHICLE = "VEHICLE", "车辆"
    DEPOSIT = "DEPOSIT", "银行存款"
    INSURANCE = "INSURANCE", "商业保险"
    SECURITIES = "SECURITIES", "证券"
    DISABILITY = "DISABILITY", "残疾证"
    DEATH = "DEATH", "死亡登记"


class Outcome(models.TextChoices):
    """What came back. An answer that failed says nothing: it is never "none"."""

    FOUND = "FOUND", "有记录"
    NONE = "NONE", "无记录"
    FAILED = "FAILED", "未取得结果"


class CheckRequest(models.Model):
    """One request about the members of a case, made on the strength of the consent shown."""

    seen_through = ("application",)
    append_only = True

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="check_requests")
    scopes = ArrayField(models.CharField(max_length=20, choices=CheckScope.choices), verbose_name="核对项目")
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="+")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_on = models.DateField("发起日期")

    class Meta:
        verbose_name = "核对请求"
        triggers = added()
        constraints = (models.CheckConstraint(name="check_asks_something", condition=Q(scopes__len__gte=1)),)

    def __str__(self) -> str:
        return f"{self.application} {self.requested_on}"

    @property
    def due_on(self) -> date:
        """The day by which the answers are due."""
        return add_workdays(self.requested_on, ANSWERED_WITHIN)


class CheckedPerson(models.Model):
    """One of those a request is about."""

    seen_through = ("request",)
    append_only = True

    request = models.ForeignKey(CheckRequest, on_delete=models.PROTECT, related_name="people")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "被核对人"
        triggers = added()
        constraints = (models.UniqueConstraint(name="checked_once_a_request", fields=["request", "person"]),)

    def __str__(self) -> str:
        return str(self.person)


class CheckAnswerQuerySet(models.QuerySet["CheckAnswer"]):
    def visible_to(self, user: Any) -> "CheckAnswerQuerySet":
        return self.filter(user.scope().rows("request__application__township"))


class CheckAnswer(models.Model):
    """What one office answered about one person in one matter; the raw text is sealed."""

    seen_through = ("request",)
    append_only = True

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    request = models.ForeignKey(CheckRequest, on_delete=models.PROTECT, related_name="answers")
    person = models.ForeignKey(Person, verbose_name="成员", on_delete=models.PROTECT, related_name="+")
    scope = models.CharField("项目", max_length=20, choices=CheckScope.choices)
    outcome = models.CharField("结果", max_length=8, choices=Outcome.choices)
    source_office = models.CharField("提供单位", max_length=60)
    amount_fen = models.BigIntegerField("金额（分）", null=True, blank=True)
    as_of = models.DateField("数据日期")
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answered_on = models.DateField("登记日期")
    raw_sealed = models.BinaryField(default=bytes)

    objects = CheckAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = "核对结果"
        triggers = added()
        indexes = (models.Index(fields=["request", "person", "scope"]),)
        constraints = (
            models.CheckConstraint(
                name="only_something_found_has_an_amount",
                condition=Q(amount_fen=None) | Q(outcome=Outcome.FOUND, amount_fen__gte=0),
                violation_error_message="只有“有记录”才填金额。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} {self.get_scope_display()}"

    def get_absolute_url(self) -> str:
        return self.request.application.get_absolute_url()

    def set_raw(self, text: str) -> None:
        self.raw_sealed = seal(text, row=self.uuid, table="checkanswer", column="raw") if text else b""

    def full_raw(self) -> str:
        """What the office wrote, in clear; callers declare a REVEAL."""
        return unseal(self.raw_sealed, row=self.uuid, table="checkanswer", column="raw")

    @property
    def township(self) -> Any:
        return self.request.application.township


class DifferenceGround(models.Model):
    """Why something found beyond the declaration stands: good for exactly what was found then."""

    seen_through = ("application",)
    append_only = True

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="difference_grounds")
    key = models.CharField("差异", max_length=40)
    found = models.CharField("核对结果", max_length=100)
    ground = models.CharField("说明", max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    on = models.DateField("日期")

    class Meta:
        verbose_name = "差异说明"
        triggers = added()

    def __str__(self) -> str:
        return f"{self.application} {self.key}"

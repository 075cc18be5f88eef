"""What another bureau says happened to somebody on file; it opens work and changes nothing by itself."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from apps.accounts.models import Area
from apps.audit.history import added, history, kept
from apps.core.crypto import seal, unseal
from apps.households.models import Household, Person
from apps.partners.models.referral import BUREAUS
from apps.partners.transitions import ALERT_MOVES, AlertState


class AlertKind(models.TextChoices):
    """What is said to have happened."""

    DEATH = "DEATH", "去世"
    CUSTODY = "CUSTODY", "服刑、羁押"
    MOVED_AWAY = "MOVED_AWAY", "户口迁出"
    EMPLOYED = "EMPLOYED", "新参保就业"
    PENSION = "PENSION", "开始领取养老金"
    PROPERTY = "PROPERTY", "新登记房产、车辆"
    BUSINESS = "BUSINESS", "新登记市场主体"
    DISABILITY = "DISABILITY", "残疾证变化"
    IN_HOSPITAL = "IN_HOSPITAL", "大额医疗支出"
    DISASTER = "DISASTER", "受灾"
    OTHER = "OTHER", "其他"


class AlertResult(models.TextChoices):
    """What looking into it showed."""

    RECORDED = "RECORDED", "属实，已登记"
    KNOWN = "KNOWN", "属实，此前已登记"
    NO_EFFECT = "NO_EFFECT", "属实，不影响待遇"
    NOT_TRUE = "NOT_TRUE", "不属实"
    SOMEBODY_ELSE = "SOMEBODY_ELSE", "不是本人"


class AlertReference(models.Model):
    """A number under which a bureau said something, and the keyed digest of what: whether or not about one on file.

    Another content under the number is refused for both alike, so that nobody learns by it who is on file.
    """

    append_only = True

    bureau = models.CharField(max_length=24, choices=BUREAUS)
    reference = models.CharField(max_length=80)
    told_index = models.BinaryField()

    class Meta:
        verbose_name = "提示编号"
        triggers = added()
        constraints = (models.UniqueConstraint(name="one_content_of_a_reference", fields=["bureau", "reference"]),)

    def __str__(self) -> str:
        return f"{self.bureau} {self.reference}"


class AlertQuerySet(models.QuerySet["Alert"]):
    def visible_to(self, user: Any) -> "AlertQuerySet":
        """Alerts about families of the townships this user's postings open."""
        return self.filter(user.scope().rows("household__township"))

    def waiting(self) -> "AlertQuerySet":
        """Those nobody has looked into."""
        return self.filter(state=AlertState.OPEN)


class Alert(models.Model):
    """Who said what about whom, by when it is to be looked into, and what that showed."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    bureau = models.CharField("来源单位", max_length=24, choices=BUREAUS)
    # The number the bureau gave it: the same told twice is one alert.
    reference = models.CharField("来源编号", max_length=80)
    kind = models.CharField("事由", max_length=12, choices=AlertKind.choices)
    household = models.ForeignKey(Household, verbose_name="家庭", on_delete=models.PROTECT, related_name="alerts")
    person = models.ForeignKey(Person, verbose_name="当事人", on_delete=models.PROTECT, related_name="alerts")
    happened_on = models.DateField("发生日期", null=True, blank=True)
    text_sealed = models.BinaryField(default=bytes)
    received_on = models.DateField("收到日期")
    due_on = models.DateField("核实期限")
    state = models.CharField("状态", max_length=8, choices=AlertState.choices, default=AlertState.OPEN)
    result = models.CharField("核实结果", max_length=14, choices=AlertResult.choices, blank=True)
    note = models.CharField("核实情况", max_length=500, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    settled_on = models.DateField("核实日期", null=True, blank=True)

    seen_through = ("household",)
    history = history()
    objects = AlertQuerySet.as_manager()

    class Meta:
        verbose_name = "部门提示"
        triggers = (*kept(), ALERT_MOVES.guard())
        indexes = (models.Index(name="alerts_waiting", fields=["due_on", "id"], condition=Q(state=AlertState.OPEN)),)
        constraints = (
            models.UniqueConstraint(name="one_alert_of_a_reference", fields=["bureau", "reference"]),
            models.CheckConstraint(
                name="alert_settled_says_what_was_found",
                condition=Q(state=AlertState.OPEN) | (~Q(result="") & ~Q(note="") & Q(settled_by__isnull=False)),
            ),
        )

    def __str__(self) -> str:
        return f"{self.person.name} {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse("alert-detail", args=[self.uuid])

    @property
    def township(self) -> Area:
        """The area of the record."""
        return self.household.township

    def set_text(self, text: str) -> None:
        """Seal what was told."""
        self.text_sealed = seal(text, row=self.uuid, table="alert", column="text")

    def text(self) -> str:
        """What was told."""
        return unseal(self.text_sealed, row=self.uuid, table="alert", column="text")

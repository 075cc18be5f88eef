"""主动发现: a family in need that somebody noticed before it asked."""

from datetime import date
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from apps.accounts.models import Area
from apps.accounts.roles import Role
from apps.applications.models.application import Application
from apps.applications.transitions import LEAD_MOVES, LeadState
from apps.audit.history import history, kept
from apps.core import clock
from apps.core.crypto import seal, unseal
from apps.core.workdays import add_workdays, workdays_between

# A management deadline of the office; no law sets one.
CONTACT_WITHIN = 3


class LeadSource(models.TextChoices):
    """How the family came to notice."""

    VISIT = "VISIT", "走访发现"
    NEIGHBOUR = "NEIGHBOUR", "邻里反映"
    SELF = "SELF", "本人或亲属求助"
    HOTLINE = "HOTLINE", "热线、网络"
    COMPARISON = "COMPARISON", "数据比对"
    BUREAU = "BUREAU", "部门转来"
    OTHER = "OTHER", "其他"


class LeadResult(models.TextChoices):
    """Why a lead ends without an application."""

    ALREADY_HELPED = "ALREADY_HELPED", "已在享救助"
    NOT_IN_NEED = "NOT_IN_NEED", "核实后不困难"
    DECLINED = "DECLINED", "本人不申请"
    ELSEWHERE = "ELSEWHERE", "转其他部门或外地"
    UNREACHABLE = "UNREACHABLE", "多次联系不上"


class LeadQuerySet(models.QuerySet["Lead"]):
    def visible_to(self, user: Any) -> "LeadQuerySet":
        """A township's leads for whoever sees its families; a village assistant those of the own village."""
        own = [p.area_id for p in user.postings_on(clock.today()) if p.role == Role.ASSISTANT]
        # An empty condition OR another is the other: "everything" cannot be said inside the OR.
        scope = user.scope()
        return self if scope.whole_county else self.filter(scope.rows("village__parent") | Q(village__in=own))

    def waiting(self) -> "LeadQuerySet":
        """Those nobody has brought to an end."""
        return self.filter(state__in=(LeadState.OPEN, LeadState.CONTACTED))


class Lead(models.Model):
    """Who might need help, how one knows, and what came of it."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    village = models.ForeignKey(Area, verbose_name="村（社区）", on_delete=models.PROTECT, related_name="+")
    name = models.CharField("姓名", max_length=60)
    phone_sealed = models.BinaryField(default=bytes)
    address_sealed = models.BinaryField(default=bytes)
    circumstances_sealed = models.BinaryField(default=bytes)
    source = models.CharField("来源", max_length=12, choices=LeadSource.choices)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reported_on = models.DateField("上报日期")
    state = models.CharField("状态", max_length=12, choices=LeadState.choices, default=LeadState.OPEN)
    contacted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    contacted_on = models.DateField("联系日期", null=True, blank=True)
    contact_note = models.CharField("联系情况", max_length=500, blank=True)
    result = models.CharField("结果", max_length=16, choices=LeadResult.choices, blank=True)
    result_note = models.CharField("说明", max_length=500, blank=True)
    closed_on = models.DateField("了结日期", null=True, blank=True)
    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, related_name="lead", null=True, blank=True
    )

    seen_through = ("village", "application")
    history = history()
    objects = LeadQuerySet.as_manager()

    class Meta:
        verbose_name = "主动发现线索"
        triggers = (*kept(), LEAD_MOVES.guard())
        indexes = (models.Index(fields=["village", "state", "reported_on"]),)
        constraints = (
            models.CheckConstraint(
                name="lead_applied_has_a_case",
                condition=~Q(state=LeadState.APPLIED) | Q(application__isnull=False),
            ),
            models.CheckConstraint(
                name="lead_closed_has_a_result", condition=~Q(state=LeadState.CLOSED) | ~Q(result="")
            ),
        )

    def __str__(self) -> str:
        return f"{self.village.name} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("lead-detail", args=[self.uuid])

    @property
    def township(self) -> Area:
        return self.village.township

    @property
    def due(self) -> date:
        """The day by which somebody should have spoken to the family."""
        return add_workdays(self.reported_on, CONTACT_WITHIN)

    def left_on(self, today: date) -> int:
        """Working days until then; negative when late."""
        return workdays_between(today, self.due)

    def set_told(self, *, phone: str, circumstances: str, address: str = "") -> None:
        """Seal what was told of the family."""
        self.address_sealed = seal(address, row=self.uuid, table="lead", column="address")
        self.phone_sealed = seal(phone, row=self.uuid, table="lead", column="phone")
        self.circumstances_sealed = seal(circumstances, row=self.uuid, table="lead", column="circumstances")

    def full_phone(self) -> str:
        return unseal(self.phone_sealed, row=self.uuid, table="lead", column="phone")

    @property
    def is_placed(self) -> bool:
        """Whether it is known where the family lives."""
        return bool(self.address_sealed)

    def address(self) -> str:
        """Where the family lives, for who may be sent there: whoever sees the lead."""
        return unseal(self.address_sealed, row=self.uuid, table="lead", column="address")

    @property
    def phone_mask(self) -> str:
        """The telephone as it may be shown; empty when none was left."""
        number = self.full_phone()
        return f"{number[:3]}****{number[-4:]}" if number else ""

    def circumstances(self) -> str:
        """What was told of the family."""
        return unseal(self.circumstances_sealed, row=self.uuid, table="lead", column="circumstances")

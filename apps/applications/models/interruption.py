"""What ends or interrupts a benefit without new facts: a suspension, its end, a family's own wish to leave."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.applications.transitions import INTERRUPTION_MOVES, InterruptionState
from apps.audit.history import history, kept
from apps.awards.models import Decision
from apps.households.models import Household


class InterruptionKind(models.TextChoices):
    """SUSPEND keeps the terms, RESUME takes them up again, EXIT ends everything at the family's wish."""

    SUSPEND = "SUSPEND", "暂停发放"
    RESUME = "RESUME", "恢复发放"
    EXIT = "EXIT", "自愿退出"


class InterruptionGround(models.TextChoices):
    """Why payment is suspended."""

    NOT_FOUND = "NOT_FOUND", "查无下落"
    NOT_COOPERATING = "NOT_COOPERATING", "拒不配合核查"
    DOUBTED = "DOUBTED", "情况存疑，待查清"


class InterruptionQuerySet(models.QuerySet["Interruption"]):
    def visible_to(self, user: Any) -> "InterruptionQuerySet":
        """Interruptions of families of the townships this user's postings open."""
        return self.filter(user.scope().rows("household__township"))

    def waiting(self) -> "InterruptionQuerySet":
        """Those the bureau has not decided on."""
        return self.filter(state=InterruptionState.PROPOSED)


class Interruption(models.Model):
    """Proposed by the township, decided by the bureau: two persons."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="interruptions")
    kind = models.CharField("事项", max_length=8, choices=InterruptionKind.choices)
    ground = models.CharField("理由", max_length=16, choices=InterruptionGround.choices, blank=True)
    reason = models.CharField("说明", max_length=300)
    signed_on = models.DateField("书面申请日期", null=True, blank=True)
    state = models.CharField(
        "状态", max_length=10, choices=InterruptionState.choices, default=InterruptionState.PROPOSED
    )
    answer = models.CharField("退回理由", max_length=300, blank=True)
    decision = models.OneToOneField(
        Decision, on_delete=models.PROTECT, related_name="interruption", null=True, blank=True
    )
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_on = models.DateField("提出日期")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    decided_on = models.DateField("决定日期", null=True)

    seen_through = ("household",)
    history = history()
    objects = InterruptionQuerySet.as_manager()

    class Meta:
        verbose_name = "暂停、恢复或退出"
        triggers = (*kept(), INTERRUPTION_MOVES.guard())
        constraints = (
            models.UniqueConstraint(
                name="one_interruption_proposed",
                fields=["household"],
                condition=Q(state=InterruptionState.PROPOSED),
                violation_error_message="这个家庭已有一件暂停、恢复或退出等待决定。",
            ),
            models.CheckConstraint(
                name="interruption_decided_by_another",
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                violation_error_message="须由另一位同事决定。",
            ),
            models.CheckConstraint(
                name="approved_interruption_has_a_decision",
                condition=~Q(state=InterruptionState.APPROVED)
                | (Q(decision__isnull=False) & Q(decided_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="suspension_has_a_ground", condition=~Q(kind=InterruptionKind.SUSPEND) | ~Q(ground="")
            ),
            models.CheckConstraint(
                name="exit_was_signed", condition=~Q(kind=InterruptionKind.EXIT) | Q(signed_on__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"{self.household} {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return self.household.get_absolute_url()

    @property
    def township(self) -> Any:
        """The area of the record."""
        return self.household.township

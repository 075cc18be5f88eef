"""A family goes to live in another township: proposed by the old one, accepted by the new one."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.accounts.models import Area
from apps.audit.history import history, kept
from apps.audit.verbs import Verb
from apps.core.transitions import Move, Moves
from apps.eligibility.policy.enums import AreaKind
from apps.households.models.household import Household


class RelocationState(models.TextChoices):
    """A family changes hands only when the new township takes it."""

    PROPOSED = "PROPOSED", "待接收"
    ACCEPTED = "ACCEPTED", "已接收"
    DECLINED = "DECLINED", "已退回"


RELOCATION_MOVES = Moves(
    initial=[RelocationState.PROPOSED],
    moves=[
        Move(Verb.ACCEPT_RELOCATION, (RelocationState.PROPOSED,), RelocationState.ACCEPTED),
        Move(Verb.DECLINE_RELOCATION, (RelocationState.PROPOSED,), RelocationState.DECLINED),
    ],
)


class RelocationQuerySet(models.QuerySet["Relocation"]):
    def visible_to(self, user: Any) -> "RelocationQuerySet":
        """Relocations from or to the townships this user's postings open."""
        scope = user.scope()
        return self if scope.whole_county else self.filter(scope.rows("from_township") | scope.rows("to_township"))


class Relocation(models.Model):
    """From which township to which, since when; the file itself changes hands on ``decided_on``."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="relocations")
    from_township = models.ForeignKey(Area, verbose_name="迁出地", on_delete=models.PROTECT, related_name="+")
    to_township = models.ForeignKey(Area, verbose_name="迁入地", on_delete=models.PROTECT, related_name="+")
    to_village = models.ForeignKey(
        Area, verbose_name="迁入村（社区）", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    to_area_kind = models.CharField(
        "迁入后城乡类别", max_length=5, choices=[(k.value, k.label) for k in AreaKind], blank=True
    )
    moved_on = models.DateField("搬迁日期")
    reason = models.CharField("说明", max_length=300)
    answer = models.CharField("退回理由", max_length=300, blank=True)
    state = models.CharField("状态", max_length=10, choices=RelocationState.choices, default=RelocationState.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_on = models.DateField("提出日期")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    decided_on = models.DateField("办理日期", null=True)

    history = history()
    objects = RelocationQuerySet.as_manager()

    class Meta:
        verbose_name = "迁移"
        triggers = (*kept(), RELOCATION_MOVES.guard())
        constraints = (
            models.UniqueConstraint(
                name="one_relocation_proposed",
                fields=["household"],
                condition=Q(state=RelocationState.PROPOSED),
                violation_error_message="这个家庭已有一件迁移待接收。",
            ),
            models.CheckConstraint(name="relocation_goes_elsewhere", condition=~Q(from_township=F("to_township"))),
            models.CheckConstraint(
                name="relocation_accepted_by_another",
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                violation_error_message="迁入须由接收地的另一位同事办理。",
            ),
            models.CheckConstraint(
                name="relocation_accepted_says_where",
                condition=~Q(state=RelocationState.ACCEPTED)
                | (Q(to_village__isnull=False) & ~Q(to_area_kind="") & Q(decided_by__isnull=False)),
            ),
        )

    def __str__(self) -> str:
        return f"{self.household} {self.from_township}→{self.to_township}"

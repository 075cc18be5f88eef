"""A family goes to live in another township: offered by the old one, by itself or because the new one asked."""

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

    ASKED = "ASKED", "待迁出地同意"
    PROPOSED = "PROPOSED", "待接收"
    ACCEPTED = "ACCEPTED", "已接收"
    DECLINED = "DECLINED", "已退回"


WAITING = (RelocationState.ASKED, RelocationState.PROPOSED)
RELOCATION_MOVES = Moves(
    initial=[RelocationState.ASKED, RelocationState.PROPOSED],
    moves=[
        Move(Verb.PROPOSE_RELOCATION, (RelocationState.ASKED,), RelocationState.PROPOSED),
        Move(Verb.ACCEPT_RELOCATION, (RelocationState.PROPOSED,), RelocationState.ACCEPTED),
        Move(Verb.DECLINE_RELOCATION, WAITING, RelocationState.DECLINED),
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
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    asked_on = models.DateField("申请日期", null=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    proposed_on = models.DateField("提出日期", null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    decided_on = models.DateField("办理日期", null=True)

    seen_through = ("from_township", "to_township")
    history = history()
    objects = RelocationQuerySet.as_manager()

    class Meta:
        verbose_name = "迁移"
        triggers = (*kept(), RELOCATION_MOVES.guard())
        constraints = (
            models.UniqueConstraint(
                name="one_relocation_proposed",
                fields=["household"],
                condition=Q(state__in=WAITING),
                violation_error_message="这个家庭已有一件迁移待接收。",
            ),
            models.CheckConstraint(
                name="relocation_begun_by_somebody",
                condition=Q(asked_by__isnull=False, asked_on__isnull=False)
                | Q(asked_by=None, proposed_by__isnull=False, proposed_on__isnull=False),
            ),
            models.CheckConstraint(
                name="relocation_offered_before_it_is_taken",
                condition=Q(state__in=(RelocationState.ASKED, RelocationState.DECLINED)) | Q(proposed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="relocation_asked_and_offered_by_two",
                condition=Q(asked_by=None) | Q(proposed_by=None) | ~Q(asked_by=F("proposed_by")),
                violation_error_message="申请迁入和同意迁出须由两地的两位同事办理。",
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

"""What one person puts forward and another decides: limits, funds, shared accounts, paying banks, results found out."""

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.audit.history import DECLARED, VARIABLES
from apps.core.guards import Guard
from apps.payments.enums import ProposalState as S
from apps.payments.transitions import PROPOSAL_MOVES

_DECISION = {"state", "decided_by", "decided_on"}


class ProposalStays(Guard):
    """What was put forward is decided once, by who says so, and never altered or deleted."""

    name = "proposal_stays"
    level = pgtrigger.Row
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    declare = VARIABLES

    def get_func(self, model: type[models.Model]) -> str:
        columns = [field.column for field in model._meta.concrete_fields if field.name not in _DECISION]
        new, old = (", ".join(f"{row}.{column}" for column in columns) for row in ("NEW", "OLD"))
        return f"""
            IF TG_OP = 'DELETE' THEN
                RAISE EXCEPTION '% are decided, never deleted', TG_TABLE_NAME USING ERRCODE = 'JH003';
            END IF;
            {DECLARED}
            IF TG_OP = 'INSERT' AND NEW.proposed_by_id <> act_user
            OR TG_OP = 'UPDATE' AND (({new}) IS DISTINCT FROM ({old}) OR OLD.state <> 'PROPOSED'
                OR NEW.decided_by_id <> act_user) THEN
                RAISE EXCEPTION '% are decided once, by who says so', TG_TABLE_NAME USING ERRCODE = 'JH003';
            END IF;
            RETURN NEW;
        """


def two_persons() -> tuple[Any, ...]:
    """The triggers that every proposal has beside its history."""
    return PROPOSAL_MOVES.guard(), ProposalStays()


class ProposalQuerySet(models.QuerySet[Any]):
    """Proposals by how far they are; they are the county's."""

    def visible_to(self, user: Any) -> Any:
        """Whoever sees only townships sees none."""
        return self if user.scope().whole_county else self.none()

    def waiting(self) -> Any:
        """Not decided yet."""
        return self.filter(state=S.PROPOSED)

    def approved(self) -> Any:
        """In force."""
        return self.filter(state=S.APPROVED)


class Proposal(models.Model):
    """Put forward by one, decided by another."""

    state = models.CharField("状态", max_length=10, choices=S.choices, default=S.PROPOSED)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="提出人", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    proposed_on = models.DateField("提出日期")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="核准人",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        db_index=False,
    )
    decided_on = models.DateField("核准日期", null=True)

    class Meta:
        abstract = True
        constraints = (
            models.CheckConstraint(
                name="%(class)s_decided_by_another",
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                violation_error_message="须由另一位同事核准。",
            ),
            models.CheckConstraint(
                name="%(class)s_decision_says_by_whom",
                condition=Q(state=S.PROPOSED, decided_by=None, decided_on=None)
                | (~Q(state=S.PROPOSED) & Q(decided_by__isnull=False, decided_on__isnull=False)),
            ),
        )

    @property
    def waits(self) -> bool:
        """Whether nobody has decided yet."""
        return bool(self.state == S.PROPOSED)

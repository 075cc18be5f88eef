"""How a case moves."""

from django.db import models

from apps.audit.verbs import Verb
from apps.core.transitions import Move, Moves


class State(models.TextChoices):
    """Where a case stands."""

    DRAFT = "DRAFT", "草稿"
    SUBMITTED = "SUBMITTED", "待受理"
    RETURNED = "RETURNED", "待补正"
    ACCEPTED = "ACCEPTED", "待调查"
    INVESTIGATED = "INVESTIGATED", "待初审"
    PROPOSED = "PROPOSED", "待公示"
    PUBLICISED = "PUBLICISED", "公示与确认"
    CONFIRMED = "CONFIRMED", "已确认"
    REFUSED = "REFUSED", "不予确认"
    WITHDRAWN = "WITHDRAWN", "已撤回"


S = State
OPEN = (S.DRAFT, S.SUBMITTED, S.RETURNED, S.ACCEPTED, S.INVESTIGATED, S.PROPOSED, S.PUBLICISED)
FILED = OPEN[1:]

MOVES = Moves(
    initial=[S.DRAFT],
    moves=[
        Move(Verb.SUBMIT, (S.DRAFT, S.RETURNED), S.SUBMITTED),
        Move(Verb.ACCEPT, (S.SUBMITTED,), S.ACCEPTED),
        Move(Verb.RETURN_FOR_CORRECTION, (S.SUBMITTED, S.ACCEPTED), S.RETURNED),
        Move(Verb.INVESTIGATE, (S.ACCEPTED,), S.INVESTIGATED),
        Move(Verb.PROPOSE, (S.INVESTIGATED,), S.PROPOSED),
        Move(Verb.POST_NOTICE, (S.PROPOSED,), S.PUBLICISED),
        Move(Verb.CONFIRM, (S.PUBLICISED,), S.CONFIRMED),
        Move(Verb.REFUSE, (S.PROPOSED, S.PUBLICISED), S.REFUSED),
        Move(Verb.RETURN_FOR_SURVEY, (S.PROPOSED, S.PUBLICISED), S.ACCEPTED),
        Move(Verb.WITHDRAW, OPEN, S.WITHDRAWN),
    ],
)


class InterruptionState(models.TextChoices):
    """How far a suspension, its end or an exit is."""

    PROPOSED = "PROPOSED", "待决定"
    APPROVED = "APPROVED", "已批准"
    DECLINED = "DECLINED", "已退回"


INTERRUPTION_MOVES = Moves(
    initial=[InterruptionState.PROPOSED],
    moves=[
        Move(Verb.APPROVE_INTERRUPTION, (InterruptionState.PROPOSED,), InterruptionState.APPROVED),
        Move(Verb.DECLINE_INTERRUPTION, (InterruptionState.PROPOSED,), InterruptionState.DECLINED),
    ],
)

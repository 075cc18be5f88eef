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


class LeadState(models.TextChoices):
    """Where a lead stands."""

    OPEN = "OPEN", "待联系"
    CONTACTED = "CONTACTED", "已联系"
    APPLIED = "APPLIED", "已转申请"
    CLOSED = "CLOSED", "已了结"


LEAD_MOVES = Moves(
    initial=[LeadState.OPEN],
    moves=[
        Move(Verb.CONTACT_LEAD, (LeadState.OPEN,), LeadState.CONTACTED),
        Move(Verb.APPLY_FROM_LEAD, (LeadState.OPEN, LeadState.CONTACTED), LeadState.APPLIED),
        Move(Verb.CLOSE_LEAD, (LeadState.OPEN, LeadState.CONTACTED), LeadState.CLOSED),
    ],
)

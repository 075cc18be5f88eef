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
    REVOKED = "REVOKED", "已撤销"


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
        Move(Verb.SKIP_VISIT, (S.ACCEPTED,), S.INVESTIGATED),
        Move(Verb.PROPOSE, (S.INVESTIGATED,), S.PROPOSED),
        Move(Verb.POST_NOTICE, (S.PROPOSED,), S.PUBLICISED),
        Move(Verb.CONFIRM, (S.PUBLICISED,), S.CONFIRMED),
        Move(Verb.CONFIRM_DELEGATED, (S.PUBLICISED,), S.CONFIRMED),
        Move(Verb.REFUSE, (S.PROPOSED, S.PUBLICISED), S.REFUSED),
        Move(Verb.REFUSE_DELEGATED, (S.PROPOSED, S.PUBLICISED), S.REFUSED),
        Move(Verb.UPHOLD_OBJECTION, (S.PUBLICISED,), S.ACCEPTED),
        Move(Verb.RETURN_FOR_SURVEY, (S.PROPOSED, S.PUBLICISED), S.ACCEPTED),
        Move(Verb.WITHDRAW, OPEN, S.WITHDRAWN),
        Move(Verb.REVOKE, (S.CONFIRMED,), S.REVOKED),
    ],
)


class ComplaintState(models.TextChoices):
    """Whether what somebody complained of was taken up again."""

    OPEN = "OPEN", "待答复"
    REOPENED = "REOPENED", "已重新审查"
    DISMISSED = "DISMISSED", "已答复"


COMPLAINT_MOVES = Moves(
    initial=[ComplaintState.OPEN],
    moves=[
        Move(Verb.REOPEN_CASE, (ComplaintState.OPEN,), ComplaintState.REOPENED),
        Move(Verb.DISMISS_COMPLAINT, (ComplaintState.OPEN,), ComplaintState.DISMISSED),
    ],
)


class RevocationState(models.TextChoices):
    """How far the taking back of a confirmation is."""

    PROPOSED = "PROPOSED", "待决定"
    APPROVED = "APPROVED", "已撤销"
    REJECTED = "REJECTED", "不予撤销"


REVOCATION_MOVES = Moves(
    initial=[RevocationState.PROPOSED],
    moves=[
        Move(Verb.REVOKE, (RevocationState.PROPOSED,), RevocationState.APPROVED),
        Move(Verb.REJECT_REVOCATION, (RevocationState.PROPOSED,), RevocationState.REJECTED),
    ],
)


class EndingState(models.TextChoices):
    """How far the ending of a 特困 person's support is."""

    PROPOSED = "PROPOSED", "待公示"
    PUBLICISED = "PUBLICISED", "公示与决定"
    ENDED = "ENDED", "已终止"
    DROPPED = "DROPPED", "不再终止"


E = EndingState
ENDING_MOVES = Moves(
    initial=[E.PROPOSED],
    moves=[
        Move(Verb.POST_ENDING_NOTICE, (E.PROPOSED,), E.PUBLICISED),
        # Straight from the proposal only after a death, which needs no notice (43号第26条).
        Move(Verb.CONFIRM_ENDING, (E.PROPOSED, E.PUBLICISED), E.ENDED),
        Move(Verb.DROP_ENDING, (E.PROPOSED, E.PUBLICISED), E.DROPPED),
    ],
)


class ObjectionState(models.TextChoices):
    """Where an objection to a notice stands."""

    OPEN = "OPEN", "待答复"
    UPHELD = "UPHELD", "成立"
    DISMISSED = "DISMISSED", "不成立"


OBJECTION_MOVES = Moves(
    initial=[ObjectionState.OPEN],
    moves=[
        Move(Verb.UPHOLD_OBJECTION, (ObjectionState.OPEN,), ObjectionState.UPHELD),
        Move(Verb.DISMISS_OBJECTION, (ObjectionState.OPEN,), ObjectionState.DISMISSED),
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

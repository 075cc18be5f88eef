"""How grants, and what passes between this office and other bureaus, move."""

from django.db import models

from apps.audit.verbs import Verb
from apps.core.transitions import Move, Moves
from apps.partners.enums import GrantState as S

# Proposed by one, decided by another, revocable at once.
GRANT_MOVES = Moves(
    initial=[S.PROPOSED],
    moves=[
        Move(Verb.APPROVE_GRANT, (S.PROPOSED,), S.APPROVED),
        Move(Verb.REJECT_GRANT, (S.PROPOSED,), S.REJECTED),
        Move(Verb.REVOKE_GRANT, (S.APPROVED,), S.REVOKED),
    ],
)


class ReferralState(models.TextChoices):
    """How far a referral is."""

    SENT = "SENT", "待接收"
    FETCHED = "FETCHED", "已接收"
    ACCEPTED = "ACCEPTED", "办理中"
    REFUSED = "REFUSED", "不予受理"
    FINISHED = "FINISHED", "已办结"
    TAKEN_BACK = "TAKEN_BACK", "已撤回"


OPEN_REFERRAL = (ReferralState.SENT, ReferralState.FETCHED, ReferralState.ACCEPTED)
_UNANSWERED = (ReferralState.SENT, ReferralState.FETCHED)

REFERRAL_MOVES = Moves(
    initial=[ReferralState.SENT],
    moves=[
        Move(Verb.FETCH_REFERRAL, (ReferralState.SENT,), ReferralState.FETCHED),
        Move(Verb.ACCEPT_REFERRAL, _UNANSWERED, ReferralState.ACCEPTED),
        Move(Verb.REFUSE_REFERRAL, _UNANSWERED, ReferralState.REFUSED),
        Move(Verb.FINISH_REFERRAL, (ReferralState.ACCEPTED,), ReferralState.FINISHED),
        Move(Verb.TAKE_BACK_REFERRAL, OPEN_REFERRAL, ReferralState.TAKEN_BACK),
    ],
)


class AlertState(models.TextChoices):
    """Whether somebody looked into an alert."""

    OPEN = "OPEN", "待核实"
    SETTLED = "SETTLED", "已核实"


ALERT_MOVES = Moves(
    initial=[AlertState.OPEN],
    moves=[Move(Verb.SETTLE_ALERT, (AlertState.OPEN,), AlertState.SETTLED)],
)


class DeliveryState(models.TextChoices):
    """How far one change is on its way to one receiver."""

    WAITING = "WAITING", "待推送"
    DELIVERED = "DELIVERED", "已送达"
    DEAD = "DEAD", "推送失败"
    DROPPED = "DROPPED", "不再推送"


DELIVERY_MOVES = Moves(
    initial=[DeliveryState.WAITING],
    moves=[
        Move("DELIVER", (DeliveryState.WAITING,), DeliveryState.DELIVERED),
        Move("GIVE_UP", (DeliveryState.WAITING,), DeliveryState.DEAD),
        Move(Verb.RESEND_DELIVERY, (DeliveryState.DEAD,), DeliveryState.WAITING),
        Move(Verb.DROP_DELIVERY, (DeliveryState.DEAD,), DeliveryState.DROPPED),
    ],
)

"""How a grant moves: proposed by one, decided by another, revocable at once."""

from apps.audit.verbs import Verb
from apps.core.transitions import Move, Moves
from apps.partners.enums import GrantState as S

GRANT_MOVES = Moves(
    initial=[S.PROPOSED],
    moves=[
        Move(Verb.APPROVE_GRANT, (S.PROPOSED,), S.APPROVED),
        Move(Verb.REJECT_GRANT, (S.PROPOSED,), S.REJECTED),
        Move(Verb.REVOKE_GRANT, (S.APPROVED,), S.REVOKED),
    ],
)

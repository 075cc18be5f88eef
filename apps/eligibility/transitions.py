"""How a proposed value becomes law."""

from apps.audit.verbs import Verb
from apps.core.transitions import Move, Moves
from apps.eligibility.enums import ChangeState

# What comes with the program was approved before it was delivered.
CHANGE_MOVES = Moves(
    initial=[ChangeState.DRAFT, ChangeState.APPROVED],
    moves=[
        Move(Verb.APPROVE_STANDARD, (ChangeState.DRAFT,), ChangeState.APPROVED),
        Move(Verb.REJECT_STANDARD, (ChangeState.DRAFT,), ChangeState.REJECTED),
    ],
)

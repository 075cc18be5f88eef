"""How batches and the instructions in them move."""

from apps.audit.verbs import Verb
from apps.core.transitions import Move, Moves
from apps.payments.enums import BatchState as B
from apps.payments.enums import FindingState as F
from apps.payments.enums import InstructionState as I

BEFORE_SUBMISSION = (B.DRAFT, B.FROZEN, B.APPROVED, B.SEALED)
AT_THE_BANK = (B.SUBMITTED, B.RETURNED)

# A return file that leaves lines open does the first import move; the one that settles the last line the second.
SETTLE = "SETTLE"

BATCH_MOVES = Moves(
    initial=[B.DRAFT],
    moves=[
        Move(Verb.FREEZE_BATCH, (B.DRAFT,), B.FROZEN),
        Move(Verb.APPROVE_BATCH, (B.FROZEN,), B.APPROVED),
        Move(Verb.SEND_BACK_BATCH, (B.FROZEN, B.APPROVED), B.DRAFT),
        Move(Verb.RELEASE_BATCH, (B.APPROVED,), B.SEALED),
        Move(Verb.SUBMIT_BATCH, (B.SEALED,), B.SUBMITTED),
        Move(Verb.IMPORT_RETURN, AT_THE_BANK, B.RETURNED),
        Move(SETTLE, AT_THE_BANK, B.RECONCILED),
        Move(Verb.CLOSE_BATCH, (B.RECONCILED,), B.CLOSED),
        Move(Verb.CANCEL_BATCH, BEFORE_SUBMISSION, B.CANCELLED),
    ],
)

# What the bank says decides where an instruction goes: the acts here are its outcomes.
WITH_THE_BANK = (I.SUBMITTED, I.UNKNOWN)

INSTRUCTION_MOVES = Moves(
    initial=[I.QUEUED],
    moves=[
        Move(Verb.SUBMIT_BATCH, (I.QUEUED,), I.SUBMITTED),
        Move(Verb.CANCEL_BATCH, (I.QUEUED,), I.CANCELLED),
        Move(I.PAID, WITH_THE_BANK, I.PAID),
        Move(I.RETURNED, WITH_THE_BANK, I.RETURNED),
        Move(I.REJECTED, WITH_THE_BANK, I.REJECTED),
        Move(I.UNKNOWN, WITH_THE_BANK, I.UNKNOWN),
    ],
)

# A finding that one person may let through is cleared at once; others wait for a second one, who may also decline.
CLEAR_ALONE = "CLEAR_ALONE"

FINDING_MOVES = Moves(
    initial=[F.OPEN],
    moves=[
        Move(CLEAR_ALONE, (F.OPEN,), F.CLEARED),
        Move(Verb.CLEAR_FINDING, (F.OPEN,), F.SECOND),
        Move(Verb.CONFIRM_OVERRIDE, (F.SECOND,), F.CLEARED),
        Move(Verb.DECLINE_OVERRIDE, (F.SECOND,), F.OPEN),
    ],
)

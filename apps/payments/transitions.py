"""How batches and the instructions in them move."""

from apps.audit.verbs import Verb
from apps.core.transitions import Move, Moves
from apps.payments.enums import AlarmState, HandoutState, ProposalState
from apps.payments.enums import BatchState as B
from apps.payments.enums import CorrectionState as C
from apps.payments.enums import FindingState as F
from apps.payments.enums import InstructionState as I
from apps.payments.enums import ReceivableState as R

BEFORE_SUBMISSION = (B.DRAFT, B.FROZEN, B.APPROVED, B.SEALED)
AT_THE_BANK = (B.SUBMITTED, B.RETURNED)

# A return file that leaves lines open does the first import move; the one that settles the last line the second.
SETTLE = "SETTLE"
# A payment that had arrived comes back (退票); the database asks for the late return that says so.
COME_BACK = "COME_BACK"

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
        Move(COME_BACK, (I.PAID,), I.RETURNED),
    ],
)

# What one proposes and another decides on: the acts are its outcomes, whatever is proposed.
_DECIDED = [
    Move(ProposalState.APPROVED, (ProposalState.PROPOSED,), ProposalState.APPROVED),
    Move(ProposalState.REJECTED, (ProposalState.PROPOSED,), ProposalState.REJECTED),
]
PROPOSAL_MOVES = Moves(initial=[ProposalState.PROPOSED], moves=_DECIDED)
# The bank's own file needs nobody's confirmation.
LATE_RETURN_MOVES = Moves(initial=[ProposalState.PROPOSED, ProposalState.APPROVED], moves=_DECIDED)

HANDOUT_MOVES = Moves(
    initial=[HandoutState.ASKED, HandoutState.TAKEN],
    moves=[
        Move(Verb.GRANT_DOWNLOAD, (HandoutState.ASKED,), HandoutState.GRANTED),
        Move(Verb.REFUSE_DOWNLOAD, (HandoutState.ASKED,), HandoutState.REFUSED),
        Move(Verb.DOWNLOAD_FILE, (HandoutState.GRANTED,), HandoutState.TAKEN),
    ],
)

ALARM_MOVES = Moves(
    initial=[AlarmState.OPEN],
    moves=[Move(Verb.RESOLVE_ALARM, (AlarmState.OPEN,), AlarmState.RESOLVED)],
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

CORRECTION_MOVES = Moves(
    initial=[C.PROPOSED],
    moves=[
        Move(Verb.CONFIRM_RECALCULATION, (C.PROPOSED,), C.CONFIRMED),
        Move(Verb.REJECT_RECALCULATION, (C.PROPOSED,), C.REJECTED),
    ],
)

# The last repayment closes what is owed back, whichever way it came in.
SETTLE_RECEIVABLE = "SETTLE_RECEIVABLE"
_TOLD = (R.NOTIFIED, R.HEARD, R.AGREED, R.REPAYING)
_PLANNED = (R.AGREED, R.REPAYING)

RECEIVABLE_MOVES = Moves(
    initial=[R.OPEN],
    moves=[
        Move(Verb.NOTIFY_RECEIVABLE, (R.OPEN,), R.NOTIFIED),
        Move(Verb.HEAR_FAMILY, (R.NOTIFIED,), R.HEARD),
        Move(Verb.AGREE_REPAYMENT, (R.NOTIFIED, R.HEARD), R.AGREED),
        Move(Verb.AGREE_REPAYMENT, _PLANNED, R.AGREED),
        Move(Verb.RECORD_REPAYMENT, _TOLD, R.REPAYING),
        Move(Verb.RECORD_OFFSET, _PLANNED, R.REPAYING),
        Move(SETTLE_RECEIVABLE, _TOLD, R.CLOSED),
        Move(Verb.APPROVE_WRITE_OFF, (R.OPEN, *_TOLD), R.WRITTEN_OFF),
    ],
)

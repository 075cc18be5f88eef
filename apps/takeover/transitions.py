"""How a register that is handed in, and a paid month that is compared, move."""

from apps.audit.verbs import Verb
from apps.core.transitions import Move, Moves
from apps.takeover.enums import RollState, UploadState

FOUND_FAULTY, GIVE_UP = "FOUND_FAULTY", "GIVE_UP"

UPLOAD_MOVES = Moves(
    initial=[UploadState.UPLOADED],
    moves=[
        Move(Verb.CHECK_REGISTER, (UploadState.UPLOADED,), UploadState.READY),
        Move(FOUND_FAULTY, (UploadState.UPLOADED,), UploadState.FAULTY),
        Move(Verb.APPROVE_REGISTER, (UploadState.READY,), UploadState.APPROVED),
        Move(Verb.REJECT_REGISTER, (UploadState.READY,), UploadState.REJECTED),
        Move(Verb.IMPORT_REGISTER, (UploadState.APPROVED,), UploadState.APPLIED),
        Move(GIVE_UP, (UploadState.UPLOADED, UploadState.APPROVED), UploadState.FAILED),
    ],
)

ROLL_MOVES = Moves(
    initial=[RollState.UPLOADED],
    moves=[
        Move(Verb.COMPARE_ROLL, (RollState.UPLOADED,), RollState.DONE),
        Move(FOUND_FAULTY, (RollState.UPLOADED,), RollState.FAULTY),
    ],
)

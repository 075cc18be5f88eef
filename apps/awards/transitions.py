"""How awards, months and chunks move."""

from apps.audit.verbs import Verb
from apps.awards.enums import AwardState, ChunkState, RunState, WhatIfState
from apps.core.transitions import Move, Moves

AWARD_MOVES = Moves(
    initial=[AwardState.RUNNING],
    moves=[Move(Verb.END_AWARD, (AwardState.RUNNING,), AwardState.ENDED)],
)

RUN_MOVES = Moves(
    initial=[RunState.CALCULATING],
    moves=[
        Move(Verb.FINISH_CALCULATION, (RunState.CALCULATING,), RunState.CALCULATED),
        Move(Verb.CONFIRM_MONTH, (RunState.CALCULATED,), RunState.CONFIRMED),
        Move(Verb.ENTITLE, (RunState.CONFIRMED,), RunState.SEALED),
        Move(Verb.VOID_MONTH, (RunState.CALCULATING, RunState.CALCULATED), RunState.VOID),
    ],
)

SET_ASIDE = "SET_ASIDE"

CHUNK_MOVES = Moves(
    initial=[ChunkState.PENDING],
    moves=[
        Move(Verb.CALCULATE, (ChunkState.PENDING,), ChunkState.DONE),
        Move(SET_ASIDE, (ChunkState.PENDING,), ChunkState.QUARANTINED),
        Move(Verb.RETRY_CHUNK, (ChunkState.QUARANTINED,), ChunkState.PENDING),
    ],
)

BEGIN, FINISH, FAIL = "BEGIN", "FINISH", "FAIL"

WHAT_IF_MOVES = Moves(
    initial=[WhatIfState.QUEUED],
    moves=[
        Move(BEGIN, (WhatIfState.QUEUED,), WhatIfState.RUNNING),
        Move(FINISH, (WhatIfState.RUNNING,), WhatIfState.DONE),
        Move(FAIL, (WhatIfState.QUEUED, WhatIfState.RUNNING), WhatIfState.FAILED),
    ],
)

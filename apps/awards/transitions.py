"""How awards, months and chunks move."""

from apps.audit.verbs import Verb
from apps.awards.enums import AsideState, AwardState, ChunkState, RunState, WhatIfState
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
    ],
)

ASIDE_MOVES = Moves(
    initial=[AsideState.OPEN],
    moves=[
        Move(Verb.RETRY_UNIT, (AsideState.OPEN,), AsideState.RETRYING),
        Move(Verb.CALCULATE, (AsideState.RETRYING,), AsideState.CLEARED),
        Move(Verb.HOLD_UNIT, (AsideState.CLEARED,), AsideState.OPEN),
        Move(SET_ASIDE, (AsideState.RETRYING,), AsideState.OPEN),
        Move(Verb.RELEASE_UNIT, (AsideState.OPEN,), AsideState.CLEARED),
        Move(Verb.EXCLUDE_UNIT, (AsideState.OPEN,), AsideState.EXCLUDED),
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

"""What can be done to awards and months."""

from apps.awards.actions.aside import exclude_unit, retry_units
from apps.awards.actions.chunks import calculate_chunk
from apps.awards.actions.decisions import apply_decision
from apps.awards.actions.endings import end_awards, withdraw_recognitions
from apps.awards.actions.interrupting import end_for_death, end_for_merger, leave, resume, suspend
from apps.awards.actions.looking import hold_unit, mark_looked, release_unit
from apps.awards.actions.months import confirm_month, finish_if_complete, open_month, seal_month, void_month
from apps.awards.actions.what_if import finish_what_if, rehearse_chunk, start_what_if
from apps.awards.facts import current_of

__all__ = [
    "apply_decision",
    "calculate_chunk",
    "confirm_month",
    "current_of",
    "end_awards",
    "end_for_death",
    "end_for_merger",
    "exclude_unit",
    "finish_if_complete",
    "finish_what_if",
    "hold_unit",
    "leave",
    "mark_looked",
    "open_month",
    "rehearse_chunk",
    "release_unit",
    "resume",
    "retry_units",
    "seal_month",
    "start_what_if",
    "suspend",
    "void_month",
    "withdraw_recognitions",
]

"""What can be done to payments."""

from apps.payments.actions.bank import Handout, download, release, submit
from apps.payments.actions.batches import approve, cancel, close, freeze, send_back
from apps.payments.actions.drawing import draw_up, draw_up_rest, refresh_accounts, reissue
from apps.payments.actions.findings import clear_findings, confirm_overrides, decline_overrides, take_out
from apps.payments.actions.returns import import_return
from apps.payments.actions.soundness import check_invariants, check_statement, enter_statement

__all__ = [
    "Handout",
    "approve",
    "cancel",
    "check_invariants",
    "check_statement",
    "clear_findings",
    "close",
    "confirm_overrides",
    "decline_overrides",
    "download",
    "draw_up",
    "draw_up_rest",
    "enter_statement",
    "freeze",
    "import_return",
    "refresh_accounts",
    "reissue",
    "release",
    "send_back",
    "submit",
    "take_out",
]

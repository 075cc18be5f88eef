"""What can be done to payments."""

from apps.payments.actions.agencies import approve_agency, propose_agency, reject_agency
from apps.payments.actions.alarms import resolve_alarm
from apps.payments.actions.bank import release, submit
from apps.payments.actions.batches import approve, cancel, close, freeze, send_back
from apps.payments.actions.drawing import draw_up, draw_up_rest, refresh_accounts, reissue
from apps.payments.actions.findings import clear_findings, confirm_overrides, decline_overrides, take_out
from apps.payments.actions.handouts import TakenFile, ask_again, download, grant_download, refuse_download
from apps.payments.actions.late import (
    approve_late_return,
    import_late_return,
    propose_late_return,
    reject_late_return,
)
from apps.payments.actions.returns import import_return

__all__ = [
    "TakenFile",
    "approve",
    "approve_agency",
    "approve_late_return",
    "ask_again",
    "cancel",
    "clear_findings",
    "close",
    "confirm_overrides",
    "decline_overrides",
    "download",
    "draw_up",
    "draw_up_rest",
    "freeze",
    "grant_download",
    "import_late_return",
    "import_return",
    "propose_agency",
    "propose_late_return",
    "refresh_accounts",
    "refuse_download",
    "reissue",
    "reject_agency",
    "reject_late_return",
    "release",
    "resolve_alarm",
    "send_back",
    "submit",
    "take_out",
]

"""What can be done to payments."""

from apps.payments.actions.alarms import resolve_alarm
from apps.payments.actions.backdating import back_date, back_date_correction, back_date_revocation, look_again
from apps.payments.actions.bank import release, submit
from apps.payments.actions.batches import approve, cancel, close, freeze, send_back
from apps.payments.actions.corrections import confirm_correction, propose_correction, reject_correction
from apps.payments.actions.drawing import draw_up, draw_up_rest, refresh_accounts, reissue
from apps.payments.actions.findings import clear_findings, confirm_overrides, decline_overrides, take_out
from apps.payments.actions.handouts import TakenFile, ask_again, download, grant_download, refuse_download
from apps.payments.actions.late import (
    approve_late_return,
    import_late_return,
    propose_late_return,
    reject_late_return,
)
from apps.payments.actions.proposals import (
    approve_proposal,
    propose_agency,
    propose_appropriation,
    propose_limit,
    propose_shared_account,
    reject_proposal,
)
from apps.payments.actions.receivables import (
    agree_plan,
    approve_write_off,
    hear,
    notify,
    propose_write_off,
    record_offset,
    record_repayment,
    reject_write_off,
)
from apps.payments.actions.returns import import_return
from apps.payments.actions.settling import approve_settlement, mark_unknown, propose_settlement, reject_settlement
from apps.payments.actions.soundness import check_invariants, check_statement, enter_statement
from apps.payments.actions.subsidies import (
    confirm_subsidy,
    draw_subsidy,
    propose_price_index,
    propose_subsidy_correction,
    start_subsidy,
)

__all__ = [
    "TakenFile",
    "agree_plan",
    "approve",
    "approve_late_return",
    "approve_proposal",
    "approve_settlement",
    "approve_write_off",
    "ask_again",
    "back_date",
    "back_date_correction",
    "back_date_revocation",
    "cancel",
    "check_invariants",
    "check_statement",
    "clear_findings",
    "close",
    "confirm_correction",
    "confirm_overrides",
    "confirm_subsidy",
    "decline_overrides",
    "download",
    "draw_subsidy",
    "draw_up",
    "draw_up_rest",
    "enter_statement",
    "freeze",
    "grant_download",
    "hear",
    "import_late_return",
    "import_return",
    "look_again",
    "mark_unknown",
    "notify",
    "propose_agency",
    "propose_appropriation",
    "propose_correction",
    "propose_late_return",
    "propose_limit",
    "propose_price_index",
    "propose_settlement",
    "propose_shared_account",
    "propose_subsidy_correction",
    "propose_write_off",
    "record_offset",
    "record_repayment",
    "refresh_accounts",
    "refuse_download",
    "reissue",
    "reject_correction",
    "reject_late_return",
    "reject_proposal",
    "reject_settlement",
    "reject_write_off",
    "release",
    "resolve_alarm",
    "send_back",
    "start_subsidy",
    "submit",
    "take_out",
]

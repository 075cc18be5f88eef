"""What can be done to payments."""

from apps.payments.actions.bank import Handout, download, release, submit
from apps.payments.actions.batches import approve, cancel, close, freeze, send_back
from apps.payments.actions.drawing import draw_up, draw_up_rest, refresh_accounts, reissue
from apps.payments.actions.findings import clear_findings, confirm_overrides, decline_overrides, take_out
from apps.payments.actions.proposals import (
    approve_proposal,
    propose_appropriation,
    propose_limit,
    propose_shared_account,
    reject_proposal,
)
from apps.payments.actions.returns import import_return
from apps.payments.actions.settling import approve_settlement, mark_unknown, propose_settlement, reject_settlement

__all__ = [
    "Handout",
    "approve",
    "approve_proposal",
    "approve_settlement",
    "cancel",
    "clear_findings",
    "close",
    "confirm_overrides",
    "decline_overrides",
    "download",
    "draw_up",
    "draw_up_rest",
    "freeze",
    "import_return",
    "mark_unknown",
    "propose_appropriation",
    "propose_limit",
    "propose_settlement",
    "propose_shared_account",
    "refresh_accounts",
    "reissue",
    "reject_proposal",
    "reject_settlement",
    "release",
    "send_back",
    "submit",
    "take_out",
]

"""What can be done to payments."""

from apps.payments.actions.backdating import back_date, back_date_correction, back_date_revocation, look_again
from apps.payments.actions.bank import Handout, download, release, submit
from apps.payments.actions.batches import approve, cancel, close, freeze, send_back
from apps.payments.actions.corrections import confirm_correction, propose_correction, reject_correction
from apps.payments.actions.drawing import draw_up, draw_up_rest, refresh_accounts, reissue
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

__all__ = [
    "Handout",
    "agree_plan",
    "approve",
    "approve_write_off",
    "back_date",
    "back_date_correction",
    "back_date_revocation",
    "cancel",
    "close",
    "confirm_correction",
    "download",
    "draw_up",
    "draw_up_rest",
    "freeze",
    "hear",
    "import_return",
    "look_again",
    "notify",
    "propose_correction",
    "propose_write_off",
    "record_offset",
    "record_repayment",
    "refresh_accounts",
    "reissue",
    "reject_correction",
    "reject_write_off",
    "release",
    "send_back",
    "submit",
]

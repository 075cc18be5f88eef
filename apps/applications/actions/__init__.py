"""What can be done to a case."""

from apps.applications.actions.complain import dismiss_complaint, file_complaint, reopen_case
from apps.applications.actions.decide import confirm, notice_has_run, refuse, return_for_survey
from apps.applications.actions.deliver import Handover, deliver, deliver_ending, letter_to_deliver
from apps.applications.actions.display import record_display
from apps.applications.actions.ending import (
    confirm_ending,
    drop_ending,
    ending_notice_has_run,
    post_ending_notice,
    propose_ending,
    take_down_ending_notice,
)
from apps.applications.actions.intake import open_application, save_draft, start_review, submit
from apps.applications.actions.lookup import Found, look_up
from apps.applications.actions.progress import (
    accept,
    investigate,
    notice_content,
    post_notice,
    propose,
    return_for_correction,
    take_down_notice,
    withdraw,
)
from apps.applications.actions.revoke import propose_revocation, reject_revocation, revoke

__all__ = [
    "Found",
    "Handover",
    "accept",
    "confirm",
    "confirm_ending",
    "deliver",
    "deliver_ending",
    "dismiss_complaint",
    "drop_ending",
    "ending_notice_has_run",
    "file_complaint",
    "investigate",
    "letter_to_deliver",
    "look_up",
    "notice_content",
    "notice_has_run",
    "open_application",
    "post_ending_notice",
    "post_notice",
    "propose",
    "propose_ending",
    "propose_revocation",
    "record_display",
    "refuse",
    "reject_revocation",
    "reopen_case",
    "return_for_correction",
    "return_for_survey",
    "revoke",
    "save_draft",
    "start_review",
    "submit",
    "take_down_ending_notice",
    "take_down_notice",
    "withdraw",
]

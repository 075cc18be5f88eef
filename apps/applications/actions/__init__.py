"""What can be done to a case."""

from apps.applications.actions.bulk import Outcome, confirm_plain, confirm_selected, post_notices
from apps.applications.actions.clocks import escalate_overdue, pause_clock, recount_deadlines, resume_clock
from apps.applications.actions.decide import confirm, notice_has_run, refuse, return_for_survey
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
from apps.applications.actions.saved import forget_filter, keep_filter

__all__ = [
    "Found",
    "Outcome",
    "accept",
    "confirm",
    "confirm_plain",
    "confirm_selected",
    "escalate_overdue",
    "forget_filter",
    "investigate",
    "keep_filter",
    "look_up",
    "notice_content",
    "notice_has_run",
    "open_application",
    "pause_clock",
    "post_notice",
    "post_notices",
    "propose",
    "recount_deadlines",
    "refuse",
    "resume_clock",
    "return_for_correction",
    "return_for_survey",
    "save_draft",
    "start_review",
    "submit",
    "take_down_notice",
    "withdraw",
]

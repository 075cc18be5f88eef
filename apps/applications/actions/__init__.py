"""What can be done to a case."""

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

__all__ = [
    "Found",
    "accept",
    "confirm",
    "escalate_overdue",
    "investigate",
    "look_up",
    "notice_content",
    "notice_has_run",
    "open_application",
    "pause_clock",
    "post_notice",
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

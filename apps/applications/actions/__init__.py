"""What can be done to a case."""

from apps.applications.actions.death import record_death
from apps.applications.actions.decide import confirm, notice_has_run, refuse, return_for_survey
from apps.applications.actions.intake import open_application, save_draft, start_review, submit
from apps.applications.actions.interrupting import approve_interruption, decline_interruption, propose_interruption
from apps.applications.actions.life import correct_file, report_change, start_reviews
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
from apps.applications.actions.regrouping import merge_households, split_household
from apps.applications.actions.relocating import accept_relocation, decline_relocation, propose_relocation

__all__ = [
    "Found",
    "accept",
    "accept_relocation",
    "approve_interruption",
    "confirm",
    "correct_file",
    "decline_interruption",
    "decline_relocation",
    "investigate",
    "look_up",
    "merge_households",
    "notice_content",
    "notice_has_run",
    "open_application",
    "post_notice",
    "propose",
    "propose_interruption",
    "propose_relocation",
    "record_death",
    "refuse",
    "report_change",
    "return_for_correction",
    "return_for_survey",
    "save_draft",
    "split_household",
    "start_review",
    "start_reviews",
    "submit",
    "take_down_notice",
    "withdraw",
]

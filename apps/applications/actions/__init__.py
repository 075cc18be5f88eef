"""What can be done to a case."""

from apps.applications.actions.decide import confirm, notice_has_run, refuse, return_for_survey
from apps.applications.actions.documents import attach, open_document, remove_document
from apps.applications.actions.intake import open_application, save_draft, start_review, submit
from apps.applications.actions.leads import apply_from_lead, close_lead, contact_lead, report_lead
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
    "apply_from_lead",
    "attach",
    "close_lead",
    "confirm",
    "contact_lead",
    "investigate",
    "look_up",
    "notice_content",
    "notice_has_run",
    "open_application",
    "open_document",
    "post_notice",
    "propose",
    "refuse",
    "remove_document",
    "report_lead",
    "return_for_correction",
    "return_for_survey",
    "save_draft",
    "start_review",
    "submit",
    "take_down_notice",
    "withdraw",
]

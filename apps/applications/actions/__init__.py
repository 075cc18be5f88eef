"""What can be done to a case."""

from apps.applications.actions.bulk import Outcome, confirm_plain, confirm_selected, post_notices
from apps.applications.actions.checking import answer_check, answer_rest, explain_difference, request_check, take_answer
from apps.applications.actions.clocks import escalate_overdue, pause_clock, recount_deadlines, resume_clock
from apps.applications.actions.complain import dismiss_complaint, file_complaint, reopen_case
from apps.applications.actions.death import record_death
from apps.applications.actions.decide import (
    confirm,
    confirm_delegated,
    notice_has_run,
    refuse,
    refuse_delegated,
    return_for_survey,
)
from apps.applications.actions.delegating import delegate, end_delegation
from apps.applications.actions.deliver import Handover, deliver, deliver_ending, letter_to_deliver
from apps.applications.actions.display import record_display, see_notice_up
from apps.applications.actions.documents import attach, open_document, remove_document
from apps.applications.actions.ending import (
    confirm_ending,
    drop_ending,
    ending_notice_has_run,
    post_ending_notice,
    propose_ending,
    take_down_ending_notice,
)
from apps.applications.actions.exporting import export
from apps.applications.actions.fieldwork import (
    ask_collective,
    decide_together,
    extend,
    hold_appraisal,
    skip_appraisal,
    skip_visit,
)
from apps.applications.actions.handing_over import hand_over
from apps.applications.actions.heirs import propose_heir
from apps.applications.actions.intake import open_application, save_draft, start_review, submit
from apps.applications.actions.interrupting import approve_interruption, decline_interruption, propose_interruption
from apps.applications.actions.leads import apply_from_lead, close_lead, contact_lead, report_lead
from apps.applications.actions.life import correct_file, report_change, start_reviews
from apps.applications.actions.lookup import Found, look_up
from apps.applications.actions.objections import dismiss_objection, raise_objection, uphold_objection
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
from apps.applications.actions.relocating import (
    accept_relocation,
    agree_to_relocation,
    ask_relocation,
    decline_relocation,
    propose_relocation,
)
from apps.applications.actions.revoke import propose_revocation, reject_revocation, revoke
from apps.applications.actions.saved import forget_filter, keep_filter
from apps.applications.actions.spot_checks import draw_spot_check, record_spot_check

__all__ = [
    "Found",
    "Handover",
    "Outcome",
    "accept",
    "accept_relocation",
    "agree_to_relocation",
    "answer_check",
    "answer_rest",
    "apply_from_lead",
    "approve_interruption",
    "ask_collective",
    "ask_relocation",
    "attach",
    "close_lead",
    "confirm",
    "confirm_delegated",
    "confirm_ending",
    "confirm_plain",
    "confirm_selected",
    "contact_lead",
    "correct_file",
    "decide_together",
    "decline_interruption",
    "decline_relocation",
    "delegate",
    "deliver",
    "deliver_ending",
    "dismiss_complaint",
    "dismiss_objection",
    "draw_spot_check",
    "drop_ending",
    "end_delegation",
    "ending_notice_has_run",
    "escalate_overdue",
    "explain_difference",
    "export",
    "extend",
    "file_complaint",
    "forget_filter",
    "hand_over",
    "hold_appraisal",
    "investigate",
    "keep_filter",
    "letter_to_deliver",
    "look_up",
    "merge_households",
    "notice_content",
    "notice_has_run",
    "open_application",
    "open_document",
    "pause_clock",
    "post_ending_notice",
    "post_notice",
    "post_notices",
    "propose",
    "propose_ending",
    "propose_heir",
    "propose_interruption",
    "propose_relocation",
    "propose_revocation",
    "raise_objection",
    "record_death",
    "record_display",
    "record_spot_check",
    "recount_deadlines",
    "refuse",
    "refuse_delegated",
    "reject_revocation",
    "remove_document",
    "reopen_case",
    "report_change",
    "report_lead",
    "request_check",
    "resume_clock",
    "return_for_correction",
    "return_for_survey",
    "revoke",
    "save_draft",
    "see_notice_up",
    "skip_appraisal",
    "skip_visit",
    "split_household",
    "start_review",
    "start_reviews",
    "submit",
    "take_answer",
    "take_down_ending_notice",
    "take_down_notice",
    "uphold_objection",
    "withdraw",
]

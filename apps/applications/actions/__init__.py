"""What can be done to a case."""

from apps.applications.actions.bulk import Outcome, confirm_plain, confirm_selected, post_notices
from apps.applications.actions.checking import answer_check, answer_rest, explain_difference, request_check
from apps.applications.actions.clocks import escalate_overdue, pause_clock, recount_deadlines, resume_clock
from apps.applications.actions.decide import (
    confirm,
    confirm_delegated,
    notice_has_run,
    refuse,
    refuse_delegated,
    return_for_survey,
)
from apps.applications.actions.delegating import delegate, end_delegation
from apps.applications.actions.fieldwork import (
    ask_collective,
    decide_together,
    extend,
    hold_appraisal,
    skip_appraisal,
    skip_visit,
)
from apps.applications.actions.handing_over import hand_over
from apps.applications.actions.intake import open_application, save_draft, start_review, submit
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
from apps.applications.actions.saved import forget_filter, keep_filter
from apps.applications.actions.spot_checks import draw_spot_check, record_spot_check

__all__ = [
    "Found",
    "Outcome",
    "accept",
    "answer_check",
    "answer_rest",
    "ask_collective",
    "confirm",
    "confirm_delegated",
    "confirm_plain",
    "confirm_selected",
    "decide_together",
    "delegate",
    "dismiss_objection",
    "draw_spot_check",
    "end_delegation",
    "escalate_overdue",
    "explain_difference",
    "extend",
    "forget_filter",
    "hand_over",
    "hold_appraisal",
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
    "raise_objection",
    "record_spot_check",
    "recount_deadlines",
    "refuse",
    "refuse_delegated",
    "request_check",
    "resume_clock",
    "return_for_correction",
    "return_for_survey",
    "save_draft",
    "skip_appraisal",
    "skip_visit",
    "start_review",
    "submit",
    "take_down_notice",
    "uphold_objection",
    "withdraw",
]

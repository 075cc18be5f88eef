"""Stopping the clock of a case, and letting it run again."""

from datetime import timedelta
from typing import Any

from apps.applications import actions
from apps.applications.deadlines import RUNNING, Span, next_due, spans_of
from apps.applications.forms.acts import PauseForm
from apps.applications.views.acts import StepPage
from apps.audit.verbs import Verb
from apps.core.month import day_label
from apps.core.refusal import Refused


class PausePage(StepPage):
    """Stop the clock, with the reason."""

    act, title, button, done = Verb.PAUSE_CLOCK, "暂停计时", "暂停计时", "已暂停计时。"
    form_class = PauseForm
    action = staticmethod(actions.pause_clock)
    consequences = (
        "从今天起不计工作日，列表和申请页都显示已暂停和原因",
        "恢复后，期限按暂停的工作日顺延",
        "暂停期间不能作出确认或不予确认的决定",
    )

    def precheck(self) -> None:
        if self.subject.state not in RUNNING:
            raise Refused("no_clock", "这件申请现在没有期限在走，不需要暂停。")
        if self.subject.pause:
            raise Refused("already_paused", "这件申请的计时已经暂停。")


class ResumePage(StepPage):
    """Let the clock run again."""

    act, title, button, done = Verb.RESUME_CLOCK, "恢复计时", "今天起恢复计时", "已恢复计时。"
    action = staticmethod(actions.resume_clock)

    def precheck(self) -> None:
        if not self.subject.pause:
            raise Refused("not_paused", "这件申请的计时没有暂停。")

    @property
    def consequences(self) -> list[str]:  # type: ignore[override]
        pause: Any = self.subject.pause
        if pause is None:
            return []
        ended = [Span(span.since, span.until or self.today) for span in spans_of(self.subject)]
        what, due = next_due(self.subject, ended)
        told = [f"{pause.get_reason_display()}，自 {day_label(pause.since)}起暂停"]
        if what and due:
            told.append(f"{what.label}的期限顺延到 {day_label(due)}")
        if pause.since < self.today:
            told.append(f"{day_label(pause.since)}至 {day_label(self.today - timedelta(days=1))}的工作日不计")
        return told

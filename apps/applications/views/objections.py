"""Objections to a notice: one page to write one down, one for each answer."""

from typing import Any

from django.db.models import QuerySet

from apps.applications import actions
from apps.applications.forms.township import AnswerForm, ObjectionForm
from apps.applications.models import Objection
from apps.applications.transitions import OBJECTION_MOVES, State
from apps.applications.views.acts import NotePage
from apps.audit.verbs import Verb
from apps.core.pages import ActPage


class ObjectionPage(NotePage):
    """Somebody says something against the notice."""

    act, title, button, done = Verb.RAISE_OBJECTION, "登记公示异议", "登记异议", "已登记异议，答复之前不能作决定。"
    form_class, states = ObjectionForm, (State.PUBLICISED,)
    action = staticmethod(actions.raise_objection)
    consequences = ("由另一位同事（乡镇负责人）调查后答复", "答复之前不能确认，也不能不予确认")

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"raised_on": self.today}}


class AnswerPage(ActPage):
    """What both answers share."""

    model, form_class, nav = Objection, AnswerForm, "worklist"
    template_name = "applications/answer_objection.html"

    def rows(self) -> QuerySet[Objection]:
        return super().rows().select_related("application__township", "recorded_by")

    def precheck(self) -> None:
        OBJECTION_MOVES.target(self.act, self.subject.state)

    @property
    def crumbs(self) -> list[tuple[str, str]]:  # type: ignore[override]
        return [(str(self.subject.application), self.subject.get_absolute_url())]

    def perform(self, form: Any) -> Objection:
        return self.action(self.subject, **form.cleaned_data, acting_user=self.request.user, on=self.today)


class UpholdPage(AnswerPage):
    """It is right."""

    act, title, button, done = Verb.UPHOLD_OBJECTION, "异议成立", "异议成立，退回重新调查", "异议成立，已退回重新调查。"
    action = staticmethod(actions.uphold_objection)
    consequences = ("公示立即撤下，案件回到待调查", "重新调查、初审后须重新公示七天", "此后由民政局入户抽查并确认")


class DismissPage(AnswerPage):
    """It is not."""

    act, title, button, done = Verb.DISMISS_OBJECTION, "异议不成立", "异议不成立，答复", "已答复异议。"
    action = staticmethod(actions.dismiss_objection)
    consequences = ("公示继续，期满后可以确认", "由民政局入户抽查并确认")

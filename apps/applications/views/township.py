"""The township's work beside the visit: steps left out, appraisal, collective study, longer time, the visit's form."""

from typing import Any

from django.db.models import QuerySet

from apps.applications import actions
from apps.applications.actions.fieldwork import AT_THE_TOWNSHIP
from apps.applications.facts.checks import refuse_unchecked, report_of
from apps.applications.facts.plainness import refuse_unless_plain
from apps.applications.forms.township import (
    AppraisalForm,
    AskCollectiveForm,
    CollectiveForm,
    ExtendForm,
    WaiverForm,
)
from apps.applications.models import Application
from apps.applications.views.acts import NotePage, StepPage
from apps.applications.views.answer import head_first
from apps.audit.verbs import Verb
from apps.core.pages import DetailPage


class SkipVisitPage(StepPage):
    """Leave the visit out."""

    act, title, button, done = Verb.SKIP_VISIT, "免予入户调查", "免予入户，转初审", "已登记免予入户调查。"
    form_class = WaiverForm
    action = staticmethod(actions.skip_visit)
    consequences = (
        "核对已掌握的项目不再入户（28号 §19）",
        "理由和您的姓名留在案卷里",
        "近亲属、有投诉或有疑点的不能免",
    )

    def precheck(self) -> None:
        super().precheck()
        refuse_unless_plain(self.subject, "入户调查")
        refuse_unchecked(report_of(self.subject, on=self.today))


class SkipAppraisalPage(NotePage):
    """Leave the appraisal out."""

    act, title, button, done = Verb.SKIP_APPRAISAL, "免予民主评议", "免予评议", "已登记免予民主评议。"
    form_class, states = WaiverForm, AT_THE_TOWNSHIP
    action = staticmethod(actions.skip_appraisal)
    consequences = ("没有争议的不再评议（28号 §19）", "理由和您的姓名留在案卷里", "近亲属、有投诉或有疑点的不能免")

    def precheck(self) -> None:
        super().precheck()
        refuse_unless_plain(self.subject, "民主评议")


class AppraisalPage(NotePage):
    """Write down an appraisal."""

    act, title, button, done = Verb.HOLD_APPRAISAL, "登记民主评议", "登记评议结果", "已登记民主评议。"
    form_class, states = AppraisalForm, AT_THE_TOWNSHIP
    action = staticmethod(actions.hold_appraisal)

    def form_arguments(self) -> dict[str, Any]:
        village = self.subject.village or self.subject.township
        return {"initial": {"held_on": self.today, "place": f"{village.name}会议室"}}


class AskCollectivePage(NotePage):
    """Papers cannot settle it."""

    act, title, button, done = Verb.ASK_COLLECTIVE, "提请集体研究", "提请集体研究", "已提请集体研究。"
    form_class, states = AskCollectiveForm, AT_THE_TOWNSHIP
    action = staticmethod(actions.ask_collective)
    consequences = ("登记集体研究结论之前，不能签署初审意见（28号 §4）",)


class CollectivePage(NotePage):
    """Write down what was concluded together."""

    act, title, button, done = Verb.DECIDE_TOGETHER, "登记集体研究", "登记研究结论", "已登记集体研究。"
    form_class, states = CollectiveForm, AT_THE_TOWNSHIP
    action = staticmethod(actions.decide_together)

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"held_on": self.today}}


class ExtendPage(NotePage):
    """More time, with a ground."""

    act, title, button, done = Verb.EXTEND, "延长办理期限", "延长到 45 个工作日", "已延长办理期限。"
    form_class = ExtendForm
    action = staticmethod(actions.extend)
    consequences = ("全程办结期限延长到 45 个工作日（57号第22条）", "缘由在案卷和页面上一直可见")


class VisitForm(DetailPage):
    """The visit's form to print: blank to take along, or as it was written down (``?blank`` for a new one)."""

    model, template_name = Application, "applications/visit_form.html"
    title, nav, act = "入户调查表", "worklist", Verb.VIEW_CASES

    def rows(self) -> QuerySet[Application]:
        return super().rows().filter(declaration__isnull=False).select_related("township", "village", "declaration")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case = self.subject
        visit = (
            None if "blank" in self.request.GET else case.investigations.select_related("by").order_by("-pk").first()
        )
        members = head_first(case.declaration.members.select_related("person"))
        given = {
            "visit": visit,
            "members": [(member, member.person.age_on(self.today)) for member in members],
        }
        return super().get_context_data(**(given | kwargs))

"""The steps of a case, one page each: a form and one action."""

from collections.abc import Collection
from datetime import timedelta
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse

from apps.accounts.facts import colleagues_of
from apps.applications import actions
from apps.applications.facts.deciding import refuse_elsewhere, refuse_unvisited
from apps.applications.facts.plainness import refuse_objected
from apps.applications.forms.acts import (
    ConfirmForm,
    InvestigationForm,
    NoticeForm,
    OpinionForm,
    ReasonForm,
    RefusalForm,
)
from apps.applications.letters import account_sentence, award_sentence, recognition_sentence
from apps.applications.models import Application, DecidedLevel, Kind, RefusalGround
from apps.applications.transitions import FILED, MOVES
from apps.applications.views.answer import bound_to, brief_of, confirm_label, lost_by_delay, shown_answer
from apps.audit.verbs import Verb
from apps.core.month import Month, day_label
from apps.core.pages import ActPage, BelowSubject
from apps.core.refusal import Refused
from apps.core.workdays import NOTICE_DAYS, notice_ends


class StepPage(BelowSubject, ActPage):
    """A step of a case: refused at once when the case does not stand there."""

    model, nav, template_name = Application, "worklist", "applications/act_on_case.html"
    act: Verb

    def rows(self) -> QuerySet[Application]:
        return super().rows().select_related("township", "village", "household", "declaration", "assessment")

    def precheck(self) -> None:
        MOVES.target(self.act, self.subject.state)

    def perform(self, form: forms.Form) -> Application:
        return self.action(self.subject, acting_user=self.request.user, on=self.today, **form.cleaned_data)

    @cached_property
    def answer(self) -> dict[str, Any] | None:
        """What the rules say, asked once: what the page shows is what a signature on it is bound to."""
        return shown_answer(self.subject, self.today)

    def refused(self, form: forms.Form, refused: Refused) -> HttpResponse:
        # The case may have moved meanwhile; the page is drawn from how it stands now.
        self.__dict__.pop("answer", None)
        return super().refused(form, refused)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**({"brief": brief_of(self.subject, self.answer, self.today)} | kwargs))


class NotePage(StepPage):
    """An act that leaves the case where it stands."""

    states: Collection[str] = FILED

    def precheck(self) -> None:
        if self.subject.state not in self.states:
            raise Refused("illegal_move", "这一步现在不能办：情况已经变化，请刷新页面后再看。")


class AcceptPage(StepPage):
    act, title, button, done = Verb.ACCEPT, "受理申请", "受理，期限从明天起算", "已受理。"
    action = staticmethod(actions.accept)
    consequences = ("3 个工作日内启动调查", "30 个工作日内全程办结")


class ReturnPage(StepPage):
    act, title, button, done = Verb.RETURN_FOR_CORRECTION, "退回补正", "退回补正", "已退回补正。"
    form_class = ReasonForm
    action = staticmethod(actions.return_for_correction)


class WithdrawPage(StepPage):
    act, title, button, done, tone = Verb.WITHDRAW, "撤回申请", "撤回这件申请", "已撤回。", "danger"
    form_class = ReasonForm
    action = staticmethod(actions.withdraw)
    consequences = ("撤回后不能恢复，需要时重新申请", "正在张贴的公示同时撤下")


class InvestigatePage(StepPage):
    act, title, button, done = Verb.INVESTIGATE, "登记入户调查", "登记调查结果", "已登记入户调查。"
    form_class = InvestigationForm
    action = staticmethod(actions.investigate)

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"visited_on": self.today}}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        names = colleagues_of(self.request.user, self.subject.township, on=self.today)
        return super().get_context_data(**({"colleagues": names} | kwargs))


class ProposePage(StepPage):
    act, title, button, done = Verb.PROPOSE, "签署初审意见", "签署意见", "已签署初审意见。"
    form_class = OpinionForm
    template_name = "applications/act_with_reasons.html"
    action = staticmethod(actions.propose)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {name: context["brief"][name] for name in ("answer", "total", "category")} | context


class NoticePage(StepPage):
    act, title, button, done = Verb.POST_NOTICE, "张贴公示", "登记已张贴", "已登记公示。"
    form_class, template_name = NoticeForm, "applications/notice.html"
    action = staticmethod(actions.post_notice)

    @property
    def consequences(self) -> list[str]:  # type: ignore[override]
        ends, seventh = notice_ends(self.today), self.today + timedelta(days=NOTICE_DAYS)
        following = day_label(ends + timedelta(days=1))
        moved = [f"第 7 天 {day_label(seventh)} 是休息日，顺延到 {day_label(ends)}"] if ends > seventh else []
        told = f"公示七天，到 {day_label(ends)} 期满，{following}起可确认"
        return [told, *moved, "只公布姓名、村、人数、类别、金额"]

    def form_arguments(self) -> dict[str, Any]:
        village = self.subject.village or self.subject.township
        return {"initial": {"place": f"{village.name}公示栏"}}


class ConfirmPage(ProposePage):
    act, title, done = Verb.CONFIRM, "县级确认", "已确认，待遇自下月起。"
    form_class = ConfirmForm
    action = staticmethod(actions.confirm)
    level = DecidedLevel.COUNTY

    def precheck(self) -> None:
        super().precheck()
        actions.notice_has_run(self.subject, on=self.today)
        refuse_elsewhere(self.subject, self.level, self.today)
        refuse_objected(self.subject)
        if self.level == DecidedLevel.COUNTY:
            refuse_unvisited(self.subject)

    @property
    def consequences(self) -> list[str]:  # type: ignore[override]
        if self.answer is None:
            return []
        paid = [*lost_by_delay(self.subject, self.answer, self.today)]
        paid += [award_sentence(award) for award in self.answer["awards"]]
        if recognised := recognition_sentence(self.answer["category"]):
            paid.append(recognised)
        stopped = (
            [f"自{Month.of(self.today).next().label()}起停发现有待遇。"] if self.subject.kind == Kind.REVIEW else []
        )
        told = paid if self.answer["awards"] else paid + stopped
        return [*told, *([account_sentence(self.subject.household)] if self.answer["awards"] or stopped else [])]

    @property
    def button(self) -> str:  # type: ignore[override]
        return confirm_label(self.subject, self.answer, self.today)

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"seen": bound_to(self.answer)}}


class ConfirmDelegatedPage(ConfirmPage):
    act, title = Verb.CONFIRM_DELEGATED, "受托确认"
    action = staticmethod(actions.confirm_delegated)
    level = DecidedLevel.TOWNSHIP


class RefusePage(ProposePage):
    act, title, button, done, tone = (
        Verb.REFUSE,
        "不予确认",
        "不予确认",
        "已不予确认，请在 3 个工作日内送达通知书。",
        "danger",
    )
    form_class = RefusalForm
    action = staticmethod(actions.refuse)
    level = DecidedLevel.COUNTY

    def precheck(self) -> None:
        super().precheck()
        refuse_elsewhere(self.subject, self.level, self.today)
        refuse_objected(self.subject)

    @property
    def consequences(self) -> list[str]:  # type: ignore[override]
        """The letter carries the calculation: whoever refuses against it is told so before signing."""
        if not (self.answer and self.answer["awards"]):
            return []
        paid = "".join(award_sentence(award) for award in self.answer["awards"])
        return [
            f"与测算相反：按现有申报应予救助，{paid}",
            "通知书附有这份计算，具体说明要写清为什么不按它办；收入、财产有出入的，请退回补查，不要直接不予确认",
        ]

    def perform(self, form: forms.Form) -> Application:
        given = form.cleaned_data
        return self.action(
            self.subject,
            ground=RefusalGround(given["ground"]),
            text=given["text"],
            acting_user=self.request.user,
            on=self.today,
        )


class RefuseDelegatedPage(RefusePage):
    act, title = Verb.REFUSE_DELEGATED, "受托不予确认"
    action = staticmethod(actions.refuse_delegated)
    level = DecidedLevel.TOWNSHIP


class SurveyPage(StepPage):
    act, title, button, done = Verb.RETURN_FOR_SURVEY, "退回补查", "退回乡镇补查", "已退回补查。"
    form_class = ReasonForm
    action = staticmethod(actions.return_for_survey)
    consequences = ("公示撤下，补查后须重新公示",)

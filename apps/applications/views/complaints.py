"""Complaints, reconsideration and litigation: registered, answered, or taken up again as a new case."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from apps.accounts.facts import holders_of
from apps.accounts.roles import Role
from apps.applications import actions
from apps.applications.delivery import reconsideration_until
from apps.applications.forms.after import AnswerForm, ComplaintForm
from apps.applications.forms.intake.review import sections_on_file
from apps.applications.models import Application, Complaint, ComplaintKind
from apps.applications.transitions import COMPLAINT_MOVES, ComplaintState, State
from apps.applications.views.after import FILED_OR_DECIDED
from apps.audit.verbs import Verb
from apps.core.month import day_label
from apps.core.pages import ActPage, BelowSubject, DetailPage, ListPage
from apps.core.refusal import Refused
from apps.households.views import RevealPage

DECIDED = (State.CONFIRMED, State.REFUSED, State.REVOKED)


class ComplaintFilter(forms.Form):
    """Complaints that wait for an answer, or all."""

    show = forms.ChoiceField(label="范围", choices=[("", "待答复"), ("all", "全部")], required=False)


class ComplaintList(ListPage):
    """What waits for an answer."""

    model, filters, template_name = Complaint, ComplaintFilter, "applications/after/complaints.html"
    title, act = "投诉与复议", Verb.VIEW_CASES

    def rows(self) -> QuerySet[Complaint]:
        return super().rows().select_related("application__township").order_by("received_on", "pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["complaints"] = [(one, one.days_waited(self.today)) for one in context["rows"]]
        return context

    def narrow(self, rows: QuerySet[Complaint], chosen: dict[str, Any]) -> QuerySet[Complaint]:
        return rows if chosen.get("show") else rows.filter(state=ComplaintState.OPEN)


class ComplaintNew(BelowSubject, ActPage):
    """Register a complaint about a case."""

    model, form_class, act, nav = Application, ComplaintForm, Verb.FILE_COMPLAINT, "worklist"
    title, button, done = "登记投诉、复议、诉讼", "登记", "已登记，由作出原决定以外的同事答复。"

    @property
    def consequences(self) -> list[str]:  # type: ignore[override]
        """What registering does, and until when the law lets a family ask for 行政复议."""
        return [
            "原案卷不再改动；需要重新审查时另立一件接续的案件",
            "作出原决定的人不能答复，也不能决定重新审查的案件",
            *([limit_told(self.subject)] if self.subject.state in DECIDED else []),
        ]

    def rows(self) -> QuerySet[Application]:
        return super().rows().select_related("township")

    def precheck(self) -> None:
        if self.subject.state not in FILED_OR_DECIDED:
            raise Refused("not_filed", "草稿和已撤回的申请没有可以投诉的决定。")

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"received_on": self.today, "kind": ComplaintKind.COMPLAINT}}

    def perform(self, form: forms.Form) -> Complaint:
        given = form.cleaned_data
        return actions.file_complaint(
            self.subject,
            **{**given, "kind": ComplaintKind(given["kind"])},
            acting_user=self.request.user,
            on=self.today,
        )

    def done_message(self, result: Complaint) -> str:
        return f"{self.done}{late_told(result)}"

    def done_url(self, result: Complaint) -> str:
        return result.get_absolute_url()


def limit_told(case: Application) -> str:
    """Until when 行政复议 can be asked for, as far as it is known."""
    told = told_on(case)
    if told is None:
        return "还没有登记送达：申请行政复议的六十日从送达次日起算"
    until = day_label(reconsideration_until(told))
    return f"通知书 {day_label(told)} 送达，申请行政复议到 {until} 为止；晚了的照样登记"


def told_on(case: Application) -> date | None:
    """The day the family got its newest letter."""
    newest = case.deliveries.order_by("-delivered_on").first()
    return newest and newest.delivered_on


def late_told(complaint: Complaint) -> str:
    """That a 行政复议 came after its sixty days; empty when it did not."""
    told = told_on(complaint.application)
    if complaint.kind != ComplaintKind.RECONSIDERATION or told is None:
        return ""
    until = reconsideration_until(told)
    if complaint.received_on <= until:
        return ""
    return f"收到时已超过六十日（到 {day_label(until)} 为止）：是否受理由复议机关决定，请说明逾期的理由。"


class AboutComplaint:
    """What pages about one complaint share."""

    model, nav = Complaint, "complaint-list"
    subject: Any

    def rows(self) -> QuerySet[Complaint]:
        """With the case complained of."""
        return (
            super()
            .rows()
            .select_related(  # type: ignore[misc]
                "application__township", "application__household", "filed_by", "answered_by", "reopened_as"
            )
            .select_related("application__decided_by", "application__decision")
        )

    def decision(self) -> dict[str, Any]:
        """The decision that is complained of, for whoever has to judge it."""
        told = told_on(self.subject.application)
        until = told and reconsideration_until(told)
        return {"case": self.subject.application, "told_on": told, "until": until}

    @property
    def crumbs(self) -> list[tuple[str, str]]:
        """The case, and below it the complaint."""
        case = self.subject.application
        return [(str(case), case.get_absolute_url())]


class ComplaintPage(AboutComplaint, DetailPage):
    """What was said, what was found, what was answered."""

    template_name, act = "applications/after/complaint.html", Verb.VIEW_CASES

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"{self.subject.get_kind_display()}：{self.subject.application.applicant_name}一家"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case, user = self.subject.application, self.request.user
        answers = (
            self.subject.state == ComplaintState.OPEN
            and user.may(Verb.DISMISS_COMPLAINT, on=self.today, area=case.township)
            and user.pk != case.decided_by_id
        )
        given = {
            **self.decision(),
            "answers": answers,
            "decided": case.state in DECIDED,
            "late": late_told(self.subject),
            "waited": self.subject.days_waited(self.today),
            "sees_who": self.subject.is_named and user.may(Verb.DISMISS_COMPLAINT, on=self.today),
        }
        return super().get_context_data(**(given | kwargs))


class Answering(AboutComplaint, ActPage):
    """An answer by somebody else than who decided."""

    form_class, template_name = AnswerForm, "applications/after/answer.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**(self.decision() | kwargs))

    def precheck(self) -> None:
        COMPLAINT_MOVES.target(self.act, self.subject.state)


class DismissPage(Answering):
    """Answered without a new case."""

    act, title, button, done = Verb.DISMISS_COMPLAINT, "答复", "答复，不另立案件", "已登记答复。"
    consequences = ("请把答复书面告知反映人",)

    def perform(self, form: forms.Form) -> Complaint:
        return actions.dismiss_complaint(
            self.subject, answer=form.cleaned_data["answer"], acting_user=self.request.user, on=self.today
        )


class ReopenPage(Answering):
    """Taken up again as a new case."""

    act, title, button = Verb.REOPEN_CASE, "重新审查", "另立一件重新审查"
    done = "已另立案件，请乡镇重新调查。"

    @property
    def consequences(self) -> list[str]:  # type: ignore[override]
        """What follows, and first of all when nobody would be left to decide."""
        case = self.subject.application
        left = holders_of(Role.REVIEWER, case.township.parent, on=self.today)
        left -= {self.request.user.pk, case.decided_by_id}
        nobody = "由您立案，就没有别的审核人可以决定了：请民政局主管来立案"
        return [
            *([] if left else [nobody]),
            "新案件接续原案，从档案填好草稿，按原有步骤重新调查、公示、决定",
            "您立的案、原决定人决定过的案，都不能再由本人决定",
            "原决定在新决定作出之前继续有效",
        ]

    def perform(self, form: forms.Form) -> Application:
        household = self.subject.application.household
        return actions.reopen_case(
            self.subject,
            answer=form.cleaned_data["answer"],
            sections=sections_on_file(household, on=self.today) if household else {},
            acting_user=self.request.user,
            on=self.today,
        )

    def done_url(self, result: Application) -> str:
        return result.get_absolute_url()


class RevealComplainant(AboutComplaint, RevealPage):
    """Who complained; only for who may answer."""

    nav, field, title, act = "complaint-list", "complainant", "查看反映人", Verb.DISMISS_COMPLAINT

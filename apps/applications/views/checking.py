"""核对 on the pages: asking, writing down what was answered, and settling what differs."""

from functools import cached_property
from typing import Any

from django import forms
from django.db.models import QuerySet

from apps.applications import actions
from apps.applications.actions.checking import CHECKABLE, still_open
from apps.applications.facts.checks import Report, report_of
from apps.applications.forms.checking import OFFICES, CheckAnswerForm, CheckRequestForm, CheckRestForm, DifferenceForm
from apps.applications.models import CheckAnswer, CheckRequest, CheckScope, Outcome
from apps.applications.views.acts import NotePage
from apps.audit.verbs import Verb
from apps.core.refusal import Refused
from apps.households.views import RevealPage


class CheckPage(NotePage):
    """What the pages of the check share."""

    states = CHECKABLE

    @cached_property
    def report(self) -> Report:
        """The report as it stands when the page opens."""
        return report_of(self.subject, on=self.today)

    @property
    def latest(self) -> CheckRequest:
        """The request that is being answered; Refused("not_requested") before there is one."""
        if not self.report.requests:
            raise Refused("not_requested", "这件申请还没有发起核对，请先发起。")
        return self.report.requests[-1]


class RequestCheckPage(CheckPage):
    """Ask."""

    act, title, button, done = Verb.REQUEST_CHECK, "发起核对", "发起核对，3 个工作日内答复", "已发起核对。"
    form_class = CheckRequestForm
    consequences = ("凭家庭签字的核对授权书（申请即授权）", "名单上每位成员都问", "取不到结果的项目不会当作没有")

    def perform(self, form: forms.Form) -> CheckRequest:
        scopes = [CheckScope(scope) for scope in form.cleaned_data["scopes"]]
        return actions.request_check(self.subject, scopes=scopes, acting_user=self.request.user, on=self.today)


class AnswerCheckPage(CheckPage):
    """One answer after another: the page comes back until all are there."""

    act, title, button, done = Verb.ANSWER_CHECK, "登记核对结果", "登记这一项", "已登记这一项。"
    form_class, template_name = CheckAnswerForm, "applications/check_answer.html"

    def precheck(self) -> None:
        super().precheck()
        _ = self.latest

    def form_arguments(self) -> dict[str, Any]:
        return {"request": self.latest, "initial": {"as_of": self.today}}

    def perform(self, form: forms.Form) -> CheckAnswer:
        given = form.cleaned_data
        told = {"scope": CheckScope(given.pop("scope")), "outcome": Outcome(given.pop("outcome"))}
        return actions.answer_check(self.latest, **told, **given, acting_user=self.request.user, on=self.today)

    def done_url(self, result: Any) -> str:
        return self.request.path

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        given = {"report": self.report, "open_items": by_member(still_open(self.latest, on=self.today))}
        return super().get_context_data(**(given | {"offices": OFFICES} | kwargs))


def by_member(items: list[tuple[Any, CheckScope]]) -> list[tuple[str, str]]:
    """Name and what is still open of each member."""
    found: dict[str, list[str]] = {}
    for member, scope in items:
        found.setdefault(member.person.name, []).append(scope.label)
    return [(name, "、".join(labels)) for name, labels in found.items()]


class AnswerRestPage(CheckPage):
    """Everything still open has no record."""

    act, title, done = Verb.ANSWER_CHECK, "其余均无记录", "已登记其余各项。"
    form_class = CheckRestForm
    consequences = (
        "户籍记为有记录，残疾证按申报记为一致",
        "其余未登记的各项记为无记录",
        "曾经未取得结果的项目仍要逐项补登",
    )

    def precheck(self) -> None:
        super().precheck()
        _ = self.latest

    @property
    def button(self) -> str:  # type: ignore[override]
        return f"其余 {len(still_open(self.latest, on=self.today))} 项均无记录"

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"as_of": self.today}}

    def perform(self, form: forms.Form) -> Any:
        given = form.cleaned_data
        return actions.answer_rest(self.latest, **given, acting_user=self.request.user, on=self.today)


class DifferencePage(CheckPage):
    """Why something found beyond the declaration stands."""

    act, title, button, done = Verb.EXPLAIN_DIFFERENCE, "说明核对差异", "说明差异", "已说明差异。"
    form_class = DifferenceForm
    consequences = (
        "说明之后仍按申报的数额计算；申报有误的请退回补正，更正申报",
        "说明只对现在的核对结果有效",
        "有差异的案件不能免予入户和评议",
    )

    def form_arguments(self) -> dict[str, Any]:
        return {"lines": self.report.unexplained}

    def perform(self, form: forms.Form) -> Any:
        return actions.explain_difference(
            self.subject, **form.cleaned_data, acting_user=self.request.user, on=self.today
        )


class RevealAnswer(RevealPage):
    """What an office wrote, with a reason for looking."""

    model, field, title, nav = CheckAnswer, "raw", "查看核对回复原文", "worklist"

    def permitted(self) -> bool:
        return super().permitted() and self.request.user.may(Verb.VIEW_CASES, on=self.today)

    def rows(self) -> QuerySet[CheckAnswer]:
        return super().rows().select_related("request__application__township")

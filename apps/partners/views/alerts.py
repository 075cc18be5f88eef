"""What other bureaus say happened: the list, one alert with the way to the acts it may call for, and its end."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from apps.applications.deadlines import Deadline, counted
from apps.applications.models import CheckRequest
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core.pages import ActPage, BelowSubject, DetailPage, ListPage
from apps.partners import actions
from apps.partners.facts.waiting import unanswered
from apps.partners.forms.referrals import AlertFilter, SettleForm
from apps.partners.models import Alert, AlertKind
from apps.partners.transitions import AlertState

# Where a caseworker who found an alert true goes on; every one of these is an act of its own.
LEADS_TO = {
    AlertKind.DEATH: (("登记死亡", "family-death", Verb.RECORD_DEATH),),
    AlertKind.MOVED_AWAY: (
        ("迁往其他乡镇", "family-relocate", Verb.PROPOSE_RELOCATION),
        ("登记情况变化", "family-change", Verb.REPORT_CHANGE),
    ),
    AlertKind.DISASTER: (),
}
_OTHERWISE = (
    ("登记情况变化", "family-change", Verb.REPORT_CHANGE),
    ("更正差错", "family-correction", Verb.CORRECT_FILE),
)


class AlertList(ListPage):
    """Alerts about the families of one's townships, the most pressing first."""

    model, filters, template_name = Alert, AlertFilter, "partners/alerts.html"
    title, act = "部门提示", Verb.VIEW_REFERRALS

    def rows(self) -> QuerySet[Alert]:
        return super().rows().select_related("household__township", "household__village", "person")

    def narrow(self, rows: QuerySet[Alert], chosen: dict[str, Any]) -> QuerySet[Alert]:
        return rows.order_by("-pk") if chosen.get("show") else rows.waiting().order_by("due_on", "pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"listed": [(one, self.due(one)) for one in context["rows"]]}

    def due(self, alert: Alert) -> Deadline | None:
        """By when it is to be looked into; nothing when it was."""
        return counted("核实", alert.due_on, self.today) if alert.state == AlertState.OPEN else None


class AlertPage(BelowSubject, DetailPage):
    """What was said, and what to do about it."""

    model, template_name = Alert, "partners/alert.html"
    nav, act = "alert-list", Verb.VIEW_REFERRALS

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"{self.subject.person.name}：{self.subject.get_kind_display()}"

    @property
    def crumbs(self) -> list[tuple[str, str]]:  # type: ignore[override]
        return [("部门提示", reverse("alert-list"))]

    def rows(self) -> QuerySet[Alert]:
        return (
            super()
            .rows()
            .select_related("household__township", "household__village", "household__head", "person", "settled_by")
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        one, user = self.subject, self.request.user
        waits = one.state == AlertState.OPEN
        follow = [
            (label, reverse(name, args=[one.household.uuid]))
            for label, name, verb in LEADS_TO.get(one.kind, _OTHERWISE)
            if waits and user.may(verb, on=self.today, area=one.township)
        ]
        given = {
            "follow": follow,
            "settles": waits and user.may(Verb.SETTLE_ALERT, on=self.today, area=one.township),
            "due": waits and counted("核实", one.due_on, self.today),
            "paid": one.household.awards.due_in(self.today.replace(day=1)),
            "records": Record.objects.visible_to(user).about(one).select_related("user"),
        }
        return super().get_context_data(**(given | kwargs))


class SettlePage(BelowSubject, ActPage):
    """Say what looking into it showed."""

    model, form_class, act, nav = Alert, SettleForm, Verb.SETTLE_ALERT, "alert-list"
    title, button, done = "核销部门提示", "核销", "已核销。"
    consequences = ("这里只记核实结果，不改变待遇", "属实要登记的，先在提示页点右边的办理事项")

    def rows(self) -> QuerySet[Alert]:
        return super().rows().select_related("household__township", "household__head", "person")

    def perform(self, form: forms.Form) -> Alert:
        return actions.settle_alert(self.subject, acting_user=self.request.user, on=self.today, **form.cleaned_data)


class OverdueChecks(ListPage):
    """Requests nobody answered in time: the case goes on, and somebody telephones."""

    model, template_name, act = CheckRequest, "partners/overdue_checks.html", Verb.VIEW_CASES
    title, nav = "核对逾期未答", "worklist"

    def rows(self) -> QuerySet[CheckRequest]:
        return unanswered(self.request.user, self.today)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"listed": [(one, counted("答复", one.due_on, self.today)) for one in context["rows"]]}

"""主动发现: the list, reporting, and the steps of one lead."""

from typing import Any

from django import forms
from django.db.models import F, QuerySet
from django.urls import reverse

from apps.applications import actions
from apps.applications.forms.leads import ApplyForm, CloseForm, ContactForm, LeadFilter, LeadForm
from apps.applications.models import Lead
from apps.applications.transitions import LEAD_MOVES
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core.pages import ActPage, DetailPage, ListPage
from apps.households.views import RevealPage

STEPS = (
    (Verb.CONTACT_LEAD, "lead-contact", "登记联系", "primary"),
    (Verb.APPLY_FROM_LEAD, "lead-apply", "转为申请", "primary"),
    (Verb.CLOSE_LEAD, "lead-close", "了结…", "quiet"),
)


class LeadList(ListPage):
    """Families somebody noticed: an assistant's own village, a caseworker's township, the most pressing first."""

    model, filters, template_name = Lead, LeadFilter, "applications/leads/list.html"
    title, act = "主动发现", Verb.VIEW_LEADS

    def rows(self) -> QuerySet[Lead]:
        return super().rows().select_related("village__parent", "reported_by", "application")

    def narrow(self, rows: QuerySet[Lead], chosen: dict[str, Any]) -> QuerySet[Lead]:
        if chosen.get("show"):
            return rows.order_by("-reported_on", "-pk")
        return rows.waiting().order_by(F("contacted_on").asc(nulls_first=True), "reported_on", "pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["leads"] = [(lead, lead.left_on(self.today)) for lead in context["rows"]]
        return context


class LeadNew(ActPage):
    """Report a family."""

    form_class, act, nav = LeadForm, Verb.REPORT_LEAD, "lead-list"
    title, button, done = "上报线索", "上报", "已上报，乡镇会在三个工作日内联系。"

    @property
    def crumbs(self) -> list[tuple[str, str]]:  # type: ignore[override]
        return [("主动发现", reverse("lead-list"))]

    def form_arguments(self) -> dict[str, Any]:
        return {"user": self.request.user, "on": self.today}

    def perform(self, form: forms.Form) -> Lead:
        given = dict(form.cleaned_data)
        return actions.report_lead(given.pop("village"), **given, acting_user=self.request.user, on=self.today)

    def done_url(self, result: Lead) -> str:
        return reverse("lead-list")


class LeadPage(DetailPage):
    """One lead: what is known, what was done, what may follow."""

    model, template_name = Lead, "applications/leads/detail.html"
    nav, act = "lead-list", Verb.VIEW_LEADS

    @property
    def title(self) -> str:  # type: ignore[override]
        return str(self.subject.name)

    def rows(self) -> QuerySet[Lead]:
        return super().rows().select_related("village__parent", "reported_by", "contacted_by", "application")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lead, user = self.subject, self.request.user
        steps = [
            (label, reverse(url, args=[lead.uuid]), tone)
            for verb, url, label, tone in STEPS
            if LEAD_MOVES.allows(verb, lead.state) and user.may(verb, on=self.today, area=lead.village)
        ]
        context = {
            "steps": steps,
            "left": lead.left_on(self.today),
            "calls": user.may(Verb.REVEAL, on=self.today, area=lead.village),
            "finds": user.may(Verb.CONTACT_LEAD, on=self.today, area=lead.village) or user.pk == lead.reported_by_id,
            "sees_case": user.may(Verb.VIEW_CASES, on=self.today),
            "records": Record.objects.visible_to(user).about(lead).select_related("user"),
        }
        return super().get_context_data(**(context | kwargs))


class LeadStep(ActPage):
    """A step of a lead, with what was told of it."""

    model, nav, template_name = Lead, "lead-list", "applications/leads/step.html"
    act: Verb

    def rows(self) -> QuerySet[Lead]:
        return super().rows().select_related("village__parent", "reported_by")

    @property
    def crumbs(self) -> list[tuple[str, str]]:  # type: ignore[override]
        return [("主动发现", reverse("lead-list")), (str(self.subject), self.subject.get_absolute_url())]

    def precheck(self) -> None:
        LEAD_MOVES.target(self.act, self.subject.state)

    def perform(self, form: forms.Form) -> Lead:
        return self.action(self.subject, **form.cleaned_data, acting_user=self.request.user, on=self.today)


class ContactPage(LeadStep):
    act, form_class = Verb.CONTACT_LEAD, ContactForm
    title, button, done = "登记联系", "登记联系情况", "已登记。"
    action = staticmethod(actions.contact_lead)


class ApplyPage(LeadStep):
    act, form_class = Verb.APPLY_FROM_LEAD, ApplyForm
    title, button, done = "转为申请", "建立申请草稿", "已建立草稿，请继续填写。"
    action = staticmethod(actions.apply_from_lead)
    consequences = ("姓名、村（社区）、住址和电话带进申请表", "线索随之转为“已转申请”")

    def done_url(self, result: Lead) -> str:
        return reverse("application-draft", args=[result.application.uuid])


class ClosePage(LeadStep):
    act, form_class, tone = Verb.CLOSE_LEAD, CloseForm, "danger"
    title, button, done = "了结线索", "了结", "已了结。"
    action = staticmethod(actions.close_lead)


class PhonePage(RevealPage):
    """The telephone of a lead, to speak to the family."""

    model, field, title, nav = Lead, "phone", "查看完整电话", "lead-list"

    def permitted(self) -> bool:
        return super().permitted() and self.request.user.may(Verb.VIEW_LEADS, on=self.today)

    def rows(self) -> QuerySet[Lead]:
        return super().rows().select_related("village__parent")

"""Where a township confirms by itself."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from apps.applications import actions
from apps.applications.forms.township import DelegationForm, EndDelegationForm
from apps.applications.models import Delegation
from apps.audit.verbs import Verb
from apps.core.pages import ActPage, ListPage


class DelegationList(ListPage):
    """All delegations, those in force first said."""

    model, template_name = Delegation, "applications/delegations.html"
    title, act = "确认权限下放", Verb.VIEW_CASES

    def rows(self) -> QuerySet[Delegation]:
        return super().rows().select_related("township", "made_by").order_by("-since", "-pk")


class DelegationPage(ActPage):
    """What both acts share."""

    nav = "delegation-list"
    crumbs = [("确认权限下放", "/delegations/")]

    def done_url(self, result: Any) -> str:
        return reverse("delegation-list")


class DelegatePage(DelegationPage):
    """Let a township confirm."""

    act, title, button, done = Verb.DELEGATE, "下放确认权限", "下放", "已下放确认权限。"
    form_class = DelegationForm
    consequences = (
        "受理、初审、确认须由乡镇三个不同的人办理",
        "近亲属、有投诉异议、抽中抽查的案件仍由民政局确认",
    )

    def form_arguments(self) -> dict[str, Any]:
        return {"user": self.request.user, "initial": {"since": self.today}}

    def perform(self, form: Any) -> Delegation:
        given = form.cleaned_data
        return actions.delegate(given.pop("township"), **given, acting_user=self.request.user, on=self.today)


class EndDelegationPage(DelegationPage):
    """Take it back."""

    act, title, button, done, tone = Verb.END_DELEGATION, "收回确认权限", "收回", "已收回确认权限。", "danger"
    model, form_class = Delegation, EndDelegationForm
    consequences = ("这一天起由民政局确认，正在办理的案件也一样",)

    def rows(self) -> QuerySet[Delegation]:
        return super().rows().select_related("township")

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"until": self.today + timedelta(days=1)}}

    def perform(self, form: Any) -> Delegation:
        return actions.end_delegation(self.subject, **form.cleaned_data, acting_user=self.request.user, on=self.today)

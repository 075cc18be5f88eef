"""The township leader gives the open cases of one caseworker to another."""

from functools import cached_property
from typing import Any

from django import forms
from django.db.models import F, QuerySet
from django.http import Http404
from django.urls import reverse, reverse_lazy

from apps.accounts.facts import townships_of
from apps.accounts.roles import Role
from apps.applications.actions import hand_over
from apps.applications.deadlines import deadline
from apps.applications.facts.handing_over import Pile, piles
from apps.applications.forms.handing_over import HandOverForm
from apps.applications.models import Application
from apps.audit.verbs import Verb
from apps.core.pages import ActPage, Page
from apps.core.refusal import Refused


class HandOverList(Page):
    """Who is responsible for how many open cases, and whose have to pass to somebody else."""

    title, act, template_name = "移交在办申请", Verb.HAND_OVER, "applications/hand_over_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        townships = townships_of(self.request.user, Role.TOWNSHIP_LEADER, on=self.today)
        return super().get_context_data(**({"piles": piles(townships, on=self.today)} | kwargs))


class HandOverPage(ActPage):
    """From whom, to whom, which cases: everything open is ticked, what stays is unticked."""

    form_class, act, nav = HandOverForm, Verb.HAND_OVER, "hand-over"
    template_name, button = "applications/hand_over.html", "移交所选申请"
    crumbs = (("移交在办申请", reverse_lazy("hand-over")),)
    consequences = (
        "所选申请改由接手人承办，进入接手人的待办",
        "环节、期限和已签署的意见都不变；本人办过的环节仍不能由本人确认",
        "每件申请各留一条移交记录",
    )

    @cached_property
    def piles(self) -> list[Pile]:
        """Everybody of the leader's townships."""
        return piles(townships_of(self.request.user, Role.TOWNSHIP_LEADER, on=self.today), on=self.today)

    @cached_property
    def pile(self) -> Pile:
        """The one whose cases are given away; who has none here is as if they were not there."""
        found = [p for p in self.piles if (p.township.pk, p.user.pk) == (self.kwargs["area"], self.kwargs["pk"])]
        if not found or not found[0].count:
            raise Http404
        return found[0]

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"移交{self.pile.user.name}的在办申请"

    def cases(self) -> QuerySet[Application]:
        """The giver's open cases here, the urgent ones first."""
        mine = Application.objects.visible_to(self.request.user).open().filter(handler=self.pile.user)
        here = mine.filter(township=self.pile.township).select_related("township", "village")
        return here.order_by(F("due_on").asc(nulls_last=True), "pk")

    def receivers(self) -> list[Pile]:
        """Those who sit on the caseworker's post of the same township."""
        there = (p for p in self.piles if p.township == self.pile.township and p.seat)
        return [p for p in there if p.user != self.pile.user]

    def precheck(self) -> None:
        if not self.receivers():
            raise Refused("nobody_there", "本乡镇没有别的经办人可以接手，请安全管理员任命或安排代理后再来移交。")

    def form_arguments(self) -> dict[str, Any]:
        return {"receivers": self.receivers(), "open_cases": self.cases()}

    def perform(self, form: forms.Form) -> list[Application]:
        to = next(p.user for p in self.receivers() if p.user.pk == form.cleaned_data["to"])
        chosen = self.cases().filter(pk__in=form.cleaned_data["cases"])
        return hand_over(self.pile.user, cases=chosen, to=to, acting_user=self.request.user, on=self.today)

    def done_url(self, result: list[Application]) -> str:
        return reverse("hand-over")

    def done_message(self, result: list[Application]) -> str:
        return f"已移交 {len(result)} 件，现由{result[0].handler}承办。"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs["form"]
        boxes = {str(box.data["value"]): box for box in form["cases"]}
        told = (case for case in self.cases() if str(case.pk) in boxes)
        rows = [(case, boxes[str(case.pk)], deadline(case, today=self.today)) for case in told]
        return super().get_context_data(**({"pile": self.pile, "cases": rows} | kwargs))

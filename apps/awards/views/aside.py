"""What a month has set aside: listed with what to do, tried again, or left out of the month."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse

from apps.audit.verbs import Verb
from apps.awards import actions
from apps.awards.enums import AsideState
from apps.awards.forms import AsideFilter, ExcludeForm
from apps.awards.models import MonthRun, SetAside
from apps.core.pages import ActPage, ListPage

DISPATCH = ("awards.dispatch_chunks",)


class SetAsideList(ListPage):
    """The units a month has set aside: who, where, why, and what to do."""

    model, template_name = SetAside, "awards/set_aside.html"
    nav, act = "month-list", Verb.VIEW_MONTHS

    @cached_property
    def run(self) -> MonthRun:
        """The month."""
        return get_object_or_404(MonthRun.objects.visible_to(self.request.user), pk=self.kwargs["pk"])

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"{self.run.label}搁置户"

    @property
    def crumbs(self) -> list[tuple[str, str]]:  # type: ignore[override]
        return [(f"{self.run.label}核定", self.run.get_absolute_url())]

    def filter_form(self) -> AsideFilter:
        return AsideFilter(self.request.GET, user=self.request.user)

    def rows(self) -> QuerySet[SetAside]:
        rows = super().rows().filter(run=self.run).select_related("run", "excluded_by")
        return rows.select_related("award__household__head", "award__person", "award__township").order_by("pk")

    def narrow(self, rows: QuerySet[SetAside], chosen: dict[str, Any]) -> QuerySet[SetAside]:
        rows = rows.filter(state=chosen["state"]) if chosen.get("state") else rows.blocking()
        if chosen.get("township"):
            rows = rows.filter(award__township=chosen["township"])
        return rows.filter(cause=chosen["cause"]) if chosen.get("cause") else rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        waiting = self.run.set_aside.filter(state=AsideState.OPEN).exclude(cause="HELD").count()
        return super().get_context_data(**({"run": self.run, "waiting": waiting} | kwargs))


class RetryAll(ActPage):
    """Calculate everything again that a month has set aside."""

    model, nav, act = MonthRun, "month-list", Verb.RETRY_UNIT
    title, button, done = "重新核定搁置户", "全部重新核定", "已重新送去核定。"

    def perform(self, form: Any) -> MonthRun:
        actions.retry_units(self.subject, acting_user=self.request.user, on=self.today)
        return self.subject

    def rings(self, result: MonthRun) -> Iterable[tuple[str]]:
        return (DISPATCH,)

    def done_url(self, result: MonthRun) -> str:
        return reverse("month-set-aside", args=[result.pk])


class AboutUnit(ActPage):
    """An act on one unit that was set aside; afterwards back to the list."""

    model, nav = SetAside, "month-list"

    def rows(self) -> QuerySet[SetAside]:
        return super().rows().select_related("run", "award__household__head", "award__person", "award__township")

    @property
    def crumbs(self) -> list[tuple[str, str]]:  # type: ignore[override]
        return [(f"{self.subject.run.label}搁置户", self.subject.get_absolute_url())]

    def rings(self, result: SetAside) -> Iterable[tuple[str]]:
        return (DISPATCH,)


class RetryUnit(AboutUnit):
    """Calculate one unit again."""

    act = Verb.RETRY_UNIT
    title, button, done = "重新核定", "重新核定这一户", "已重新送去核定。"

    def perform(self, form: Any) -> SetAside:
        unit = self.subject
        actions.retry_units(unit.run, units=[unit], acting_user=self.request.user, on=self.today)
        return unit


class ExcludeUnit(AboutUnit):
    """Leave one unit out of the month."""

    act, form_class = Verb.EXCLUDE_UNIT, ExcludeForm
    button, tone, done = "不列入本月", "danger", "已不列入本月；应发的以后可以补发。"

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"{self.subject.award.payee.name}不列入{self.subject.run.label}"

    @property
    def consequences(self) -> list[str]:  # type: ignore[override]
        label = self.subject.run.label
        return [
            f"{label}不发给这一户，其他户照常核定、确认、发放。",
            "以后查清应发的，作为补发另行办理；不列入的理由记入办理记录。",
            "本月之内不能再改回来；作废本月重新核定时，这一户重新进入核定。",
        ]

    def perform(self, form: Any) -> SetAside:
        return actions.exclude_unit(self.subject, acting_user=self.request.user, on=self.today, **form.cleaned_data)

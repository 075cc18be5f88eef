"""抽查: the draws, one draw with its proof, and what was found at a home."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from apps.applications import actions
from apps.applications.actions.spot_checks import waiting_for_the_draw
from apps.applications.forms.township import DrawForm, SpotCheckForm
from apps.applications.models import SpotCheck, SpotCheckDraw
from apps.applications.sampling import drawn, in_order
from apps.audit.verbs import Verb
from apps.core.month import day_label
from apps.core.pages import ActPage, DetailPage, ListPage
from apps.core.refusal import Refused


class SpotCheckList(ListPage):
    """All draws, and how many cases wait for the next."""

    model, template_name = SpotCheckDraw, "applications/spot_checks.html"
    title, act = "抽查", Verb.VIEW_SPOT_CHECKS

    def rows(self) -> QuerySet[SpotCheckDraw]:
        return super().rows().select_related("drawn_by").order_by("-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**({"waiting": len(waiting_for_the_draw(on=self.today))} | kwargs))


class DrawPage(ActPage):
    """Draw."""

    act, title, done = Verb.DRAW_SPOT_CHECK, "抽取抽查件", "已抽取。"
    form_class, nav = DrawForm, "spot-check-list"
    crumbs = [("抽查", "/spot-checks/")]
    consequences = (
        "近亲属备案件和有投诉、异议的案件必查",
        "随机种子记入抽取记录，任何人可以复核",
        "抽中的案件登记抽查结果后才能确认",
    )

    @property
    def button(self) -> str:  # type: ignore[override]
        return f"从 {len(waiting_for_the_draw(on=self.today))} 件中抽取"

    def perform(self, form: Any) -> SpotCheckDraw:
        return actions.draw_spot_check(**form.cleaned_data, acting_user=self.request.user, on=self.today)


class DrawDetail(DetailPage):
    """One draw, drawn anew before the reader's eyes."""

    model, template_name = SpotCheckDraw, "applications/spot_check.html"
    nav, act, crumbs = "spot-check-list", Verb.VIEW_SPOT_CHECKS, [("抽查", "/spot-checks/")]

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"{self.subject.drawn_on:%Y年}{day_label(self.subject.drawn_on)}抽查"

    def rows(self) -> QuerySet[SpotCheckDraw]:
        return super().rows().select_related("drawn_by")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        draw = self.subject
        again = drawn(draw.seed, draw.numbers, always=draw.always, percent=draw.percent)
        cases = draw.cases.select_related("application__township", "by")
        by_number = {one.application.number: one for one in cases}
        given = {
            "draw": draw,
            "repeats": again == draw.sample and in_order(draw.seed, draw.numbers) == draw.numbers,
            "cases": [by_number[number] for number in draw.numbers],
        }
        return super().get_context_data(**(given | kwargs))


class SpotCheckPage(ActPage):
    """What was found at a sampled family's home."""

    act, title, button, done = Verb.RECORD_SPOT_CHECK, "登记抽查结果", "登记抽查结果", "已登记抽查结果。"
    model, form_class, nav = SpotCheck, SpotCheckForm, "spot-check-list"
    consequences = ("一致的可以确认", "不一致的退回补查或不予确认")

    def rows(self) -> QuerySet[SpotCheck]:
        return super().rows().select_related("application__township", "draw")

    def precheck(self) -> None:
        if not self.subject.sampled:
            raise Refused("not_sampled", "这件没有抽中，不需要登记抽查。")

    @property
    def crumbs(self) -> list[tuple[str, str]]:  # type: ignore[override]
        case = self.subject.application
        return [("抽查", reverse("spot-check-list")), (str(case), case.get_absolute_url())]

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"visited_on": self.today}}

    def perform(self, form: Any) -> SpotCheck:
        return actions.record_spot_check(
            self.subject, **form.cleaned_data, acting_user=self.request.user, on=self.today
        )

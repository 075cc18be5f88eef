"""Single changes of a month: looked at, explained, held back and cleared."""

from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.shortcuts import get_object_or_404

from apps.audit.verbs import Verb
from apps.awards import actions
from apps.awards.explaining import explained_line
from apps.awards.forms import HoldForm, LookedForm, ReleaseForm
from apps.awards.models import Award, CalcLine, Look, MonthRun, SetAside
from apps.awards.views.aside import AboutUnit
from apps.awards.views.months import AboutMonth
from apps.core.pages import ActPage, BelowSubject


class MarkLooked(BelowSubject, ActPage):
    """Put down that the ticked changes were looked at; back to the list as it was filtered."""

    model, form_class, nav, act = MonthRun, LookedForm, "month-list", Verb.MARK_CHANGE
    title, button = "标记已看", "标记已看"

    def perform(self, form: Any) -> int:
        ids = form.cleaned_data["award"]
        return actions.mark_looked(self.subject, award_ids=ids, acting_user=self.request.user, on=self.today)

    def done_message(self, result: int) -> str:
        return f"已标记 {result} 户已看。"

    def done_url(self, result: int) -> str:
        kept = QueryDict(self.request.POST.get("query", "")).urlencode()
        return f"{self.subject.get_absolute_url()}?{kept}#changes"


class OfMonth(BelowSubject):
    """A page about one unit of a month."""

    @cached_property
    def award(self) -> Award:
        """The unit."""
        rows = Award.objects.visible_to(self.request.user).select_related("household__head", "person", "township")
        return get_object_or_404(rows, pk=self.kwargs["award"])


class HoldUnit(OfMonth, ActPage):
    """Hold one unit back."""

    model, form_class, nav, act = MonthRun, HoldForm, "month-list", Verb.HOLD_UNIT
    button, tone, done = "留核这一户", "warning", "已留核；查清放行或不列入本月之前，本月不能确认。"

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"留核{self.award.payee.name}"

    consequences = ("这一户查清放行，或不列入本月之前，整个月不能确认。", "其他户的核定不受影响。")

    def perform(self, form: Any) -> SetAside:
        given = {"acting_user": self.request.user, "on": self.today, **form.cleaned_data}
        return actions.hold_unit(self.subject, award=self.award, **given)

    def done_url(self, result: SetAside) -> str:
        return result.get_absolute_url()


class ReleaseUnit(AboutUnit):
    """Clear a unit that was held back."""

    act, form_class = Verb.RELEASE_UNIT, ReleaseForm
    button, done = "查清，放行", "已放行。"

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"放行{self.subject.award.payee.name}"

    def perform(self, form: Any) -> SetAside:
        return actions.release_unit(self.subject, acting_user=self.request.user, on=self.today, **form.cleaned_data)


class LinePage(OfMonth, AboutMonth):
    """Why one unit is due this amount for this month: clause by clause, part by part."""

    template_name = "awards/line.html"

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"{self.award.payee.name} · {self.subject.label}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lines = CalcLine.objects.visible_to(self.request.user).select_related("award__decision")
        line = get_object_or_404(lines, run=self.subject, award=self.award)
        look = Look.objects.visible_to(self.request.user).filter(run=self.subject, award=self.award).first()
        context = {"line": line, "award": self.award, "found": explained_line(line), "look": look}
        return super().get_context_data(**(kwargs | context))

"""One step for many cases: tick, do, and read line by line what became of each."""

from typing import Any

from django import forms
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property

from apps.accounts.models import Area
from apps.applications import actions
from apps.applications.actions.plain import CRITERIA, after_the_notice, candidates
from apps.applications.forms.bulk import MOST, NoticesForm, PlainForm
from apps.applications.models import Application
from apps.applications.transitions import State
from apps.applications.views.answer import lost_by_delay
from apps.applications.worklist import AGREED
from apps.audit.verbs import Verb
from apps.core.month import Month
from apps.core.pages import ListPage
from apps.core.workdays import notice_ends


class BulkPage(ListPage):
    """A list whose lines are ticked and then done one after the other."""

    model, nav, page_size = Application, "worklist", MOST
    form_class: type[forms.Form]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form_class(data=request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        wanted = form.cleaned_data["picked"]
        cases = Application.objects.visible_to(request.user).filter(uuid__in=wanted).select_related("township")
        outcomes = self.perform(cases.order_by("due_on", "accepted_on", "pk"), form.cleaned_data)
        return self.render_to_response(
            {
                "title": f"{self.title}结果",
                "today": self.today,
                "outcomes": outcomes,
                "done": sum(outcome.refused is None for outcome in outcomes),
                "again": request.get_full_path(),
                "crumbs": [(self.title, request.get_full_path())],
            }
        )

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        template = "applications/bulk_done.html" if "outcomes" in context else self.template_name
        return self.response_class(self.request, template, context, using=self.template_engine, **kwargs)

    def perform(self, cases: QuerySet[Application], given: dict[str, Any]) -> list[actions.Outcome]:
        """Do it for each."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**({"form": self.form_class(), "most": MOST} | kwargs))


class PlainPage(BulkPage):
    """Confirm the plain cases together; the others are listed with what has to be read first."""

    form_class, act, template_name = PlainForm, Verb.CONFIRM, "applications/plain.html"
    title = "批量确认"

    def rows(self) -> QuerySet[Application]:
        return after_the_notice(super().rows(), self.today)

    def perform(self, cases: QuerySet[Application], given: dict[str, Any]) -> list[actions.Outcome]:
        return actions.confirm_selected(cases, seen=given["picked"], acting_user=self.request.user, on=self.today)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        found = candidates(context["rows"], on=self.today)
        doubtful = [(one, doubts) for one in found if (doubts := one.doubts)]
        held = {one.case.pk for one, _ in doubtful}
        plain = [one for one in found if one.case.pk not in held]
        late = [(one.case, lost) for one in plain for lost in lost_by_delay(one.case, one.answer, self.today)]
        told = {
            "criteria": CRITERIA,
            "plain": plain,
            "late": late,
            "doubtful": doubtful,
            "month": Month.of(self.today).next(),
        }
        return context | told | {"total": sum(one.total or 0 for one in plain)}


class VillageFilter(forms.Form):
    """Of which village the notices are."""

    village = forms.ModelChoiceField(
        label="村（社区）", queryset=Area.objects.none(), required=False, empty_label="全部"
    )

    def __init__(self, *args: Any, villages: QuerySet[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["village"].queryset = villages  # type: ignore[attr-defined]


class NoticesPage(BulkPage):
    """Post the notices of a village at one board."""

    form_class, act, template_name = NoticesForm, Verb.POST_NOTICE, "applications/notices_post.html"
    title = "批量张贴公示"

    def rows(self) -> QuerySet[Application]:
        rows = super().rows().filter(state=State.PROPOSED).filter(AGREED)
        return rows.select_related("township", "village").order_by("village__code", "due_on", "pk")

    @cached_property
    def villages(self) -> QuerySet[Area]:
        """The villages with something to post."""
        places = self.rows().order_by().values("village").annotate(n=Count("pk")).values("village")
        return Area.objects.visible_to(self.request.user).filter(pk__in=places).order_by("code")

    def filter_form(self) -> forms.Form:
        return VillageFilter(self.request.GET, villages=self.villages)

    def narrow(self, rows: QuerySet[Application], chosen: dict[str, Any]) -> QuerySet[Application]:
        return rows.filter(village=chosen["village"]) if chosen.get("village") else rows

    def perform(self, cases: QuerySet[Application], given: dict[str, Any]) -> list[actions.Outcome]:
        return actions.post_notices(cases, place=given["place"], acting_user=self.request.user, on=self.today)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        village = context["filters"].cleaned_data.get("village")
        if village and not context["form"].is_bound:
            context["form"] = NoticesForm(initial={"place": f"{village.name}公示栏"})
        return context | {"ends": notice_ends(self.today)}

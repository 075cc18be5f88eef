"""The first page: what waits, by when, and the filters a person keeps."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import F, QuerySet
from django.http import QueryDict
from django.urls import reverse

from apps.applications import facets
from apps.applications.actions import forget_filter, keep_filter
from apps.applications.deadlines import deadline
from apps.applications.forms.lists import SavedFilterForm, WorklistFilter, kept_query
from apps.applications.models import Application, Cause, SavedFilter
from apps.applications.payday import pay_day_of
from apps.applications.worklist import behind, money_tasks
from apps.audit.verbs import Verb
from apps.core.navigation import tasks_above
from apps.core.pages import ActPage, ListPage

LATEST = (F("decided_on").desc(nulls_last=True), "-pk")


@dataclass(frozen=True)
class Tile:
    """How many of the listed cases are due when, and the way to only these."""

    label: str
    count: int
    tone: str
    url: str
    on: bool


class Worklist(ListPage):
    """What waits for this user; beside it all that is open, and what is done."""

    model, filters, template_name = Application, WorklistFilter, "applications/worklist.html"
    title = "今天要办"

    def filter_form(self) -> forms.Form:
        return WorklistFilter(self.request.GET, user=self.request.user, on=self.today)

    def rows(self) -> QuerySet[Application]:
        rows = super().rows().select_related("township", "village", "handler").prefetch_related("pauses")
        urgent = F("due_on").asc(nulls_last=True), F("accepted_on").asc(nulls_last=True), "pk"
        return rows.annotate(mismatch=facets.MISMATCH).order_by(*urgent)

    def narrow(self, rows: QuerySet[Application], chosen: dict[str, Any], without: str = "") -> QuerySet[Application]:
        """The cases chosen; ``without``: as if that one filter were not set, to count what each of its values holds."""
        # What a choice does not know counts as not chosen: one's own.
        asked = {name: value for name, value in ({"show": ""} | chosen).items() if name != without}
        groups = {"show": facets.shows(self.request.user, self.today), "due": self.dues, "flag": self.flags}
        for name, conditions in groups.items():
            if (value := asked.get(name)) in conditions:
                rows = rows.filter(conditions[value])
        if kind := asked.get("kind"):
            rows = rows.filter(facets.kind(kind))
        if text := asked.get("q"):
            rows = rows.filter(facets.called(text))
        plain = {name: asked[name] for name in ("scheme", "state", "township") if asked.get(name)}
        return (rows.order_by(*LATEST) if asked.get("show") == "done" else rows).filter(**plain)

    @property
    def dues(self) -> dict[str, Any]:
        return facets.dues(self.today)

    @property
    def flags(self) -> dict[str, Any]:
        return facets.flags(self.today)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        given = {
            "money_tasks": [*money_tasks(user, self.today), *tasks_above(user, self.today)],
            "pay_day": pay_day_of(user, self.today),
            "sees_cases": user.may(Verb.VIEW_CASES, on=self.today),
        }
        context = super().get_context_data(**({"cases": []} | given | kwargs))
        if given["sees_cases"]:
            context |= self.beside(context["filters"])
            for case in context["rows"]:
                case.marks = marks(case)
            context["cases"] = [(case, deadline(case, today=self.today)) for case in context["rows"]]
        return context

    def beside(self, form: forms.Form) -> dict[str, Any]:
        """What stands around the list: counts of every other choice, kept filters, townships that are behind."""
        user, chosen = self.request.user, form.cleaned_data
        cases, shows = Application.objects.visible_to(user).open(), facets.shows(user, self.today)
        offered = {key: shows[key] for key, _ in form.fields["show"].choices if key != "done"}
        # What is done has no deadline any more, and nobody counts the years of it for a chip.
        over = chosen.get("show") == "done"
        by_due = {} if over else facets.counts(self.narrow(cases, chosen, "due"), self.dues)
        return {
            "show_counts": facets.counts(self.narrow(cases, chosen, "show"), offered),
            "flag_counts": {} if over else facets.counts(self.narrow(cases, chosen, "flag"), self.flags),
            "pressing": [self.tile(key, count) for key, count in by_due.items() if count],
            "behind": behind(user, self.today),
            "saved": SavedFilter.objects.visible_to(user),
            "query": kept_query(self.request.GET.urlencode()),
        }

    def tile(self, key: str, count: int) -> Tile:
        """A tile that narrows the list to its cases, or widens it again."""
        query, on = self.request.GET.copy(), self.request.GET.get("due") == key
        query.pop("page", None)
        query["due"] = "" if on else key
        label, tone = facets.DUES[key]
        return Tile(label, count, tone, f"?{query.urlencode()}", on)


def marks(case: Application) -> list[tuple[str, str]]:
    """What a line of the list says beside stage and deadline: (words, tone)."""
    told = {
        ("已报负责人", "bad"): case.escalated_on,
        ("退回", "warn"): case.return_reason,
        ("不一致", "warn"): case.mismatch,
        ("投诉", "warn"): case.cause == Cause.COMPLAINT,
        ("近亲属", "warn"): case.near_relative,
    }
    return [mark for mark, holds in told.items() if holds]


class SavedFilters(ActPage):
    """Give the filters of the worklist a name, or forget one."""

    form_class, act, nav, template_name = (
        SavedFilterForm,
        Verb.VIEW_CASES,
        "worklist",
        "applications/saved_filters.html",
    )
    title, button = "常用筛选", "保存"

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"query": kept_query(self.request.GET.urlencode())}}

    def perform(self, form: forms.Form) -> Any:
        given = form.cleaned_data
        who = {"acting_user": self.request.user, "on": self.today}
        if given["forget"]:
            return forget_filter(given["forget"], **who)
        return keep_filter(given["name"], query=given["query"], **who)

    def done_url(self, result: SavedFilter | None) -> str:
        return f"{reverse('worklist')}?{result.query}" if result else reverse("saved-filters")

    def done_message(self, result: SavedFilter | None) -> str:
        return f"已存为“{result.name}”。" if result else "已删除。"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        given = {"saved": SavedFilter.objects.visible_to(self.request.user), "chosen": self.chosen()}
        return super().get_context_data(**(given | kwargs))

    def chosen(self) -> list[str]:
        """The filters about to be kept, in words."""
        query = kept_query(self.request.POST.get("query", "") or self.request.GET.urlencode())
        form = WorklistFilter(QueryDict(query), user=self.request.user, on=self.today)
        return [f"{bound.label}：{_word(bound)}" for bound in form if bound.value()]


def _word(bound: Any) -> str:
    flat: dict[str, str] = {}
    for value, label in bound.field.choices:
        flat |= dict(label) if isinstance(label, list | tuple) else {str(value): str(label)}
    return flat.get(str(bound.value()), "")

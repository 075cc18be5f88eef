"""The month: begun by one, calculated by the workers, confirmed by another."""

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from apps.audit.verbs import Verb
from apps.awards import actions
from apps.awards.changes import changes_of, changes_shown
from apps.awards.enums import BLOCKING, STOPPED, RunState
from apps.awards.facts import month_in_the_way, month_to_open
from apps.awards.forms import ChangeFilter, OpenMonthForm, VoidMonthForm
from apps.awards.models import CalcLine, MonthRun, SetAside
from apps.awards.progress import progress_of
from apps.core.money import format_yuan
from apps.core.pages import PAGE_SIZE, ActPage, DetailPage, ListPage
from apps.core.refusal import Refused

DISPATCH = ("awards.dispatch_chunks",)
SHOWN_ASIDE = 10


class MonthList(ListPage):
    """All months, and the one that waits to be begun."""

    model, template_name = MonthRun, "awards/months.html"
    title, act = "月度核定", Verb.VIEW_MONTHS

    def rows(self) -> QuerySet[MonthRun]:
        blocking = Count("set_aside", filter=Q(set_aside__state__in=BLOCKING))
        rows = super().rows().select_related("started_by", "confirmed_by").annotate(blocking=blocking)
        return rows.order_by("-month", "-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        given = {"waiting": month_to_open(self.today), "in_the_way": month_in_the_way(self.today)}
        return super().get_context_data(**(given | kwargs))


class OpenMonth(ActPage):
    """Begin the calculation of the month that waits."""

    form_class, act, nav = OpenMonthForm, Verb.OPEN_MONTH, "month-list"
    title, done = "开始月度核定", "已经开始核定，进度见下。"

    @property
    def button(self) -> str:  # type: ignore[override]
        waiting = month_to_open(self.today)
        return f"开始核定 {waiting.label()}" if waiting else "开始核定"

    def precheck(self) -> None:
        if month_to_open(self.today) is None:
            raise Refused("nothing_to_open", "现在没有等待核定的月份。")

    def form_arguments(self) -> dict[str, Any]:
        waiting = month_to_open(self.today)
        return {"initial": {"month": waiting.first() if waiting else None}}

    def perform(self, form: Any) -> MonthRun:
        return actions.open_month(form.cleaned_data["month"], acting_user=self.request.user, on=self.today)

    def rings(self, result: MonthRun) -> Iterable[tuple[str]]:
        return (DISPATCH,)


class AboutMonth(DetailPage):
    """A page about one month: how far it is."""

    model, nav, act = MonthRun, "month-list", Verb.VIEW_MONTHS

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"{self.subject.label}核定"

    def rows(self) -> QuerySet[MonthRun]:
        return super().rows().select_related("started_by", "confirmed_by")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        given = {"run": self.subject, "progress": progress_of(self.subject, timezone.now())}
        return super().get_context_data(**(given | kwargs))


class MonthProgress(AboutMonth):
    """The moving part of the month's page, asked again and again while the workers calculate."""

    template_name = "awards/_progress.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        context = self.get_context_data(**kwargs)
        response = self.render_to_response(context)
        if request.headers.get("HX-Request") and not context["progress"].goes_on:
            # Nothing moves any more: the whole page is shown anew, and it asks no further.
            response.headers["HX-Refresh"] = "true"
        return response


class MonthPage(AboutMonth):
    """One month: progress, what stands in the way, what changed and why; never the unchanged thousands."""

    template_name = "awards/month.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        run = self.subject
        everything = changes_of(run, CalcLine.objects.visible_to(self.request.user))
        filters = ChangeFilter(self.request.GET, user=self.request.user)
        found = filters.narrow(everything)
        chosen = filters.count(found)
        rows = found.of(chosen).select_related(
            "household__head", "person", "township", "award__decision", "award__ended_by"
        )
        page = Paginator(rows.order_by("pk"), PAGE_SIZE).get_page(self.request.GET.get("page"))
        context = {
            "filters": filters,
            "page": page,
            "changes": changes_shown(run, page.object_list, stopped=chosen == STOPPED),
            "changed": everything.changed,
            "counts": everything.counts,
            "looked": run.looks.count(),
            "totals": self.totals(everything.lines),
            "previous": run.previous(),
            "asides": self.asides(),
            "confirm_label": confirm_label(run),
            "may_be_marked": run.state in (RunState.CALCULATING, RunState.CALCULATED),
        }
        return super().get_context_data(**(context | kwargs))

    def totals(self, lines: QuerySet[CalcLine]) -> list[dict[str, Any]]:
        """Units and money by scheme."""
        rows = lines.values("scheme").annotate(units=Count("pk"), total_fen=Sum("amount_fen")).order_by("scheme")
        return [row | {"label": _scheme(row["scheme"])} for row in rows]

    def asides(self) -> QuerySet[SetAside]:
        """The first of what stands in the way of confirming."""
        rows = SetAside.objects.visible_to(self.request.user).blocking().filter(run=self.subject)
        rows = rows.select_related("run", "award__household__head", "award__person", "award__township")
        return rows.order_by("pk")[:SHOWN_ASIDE]


def _scheme(value: str) -> str:
    return dict(CalcLine._meta.get_field("scheme").choices)[value]


def confirm_label(run: MonthRun) -> str:
    """What confirming does, exactly."""
    return f"确认 {run.lines_due} 户、合计 {format_yuan(run.total_fen or 0)} 元"


class ConfirmMonth(ActPage):
    """Confirm what was calculated."""

    model, nav, act = MonthRun, "month-list", Verb.CONFIRM_MONTH
    done = "已确认。接下来由发放制单岗编制发放批次。"

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"确认{self.subject.label}核定"

    @property
    def button(self) -> str:  # type: ignore[override]
        return confirm_label(self.subject)

    @property
    def consequences(self) -> list[str]:  # type: ignore[override]
        return ["金额从此不再变动；更正只能以新的明细办理。", "发放制单岗可以据此编制发放批次。"]

    def perform(self, form: Any) -> MonthRun:
        return actions.confirm_month(self.subject, acting_user=self.request.user, on=self.today)


class VoidMonth(ActPage):
    """Give up a calculation that is not confirmed."""

    model, form_class, nav, act = MonthRun, VoidMonthForm, "month-list", Verb.VOID_MONTH
    button, tone, done = "作废这次核定", "danger", "已作废，可以重新开始核定。"

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"作废{self.subject.label}核定"

    def perform(self, form: Any) -> MonthRun:
        return actions.void_month(self.subject, acting_user=self.request.user, on=self.today, **form.cleaned_data)

    def done_url(self, result: MonthRun) -> str:
        return reverse("month-list")

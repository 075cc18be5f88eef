"""The lists behind the numbers, and taking them out as spreadsheets with a reason."""

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse, reverse_lazy

from apps.applications.models import Application
from apps.applications.views.exporting import MOST_ROWS, ExportPage
from apps.audit.verbs import Verb
from apps.awards.models import CalcLine
from apps.core.money import fen, yuan
from apps.core.pages import PAGE_SIZE, DetailPage, ListPage
from apps.core.spreadsheet import Sheet
from apps.eligibility.policy.enums import PartKind
from apps.reports.enums import Kind
from apps.reports.facts import casework
from apps.reports.facts.lines import listed, sums_behind
from apps.reports.facts.months import AREAS
from apps.reports.forms import CaseFilter, LineFilter
from apps.reports.models import FrozenMonth

KINDS = dict(Kind.choices)
CASEWORK = (("办理情况", reverse_lazy("report-casework")),)


class LinesBehind:
    """The lines behind a number of a frozen month, narrowed by the address."""

    model, nav = FrozenMonth, "report-month"
    subject: FrozenMonth
    request: HttpRequest

    @property
    def crumbs(self) -> tuple[tuple[str, str], ...]:
        """By way of the month."""
        return (("统计月报", reverse("report-month")), (self.subject.label, self.subject.get_absolute_url()))

    def filters(self) -> LineFilter:
        """The bound GET form; an unreadable filter is left out."""
        form = LineFilter(self.request.GET, user=self.request.user)
        form.is_valid()
        return form

    def lines(self, chosen: dict[str, Any]) -> QuerySet[CalcLine]:
        """The lines that match."""
        rows = listed(self.subject, self.request.user, chosen)
        return rows.select_related("household__head", "person", "township", "award").order_by("pk")


class LineList(LinesBehind, DetailPage):
    """Who is behind the number: units with their persons and money, adding up to it."""

    template_name, act = "reports/lines.html", Verb.VIEW_REPORTS

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"{self.subject.label}名册"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = self.filters()
        chosen = form.cleaned_data
        rows, part = self.lines(chosen), chosen.get("part", "")
        page = Paginator(rows, PAGE_SIZE).get_page(self.request.GET.get("page"))
        given = {
            "frozen": self.subject,
            "filters": form,
            "page": page,
            "rows": [(line, KINDS[line.kind], AREAS[line.area], part_fen(line, part)) for line in page],
            "sums": sums_behind(self.subject, self.request.user, chosen),
            "part": PartKind(part).label if part else "",
            "query": self.request.GET.urlencode(),
        }
        return super().get_context_data(**(given | kwargs))


def part_fen(line: CalcLine, part: str) -> int | None:
    """What of the line was paid under a part; a 单人户 is paid as a whole."""
    if not part:
        return None
    if part == PartKind.SINGLE:
        return line.amount_fen
    return sum(fen(one["amount"]) for one in line.parts if one["kind"] == part)


class LineExport(LinesBehind, ExportPage):
    """The lines behind a number as a spreadsheet."""

    what = "月报名册"

    def list_url(self) -> str:
        """By month."""
        return reverse("report-lines", args=[self.subject.pk])

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"导出{self.subject.label}名册"

    def sheet(self) -> Sheet:
        """A row a unit."""
        head = ("家庭编号", "户主", "受益人", "乡镇（街道）", "城乡", "类别", "人数", "金额（元）", "变化")
        return Sheet("名册", f"{self.subject.label}名册", f"{self.subject}", head, self.cells())

    def cells(self) -> Iterator[tuple[Any, ...]]:
        """What stands in the rows."""
        for line in self.lines(self.filters().cleaned_data)[: MOST_ROWS + 1]:
            yield (
                line.household.number,
                line.household.head.name,
                line.person.name if line.person else "",
                line.township.name,
                AREAS[line.area],
                KINDS[line.kind],
                line.persons,
                yuan(line.amount_fen),
                line.get_change_display(),
            )


class CasesBehind:
    """The cases behind a number, narrowed by the address."""

    nav = "report-month"
    request: HttpRequest
    today: Any

    def filters(self) -> CaseFilter:
        """The bound GET form; an unreadable filter is left out."""
        form = CaseFilter(self.request.GET, user=self.request.user, on=self.today)
        form.is_valid()
        return form

    def cases(self, chosen: dict[str, Any]) -> QuerySet[Application]:
        """The cases that match, the newest first."""
        rows = casework.listed(self.request.user, chosen, self.today)
        return rows.select_related("township", "village").order_by("-accepted_on", "-pk")


class CaseList(CasesBehind, ListPage):
    """Which cases are behind the number."""

    model, template_name, act = Application, "reports/cases.html", Verb.VIEW_CASES
    title, crumbs = "案件清单", CASEWORK

    def filter_form(self) -> CaseFilter:
        return self.filters()

    def narrow(self, rows: QuerySet[Application], chosen: dict[str, Any]) -> QuerySet[Application]:
        return self.cases(chosen)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**({"query": self.request.GET.urlencode()} | kwargs))


class CaseExport(CasesBehind, ExportPage):
    """The cases behind a number as a spreadsheet."""

    title, what = "导出案件清单", "案件清单"
    crumbs = CASEWORK

    def list_url(self) -> str:
        """The only one."""
        return reverse("report-cases")

    def sheet(self) -> Sheet:
        """A row a case."""
        head = ("案号", "申请人", "乡镇（街道）", "性质", "类别", "环节", "受理日期", "办结日期", "不予确认理由")
        return Sheet("案件", "案件清单", "统计下钻", head, self.cells())

    def cells(self) -> Iterator[tuple[Any, ...]]:
        """What stands in the rows."""
        for case in self.cases(self.filters().cleaned_data)[: MOST_ROWS + 1]:
            yield (
                case.number,
                case.applicant_name,
                case.township.name,
                case.get_kind_display(),
                case.get_scheme_display(),
                case.get_state_display(),
                case.accepted_on,
                case.closed_on,
                case.get_refusal_ground_display(),
            )

"""平行试算: a month the old register paid, beside what the rules give."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from apps.audit.verbs import Verb
from apps.core.money import yuan
from apps.core.month import Month
from apps.core.pages import PAGE_SIZE, ActPage, DetailPage, Download, DownloadPage
from apps.core.sheets import XLSX, xlsx_table
from apps.takeover import actions
from apps.takeover.enums import Finding
from apps.takeover.facts import SHOWN, figures_of
from apps.takeover.forms import ParallelFilter, RollForm
from apps.takeover.models import ParallelLine, ParallelMonth
from apps.takeover.readings import READINGS
from apps.takeover.views.registers import CRUMBS, NAV, WORK
from apps.takeover.workbook.layout import ROLL
from apps.takeover.workbook.template import template


class RollTemplate(DownloadPage):
    """The roll to fill in."""

    act = Verb.VIEW_TAKEOVERS

    def file(self) -> Download:
        """Made anew."""
        return Download("发放名册模板.xlsx", template(ROLL, title="发放名册模板"), XLSX)


class ParallelNew(ActPage):
    """Hand the roll of a paid month in."""

    form_class, act, nav, crumbs = RollForm, Verb.COMPARE_ROLL, NAV, CRUMBS
    title, button, done = "平行试算", "上传并试算", "已上传，正在逐户试算。"
    consequences = (
        "按现行规则算出那个月每户应发多少，与实发逐户比较。",
        "不同的，逐一试用已知的其他算法，说明这个金额可能怎样得来。",
        "不改动登记册、待遇和发放；文件加密保存。",
    )

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"month": (Month.of(self.today) - 1).first()}}

    def perform(self, form: Any) -> ParallelMonth:
        return actions.upload_roll(**form.handed_in(), acting_user=self.request.user, on=self.today)

    def rings(self, result: ParallelMonth) -> Iterable[tuple[str]]:
        return ((WORK,),)


class AboutParallel:
    """What every page about one comparison shares."""

    model, nav, crumbs, act = ParallelMonth, NAV, CRUMBS, Verb.VIEW_TAKEOVERS
    subject: ParallelMonth
    request: HttpRequest

    def rows(self) -> QuerySet[ParallelMonth]:
        rows: QuerySet[ParallelMonth] = super().rows()  # type: ignore[misc]
        return rows.defer("content_sealed").select_related("uploaded_by")

    def filters(self) -> ParallelFilter:
        """The bound GET form; an unreadable filter is left out."""
        form = ParallelFilter(self.request.GET, user=self.request.user)
        form.is_valid()
        return form

    def lines(self, form: ParallelFilter) -> QuerySet[ParallelLine]:
        """The lines that match; without a finding all that differ."""
        chosen = {name: value for name, value in form.cleaned_data.items() if value}
        rows = ParallelLine.objects.visible_to(self.request.user).filter(parallel=self.subject, **chosen)
        if "finding" not in chosen:
            rows = rows.exclude(finding=Finding.EQUAL)
        return rows.select_related("household__head", "person", "township").order_by("pk")


class ParallelPage(AboutParallel, DetailPage):
    """One comparison: sums by finding, and every unit that differs with its reason."""

    template_name = "takeover/parallel.html"

    @property
    def title(self) -> str:  # type: ignore[override]
        return str(self.subject)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = self.filters()
        page = Paginator(self.lines(form), PAGE_SIZE).get_page(self.request.GET.get("page"))
        labels = {code: label for code, (label, _) in READINGS.items()}
        context = {
            "parallel": self.subject,
            "figures": figures_of(self.subject),
            "errors": self.subject.errors[:SHOWN],
            "filters": form,
            "page": page,
            "listed": [(line, labels.get(line.reading, "")) for line in page],
            "query": self.request.GET.urlencode(),
        }
        return super().get_context_data(**(context | kwargs))


class ParallelProgress(ParallelPage):
    """The moving part of the page, asked again and again while a worker is at it."""

    template_name = "takeover/_parallel_progress.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        if request.headers.get("HX-Request") and not self.subject.is_under_way:
            response.headers["HX-Refresh"] = "true"
        return response


class ParallelExport(AboutParallel, DownloadPage):
    """The units as on the page, as a workbook: numbers that are names stay text."""

    HEAD = (
        "结果",
        "说明类别",
        "说明",
        "名册编号",
        "名册行",
        "家庭编号",
        "户主",
        "享受人",
        "乡镇（街道）",
        "待遇",
        "实发（元）",
        "应发（元）",
        "差额（元）",
        "姓名不符",
    )

    def file(self) -> Download:
        """The workbook."""
        name = f"{self.subject}.xlsx"
        return Download(name, xlsx_table("平行试算", self.HEAD, self.cells()), XLSX)

    def cells(self) -> Iterator[tuple[Any, ...]]:
        """A row a unit."""
        for line in self.lines(self.filters()).iterator(chunk_size=2000):
            yield (
                line.get_finding_display(),
                READINGS[line.reading][0] if line.reading else "",
                line.why,
                line.said,
                "" if line.row is None else str(line.row),
                line.household.number if line.household else "",
                line.household.head.name if line.household else "",
                line.person.name if line.person else "",
                line.township.name if line.township else "",
                line.get_scheme_display(),
                None if line.paid_fen is None else yuan(line.paid_fen),
                None if line.due_fen is None else yuan(line.due_fen),
                yuan(line.difference_fen),
                "是" if line.other_name else "",
            )

"""The monthly table of a frozen month: on the screen, on paper, as a spreadsheet."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from apps.audit.verbs import Verb
from apps.awards.charts import bars
from apps.core.pages import DetailPage, Download, DownloadPage, Page
from apps.core.spreadsheet import CONTENT_TYPE, Sheet, workbook
from apps.reports.enums import Group
from apps.reports.facts.months import (
    AREAS,
    Table,
    movements,
    newest,
    parts_of,
    supplements_of,
    table_of,
    townships_of,
)
from apps.reports.facts.subsidies import subsidies_of
from apps.reports.figures import Line, Sums
from apps.reports.forms import AreaForm, MonthForm
from apps.reports.models import FrozenMonth

TABLE_NAME = "社会救助基本情况统计表"


def behind(frozen: FrozenMonth, **chosen: Any) -> str:
    """The address of the list behind a number; none where nobody's lines are known."""
    if frozen.run_id is None:
        return ""
    query = urlencode({name: value for name, value in chosen.items() if value})
    return f"{reverse('report-lines', args=[frozen.pk])}?{query}"


def scope_line(user: Any, on: Any) -> str:
    """Whose figures the user sees: the county's or some townships'."""
    return "全市" if user.scope().whole_county else user.posting_line(on).split(" · ")[0]


def of_whom(frozen: FrozenMonth, user: Any, on: Any) -> str:
    """The unit the figures are of: the month's own, or the user's townships in it."""
    return frozen.unit if user.scope().whole_county else scope_line(user, on)


class MonthPage(Page):
    """The province's layout, township by township, and what was paid on top; every number leads to its list."""

    template_name, title, act = "reports/month.html", "统计月报", Verb.VIEW_REPORTS

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        form = MonthForm(self.request.GET, user=user)
        frozen = (form.cleaned_data["frozen"] if form.is_valid() else None) or newest(user)
        context: dict[str, Any] = {"frozen": frozen}
        if frozen is not None:
            chooser = MonthForm(initial={"frozen": frozen}, user=user)
            context |= self.shown(frozen) | {"chooser": chooser, "scope": of_whom(frozen, user, self.today)}
        return super().get_context_data(**(context | kwargs))

    def shown(self, frozen: FrozenMonth) -> dict[str, Any]:
        """The month's tables, with addresses."""
        user = self.request.user
        areas = AreaForm(self.request.GET)
        area = areas.cleaned_data["area"] if areas.is_valid() else ""
        table, paid = table_of(frozen, user), parts_of(frozen, user)
        towns = townships_of(frozen, user, area)
        return {
            "table": table,
            "year_label": year_label(frozen),
            "subsidies": subsidies_of(frozen, user),
            "lines": [(line, line_url(frozen, line)) for line in table.lines],
            "tiles": tiles(frozen, table, movements(frozen, user)),
            "areas": areas,
            "townships": [
                (
                    town,
                    behind(frozen, township=town.pk, area=area, group=Group.DIBAO),
                    behind(frozen, township=town.pk, area=area, group=Group.TEKUN),
                )
                for town in towns
            ],
            "town_total": (sum((t.dibao for t in towns), Sums()), sum((t.tekun for t in towns), Sums())),
            "supplements": supplement_bars(frozen, paid),
            "supplement_total": sum((sums for _, _, sums in supplements_of(paid)), Sums()),
        }


def year_label(frozen: FrozenMonth) -> str:
    """1–4月累计."""
    return f"1–{frozen.month.month}月累计" if frozen.month.month > 1 else "1月累计"


def line_url(frozen: FrozenMonth, line: Line) -> str:
    """The list behind a row of the table."""
    return behind(frozen, group=line.group, area=line.area, kind=line.kind)


def tiles(frozen: FrozenMonth, table: Table, moved: dict[str, int]) -> list[dict[str, Any]]:
    """What came, moved and went, as the page's first numbers."""
    names = (("NEW", "本月新增", "good"), ("CHANGED", "金额变动", ""), ("STOPPED", "本月停发", "warn"))
    return [
        {"label": label, "value": moved[key], "tone": tone, "href": behind(frozen, change=key) if moved[key] else ""}
        for key, label, tone in names
    ]


def supplement_bars(frozen: FrozenMonth, paid: dict[str, Sums]) -> list[tuple[Any, Sums]]:
    """The six supplements, each with a bar by its money."""
    rows = supplements_of(paid)
    drawn = bars((label, sums.fen, behind(frozen, part=part)) for part, label, sums in rows)
    return list(zip(drawn, (sums for _, _, sums in rows), strict=True))


class AboutMonth(DetailPage):
    """A page about one frozen month."""

    model, act, nav = FrozenMonth, Verb.VIEW_REPORTS, "report-month"


class MonthPrint(AboutMonth):
    """The table as an office document."""

    template_name, title = "reports/print.html", TABLE_NAME

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        frozen, user = self.subject, self.request.user
        towns = townships_of(frozen, user)
        given = {
            "frozen": frozen,
            "table": table_of(frozen, user),
            "subsidies": subsidies_of(frozen, user),
            "year_label": year_label(frozen),
            "townships": towns,
            "town_total": (sum((t.dibao for t in towns), Sums()), sum((t.tekun for t in towns), Sums())),
            "scope": of_whom(frozen, user, self.today),
        }
        return super().get_context_data(**(given | kwargs))


class MonthSheet(DownloadPage):
    """The table as a spreadsheet; figures only, so anybody who reads the page may take it along."""

    model, act = FrozenMonth, Verb.VIEW_REPORTS

    def file(self) -> Download:
        """Three pages: the province's layout, townships, supplements."""
        frozen, user = self.subject, self.request.user
        heading, note = f"{TABLE_NAME} · {frozen.label}", f"{of_whom(frozen, user, self.today)}；支出单位：万元"
        head = ("项目", "户", "人（人次）", "补助水平（元）", "支出（万元）", f"{year_label(frozen)}支出（万元）")
        table = table_of(frozen, user)
        rows = [*province_rows(table), *subsidy_rows(subsidies_of(frozen, user))]
        pages = [Sheet("月报", heading, note, head, rows)]
        if towns := list(township_rows(frozen, user)):
            pages.append(Sheet("乡镇（街道）", heading, note, TOWN_HEAD, towns))
        if parts := parts_of(frozen, user):
            paid = [(label, sums.persons, sums.wan) for _, label, sums in supplements_of(parts)]
            pages.append(Sheet("增发", heading, note, ("类别（按实际享受）", "人", "支出（万元）"), paid))
        return Download(f"月报-{frozen}.xlsx", workbook(*pages), CONTENT_TYPE)


TOWN_HEAD = (
    "区划代码",
    "乡镇（街道）",
    "城乡",
    *(f"{name}{what}" for name in ("低保", "特困") for what in ("户", "人", "补助水平（元）", "支出（万元）")),
)


def province_rows(table: Table) -> Iterator[tuple[Any, ...]]:
    """The province's layout."""
    for line in table.lines:
        month, name = line.month, "　" * line.depth + line.label
        yield name, month.households, month.persons, month.level, month.wan, line.year.wan
    if table.temporary:
        yield "临时救助（累计）", None, table.temporary.persons, table.temporary.level, None, table.temporary.wan


def subsidy_rows(lines: list[Line]) -> Iterator[tuple[Any, ...]]:
    """The price subsidies: people and money; outside 补助水平."""
    for line in lines:
        name = "　" * line.depth + line.label
        yield f"{name}（另列）", None, line.month.persons, None, line.month.wan, line.year.wan


def township_rows(frozen: FrozenMonth, user: Any) -> Iterator[tuple[Any, ...]]:
    """Township by township, 城 and 乡 apart."""
    for area, name in AREAS.items():
        for town in townships_of(frozen, user, area):
            sums = (town.dibao, town.tekun)
            figures = [figure for one in sums for figure in (one.households, one.persons, one.level, one.wan)]
            yield town.code, town.name, name, *figures

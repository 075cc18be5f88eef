"""长期公布: who is helped, village by village, with the fields the public may read and no others."""

import io
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import xlsxwriter
from django import forms
from django.conf import settings
from django.db.models import Count, QuerySet
from django.urls import reverse

from apps.accounts.models import Area
from apps.accounts.roles import Level
from apps.applications import actions
from apps.applications.disclosure import Disclosed, confined, long_term_list
from apps.applications.forms.after import DisplayForm
from apps.applications.models import Display
from apps.applications.views.letters import PrintPage
from apps.audit.verbs import Verb
from apps.awards.models import Award
from apps.core.money import yuan
from apps.core.pages import ActPage, Download, DownloadPage, Page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEAD = ("序号", "申请人", "村（社区）", "保障人数", "救助类别", "月保障金额（元）")
WIDTHS = (6, 12, 20, 10, 18, 18)


class DisclosureIndex(Page):
    """The townships and villages of which a list can be printed, and when each was last put up."""

    template_name = "applications/after/disclosure.html"
    title, act = "长期公布", Verb.VIEW_NOTICES

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**({"townships": self.townships()} | kwargs))

    def townships(self) -> list[dict[str, Any]]:
        """Each township with those of its villages where somebody is helped this month."""
        user = self.request.user
        running = confined(Award.objects.visible_to(user), user, self.today, "household__village")
        running = running.due_in(self.today.replace(day=1)).order_by()
        counts = dict(running.values_list("household__village").annotate(n=Count("pk")))
        newest = confined(Display.objects.visible_to(user), user, self.today, "village")
        newest = newest.order_by("village", "-shown_on", "-pk").distinct("village")
        shown = {display.village_id: display for display in newest}
        villages = confined(Area.objects.visible_to(user), user, self.today, "pk").filter(pk__in=counts)
        grouped = defaultdict(list)
        for village in villages.select_related("parent").order_by("code"):
            grouped[village.parent].append((village, counts[village.pk], shown.get(village.pk)))
        whole = user.scope().covers
        return [
            {"area": area, "villages": rows, "total": sum(n for _, n, _ in rows), "whole": whole(area)}
            for area, rows in grouped.items()
        ]


class OneList:
    """The list of one village, or of a township."""

    model, act, nav = Area, Verb.VIEW_NOTICES, "disclosure-index"
    subject: Any
    today: Any
    request: Any

    def rows(self) -> QuerySet[Area]:
        """Areas whose list this user may see: never that of the whole county."""
        areas = confined(super().rows(), self.request.user, self.today, "pk")  # type: ignore[misc]
        return areas.exclude(level=Level.COUNTY).select_related("parent")

    @property
    def title(self) -> str:
        """Whose list it is."""
        return f"{self.subject.name}社会救助对象公布"

    def listed(self) -> list[Disclosed]:
        """The lines of the list as of today."""
        return list(long_term_list(self.subject, on=self.today))


class DisclosureSheet(OneList, PrintPage):
    """The list for the board."""

    template_name = "applications/after/disclosure_sheet.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = self.listed()
        given = {
            "rows": rows,
            "township": self.subject.township,
            "whole_township": self.subject.level == Level.TOWNSHIP,
            "people": sum(row.people for row in rows),
            "total": sum(row.amount_fen for row in rows),
            "supervision_phone": settings.SUPERVISION_PHONE,
        }
        return super().get_context_data(**(given | kwargs))


class DisclosureTable(OneList, DownloadPage):
    """The same as a spreadsheet."""

    def file(self) -> Download:
        """The workbook."""
        name = f"{self.title}-{self.today:%Y-%m-%d}.xlsx"
        return Download(name, workbook(self.title, self.listed()), XLSX)


def workbook(title: str, rows: Iterable[Disclosed]) -> bytes:
    """One sheet; text stays text, whatever it begins with."""
    buffer = io.BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, plain) as book:
        head, money = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "#,##0.00"})
        sheet = book.add_worksheet("长期公布")
        sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
        for column, (name, width) in enumerate(zip(HEAD, WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(1, column, name, head)
        for number, row in enumerate(rows, start=1):
            sheet.write_number(number + 1, 0, number)
            sheet.write_string(number + 1, 1, row.applicant)
            sheet.write_string(number + 1, 2, row.village)
            sheet.write_number(number + 1, 3, row.people)
            sheet.write_string(number + 1, 4, row.category)
            sheet.write_number(number + 1, 5, yuan(row.amount_fen), money)
        sheet.freeze_panes(2, 0)
    return buffer.getvalue()


class DisplayPage(OneList, ActPage):
    """Put on record that a village's list hangs on its board."""

    form_class, act, title = DisplayForm, Verb.RECORD_DISPLAY, "登记长期公布已张贴"
    button, done = "登记已张贴", "已登记张贴。"

    @property
    def crumbs(self) -> list[tuple[str, str]]:  # type: ignore[override]
        return [("长期公布", reverse("disclosure-index"))]

    @property
    def consequences(self) -> tuple[str, ...]:  # type: ignore[override]
        """How long the list is now: what hangs should be as long."""
        listed = f"名单现在有 {len(self.listed())} 条，请与墙上贴的核对"
        return listed, "只记日期、地点和条数；名单按当天在享待遇生成，停保后自动不再列入"

    def rows(self) -> QuerySet[Area]:
        return super().rows().filter(level=Level.VILLAGE)

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"shown_on": self.today, "place": f"{self.subject.name}公示栏"}}

    def perform(self, form: forms.Form) -> Display:
        families = len(self.listed())
        return actions.record_display(
            self.subject, **form.cleaned_data, families=families, acting_user=self.request.user, on=self.today
        )

    def done_url(self, result: Display) -> str:
        return reverse("disclosure-index")

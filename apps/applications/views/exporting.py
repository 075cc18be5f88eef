"""Taking a list out as a spreadsheet, for a reason that is kept."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from apps.applications import actions
from apps.applications.forms.exporting import ExportForm
from apps.audit.verbs import Verb
from apps.core.pages import ActPage
from apps.core.refusal import Refused
from apps.core.spreadsheet import CONTENT_TYPE, Sheet, workbook

MOST_ROWS = 100_000


class ExportPage(ActPage):
    """An act whose answer is a spreadsheet: asked for with a reason, recorded, then handed out."""

    template_name = "applications/export.html"
    form_class, act, button = ExportForm, Verb.EXPORT, "导出并记录"
    consequences = ("名单含姓名和金额，不含身份证号、账号和住址。", "导出人、用途、条件和行数记入办理记录。")
    what = ""

    def sheet(self) -> Sheet:
        """What is handed out."""
        raise NotImplementedError

    def filters(self) -> forms.Form:
        """The form that narrows the list, checked."""
        raise NotImplementedError

    def conditions(self) -> dict[str, str]:
        """How the list was narrowed, as the record keeps it."""
        return {name: str(value) for name, value in self.filters().cleaned_data.items() if value}

    def list_url(self) -> str:
        """The list that is taken out."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        back = f"{self.list_url()}?{self.request.GET.urlencode()}"
        return super().get_context_data(**({"back": back} | kwargs))

    def perform(self, form: forms.Form) -> HttpResponse:
        """Record, then hand out; Refused("too_many_rows") for more than one file can sensibly hold."""
        sheet = self.sheet()
        rows = list(sheet.rows)
        if len(rows) > MOST_ROWS:
            raise Refused("too_many_rows", f"超过 {MOST_ROWS:,} 行，一份表格装不下：请先按乡镇或类别缩小范围再导出。")
        actions.export(
            self.subject,
            what=self.what,
            conditions=self.conditions(),
            rows=len(rows),
            reason=form.cleaned_data["reason"],
            acting_user=self.request.user,
            on=self.today,
        )
        content = workbook(Sheet(sheet.name, sheet.heading, sheet.note, sheet.head, rows))
        headers = {"Content-Disposition": content_disposition_header(True, f"{sheet.heading}.xlsx")}
        return HttpResponse(content, content_type=CONTENT_TYPE, headers=headers)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The file, or the form again."""
        _ = self.subject
        form = self.form_class(data=request.POST)
        if not form.is_valid():
            return self.shown(form, status=422)
        try:
            return self.perform(form)
        except Refused as refused:
            return self.refused(form, refused)

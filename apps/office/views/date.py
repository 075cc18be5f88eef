"""The day of a demo office."""

from datetime import date
from typing import Any

from django import forms
from django.urls import reverse

from apps.audit.verbs import Verb
from apps.core.pages import ActPage
from apps.core.refusal import Refused
from apps.core.templatetags.ui import day, weekday
from apps.office.actions import advance_office_date
from apps.office.facts import date as facts
from apps.office.forms.date import AdvanceForm
from apps.office.steps import Step


class OfficeDatePage(ActPage):
    """Moves the day of a demo office; what is due then happens."""

    form_class, act = AdvanceForm, Verb.ADVANCE_OFFICE_DATE
    template_name, title = "office/date.html", "工作日期"

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"seen": self.today}}

    def perform(self, form: forms.Form) -> date:
        if form.cleaned_data["seen"] != self.today:
            raise Refused("date_moved", "工作日期刚才已被推进，请看过最新日期后再决定是否继续。")
        step = Step(form.cleaned_data["step"])
        return advance_office_date(step, acting_user=self.request.user, on=self.today)

    def rings(self, result: date) -> list[tuple[str]]:
        return [("office.due_today",)]

    def done_url(self, result: date) -> str:
        return reverse("office-date")

    def done_message(self, result: date) -> str:
        return f"工作日期已推进到 {day(result)}（{weekday(result)}），到期的事项正在办理。"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        known = {
            "outlooks": facts.outlooks(self.today),
            "standing": facts.standing(self.today),
            "moves": facts.moves_made(),
        }
        return super().get_context_data(**(known | kwargs))

"""The book of acts."""

import re
from typing import Any

from django import forms
from django.db.models import QuerySet

from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core.pages import ListPage

_ID_NUMBER = re.compile(r"\d{17}[\dXx]")


class RecordFilter(forms.Form):
    """Narrow the book by act, subject, person and day; never by an identity number, for addresses are logged."""

    subject = forms.CharField(
        label="对象",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "案号、批次号或姓名"}),
    )
    verb = forms.ChoiceField(label="事项", required=False)
    who = forms.CharField(label="经手人", max_length=40, required=False)
    since = forms.DateField(label="从", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="到", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        recorded = [(v.value, v.label) for v in Verb if not v.startswith("VIEW_")]
        self.fields["verb"].choices = [("", "全部"), *recorded]  # type: ignore[attr-defined]

    def clean_subject(self) -> str:
        text = self.cleaned_data["subject"].strip()
        if _ID_NUMBER.search(text):
            raise forms.ValidationError("这里不能按身份证号查，请写案号、批次号或姓名。")
        return text


class RecordList(ListPage):
    """Every act, newest first; identity numbers and accounts stand in it masked only."""

    model, filters, template_name = Record, RecordFilter, "audit/list.html"
    title, act = "办理记录", Verb.VIEW_RECORDS

    def rows(self) -> QuerySet[Record]:
        return super().rows().select_related("user", "area").order_by("-pk")

    def narrow(self, rows: QuerySet[Record], chosen: dict[str, Any]) -> QuerySet[Record]:
        wanted = {
            "verb": chosen.get("verb"),
            "subject_label__contains": chosen.get("subject"),
            "user__name__contains": chosen.get("who"),
            "on__gte": chosen.get("since"),
            "on__lte": chosen.get("until"),
        }
        return rows.filter(**{name: value for name, value in wanted.items() if value})

"""主动发现: what is told of a family, and what came of it."""

from datetime import date
from typing import Any

from django import forms

from apps.accounts.models import Area, User
from apps.applications.actions.leads import villages_of
from apps.applications.forms.intake.fields import PhoneField
from apps.applications.models import Applied, LeadResult, LeadSource


class LeadForm(forms.Form):
    """Who, where, how one knows, and in what need."""

    village = forms.ChoiceField(label="村（社区）")
    name = forms.CharField(label="姓名", max_length=60)
    phone = PhoneField(label="联系电话", max_length=20, required=False)
    address = forms.CharField(
        label="住在哪里",
        max_length=200,
        required=False,
        help_text="屯、楼、门牌；没有电话的必须填，乡镇要上门。",
    )
    source = forms.ChoiceField(label="怎么知道的", choices=LeadSource.choices, initial=LeadSource.VISIT)
    circumstances = forms.CharField(
        label="困难情况",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": "家里几口人，遇到什么困难，急不急"}),
    )

    def __init__(self, *args: Any, user: User, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.villages = {str(village.pk): village for village in villages_of(user, on=on)}
        choices = [(pk, village.name) for pk, village in self.villages.items()]
        field = self.fields["village"]
        field.choices = choices if len(choices) == 1 else [("", "请选择"), *choices]  # type: ignore[attr-defined]

    def clean_village(self) -> Area:
        return self.villages[self.cleaned_data["village"]]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("phone") and not cleaned.get("address") and "phone" in cleaned:
            self.add_error("address", "没有电话的，请写清住在哪里，乡镇才找得到。")
        return cleaned

    def clean_source(self) -> LeadSource:
        return LeadSource(self.cleaned_data["source"])


class ContactForm(forms.Form):
    """What the family said."""

    note = forms.CharField(label="联系情况", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class ApplyForm(forms.Form):
    """What to apply for."""

    scheme = forms.ChoiceField(label="申请什么", choices=Applied.choices, initial=Applied.DIBAO)

    def clean_scheme(self) -> Applied:
        return Applied(self.cleaned_data["scheme"])


class CloseForm(forms.Form):
    """Why there is no application."""

    result = forms.ChoiceField(label="结果", choices=[("", "请选择"), *LeadResult.choices])
    note = forms.CharField(label="说明", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def clean_result(self) -> LeadResult:
        return LeadResult(self.cleaned_data["result"])


class LeadFilter(forms.Form):
    """Leads that wait, or all."""

    show = forms.ChoiceField(label="范围", choices=[("", "待办"), ("all", "全部")], required=False)

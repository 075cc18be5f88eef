"""Forms of the steps of a case."""

from typing import Any

from django import forms

from apps.applications.enums import PauseReason
from apps.applications.models import RefusalGround


class ReasonForm(forms.Form):
    """A reason that goes into the record."""

    reason = forms.CharField(label="理由", max_length=500, widget=forms.Textarea(attrs={"rows": 4}))


class InvestigationForm(forms.Form):
    """What two investigators found at the home."""

    visited_on = forms.DateField(label="入户日期", widget=forms.DateInput(attrs={"type": "date"}))
    second_investigator = forms.CharField(
        label="另一位调查人",
        max_length=40,
        help_text="入户调查须两人，您是其一。可从同事中选，也可直接填写姓名。",
        widget=forms.TextInput(attrs={"list": "colleagues", "autocomplete": "off"}),
    )
    family_member_present = forms.CharField(label="在场家庭成员", max_length=60)
    agrees = forms.ChoiceField(
        label="与申报是否一致", choices=[("yes", "一致"), ("no", "不一致")], widget=forms.RadioSelect
    )
    findings = forms.CharField(label="调查情况", max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))
    signed = forms.BooleanField(label="调查表已由两名调查人和家人签字")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["agrees"] = cleaned.get("agrees") == "yes"
        return cleaned


class OpinionForm(forms.Form):
    """The township's opinion."""

    agrees = forms.ChoiceField(label="意见", choices=[("yes", "拟同意"), ("no", "拟不同意")], widget=forms.RadioSelect)
    text = forms.CharField(
        label="说明",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="必填，写明同意或不同意的理由，会留在案卷里。",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["agrees"] = cleaned.get("agrees") == "yes"
        return cleaned


class NoticeForm(forms.Form):
    """Where the notice is posted."""

    place = forms.CharField(label="张贴地点", max_length=100, help_text="例如：红星社区公示栏。")


class ConfirmForm(forms.Form):
    """The confirmation is bound to what was on the screen."""

    seen = forms.CharField(widget=forms.HiddenInput)


class RefusalForm(forms.Form):
    """Ground and reasons, as they will stand in the letter."""

    ground = forms.ChoiceField(label="理由", choices=RefusalGround.choices)
    text = forms.CharField(
        label="具体说明",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="会印在《不予确认通知书》上，请写明依据的事实和数字。",
    )


class PauseForm(forms.Form):
    """Why the clock stands still."""

    reason = forms.ChoiceField(label="原因", choices=PauseReason.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label="说明", max_length=300, required=False, help_text="选“其他”时必填；会随原因显示在申请页上。"
    )

    def clean_reason(self) -> PauseReason:
        return PauseReason(self.cleaned_data["reason"])

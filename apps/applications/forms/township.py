"""Forms of the township's work beside the visit, of objections, delegations and spot checks."""

import re
from typing import Any

from django import forms

from apps.accounts.models import Area
from apps.applications.models import Applied, CollectiveGround, SpecialGround
from apps.applications.sampling import PERCENT

DAY = forms.DateInput(attrs={"type": "date"})


def _lines(label: str, rows: int = 3, length: int = 500, help_text: str = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=length, widget=widget, help_text=help_text)


class WaiverForm(forms.Form):
    """Why a step is left out."""

    ground = _lines("理由", help_text="写明依据，例如：核对结果完整，住房、车辆、存款均已掌握，与申报一致。")


class AppraisalForm(forms.Form):
    """Who met where, and what they found."""

    held_on = forms.DateField(label="评议日期", widget=DAY)
    place = forms.CharField(label="评议地点", max_length=100)
    participants = _lines("参加人员", rows=2, help_text="村（居）民代表、村干部等，写明姓名。")
    votes_for = forms.IntegerField(label="认为属实（人）", min_value=0, max_value=999)
    votes_against = forms.IntegerField(label="认为不属实（人）", min_value=0, max_value=999, initial=0)
    conclusion = _lines("评议结论")


class AskCollectiveForm(forms.Form):
    """Why papers cannot settle the case."""

    ground = forms.ChoiceField(label="缘由", choices=CollectiveGround.choices, widget=forms.RadioSelect)

    def clean_ground(self) -> CollectiveGround:
        return CollectiveGround(self.cleaned_data["ground"])


class CollectiveForm(forms.Form):
    """The meeting of the township's leaders."""

    held_on = forms.DateField(label="研究日期", widget=DAY)
    attendees = _lines("参加人员", rows=2, help_text="至少三人，姓名之间用顿号或换行分开。")
    matter = _lines("研究事项")
    conclusion = _lines("研究结论", length=1000)

    def clean_attendees(self) -> list[str]:
        return [name for name in re.split(r"[、，,;；\s]+", self.cleaned_data["attendees"]) if name]


class ExtendForm(forms.Form):
    """Why more time is needed."""

    ground = forms.ChoiceField(label="缘由", choices=SpecialGround.choices, widget=forms.RadioSelect)

    def clean_ground(self) -> SpecialGround:
        return SpecialGround(self.cleaned_data["ground"])


class ObjectionForm(forms.Form):
    """What somebody says against a notice."""

    raised_on = forms.DateField(label="提出日期", widget=DAY)
    raised_by = forms.CharField(
        label="提出人", max_length=60, required=False, help_text="可以不写：不愿留名的异议同样要答复。"
    )
    text = _lines("异议内容", rows=4, length=1000)


class AnswerForm(forms.Form):
    """The answer to an objection."""

    answer = _lines("答复", rows=4, length=1000, help_text="写明查了什么、结论是什么，会留在案卷里。")


class DelegationForm(forms.Form):
    """One scheme, one township, from a day on."""

    township = forms.ModelChoiceField(label="乡镇（街道）", queryset=Area.objects.none(), empty_label="请选择")
    scheme = forms.ChoiceField(label="类别", choices=Applied.choices)
    since = forms.DateField(label="开始日期", widget=DAY)
    until = forms.DateField(label="失效日期", widget=DAY, required=False, help_text="这一天起不再有效；不填为长期。")
    document = forms.CharField(label="授权文号", max_length=60, help_text="例如：蛟民发〔2024〕12号。")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["township"].queryset = Area.objects.visible_to(user).townships()

    def clean_scheme(self) -> Applied:
        return Applied(self.cleaned_data["scheme"])


class EndDelegationForm(forms.Form):
    """From which day the bureau decides again."""

    until = forms.DateField(label="收回日期", widget=DAY, help_text="这一天起由民政局确认。")


class DrawForm(forms.Form):
    """How many of a hundred."""

    percent = forms.IntegerField(label="抽查比例", min_value=PERCENT, max_value=100, initial=PERCENT)


class SpotCheckForm(forms.Form):
    """What was found at the home."""

    visited_on = forms.DateField(label="抽查日期", widget=DAY)
    agrees = forms.ChoiceField(
        label="与申报和初审是否一致", choices=[("yes", "一致"), ("no", "不一致")], widget=forms.RadioSelect
    )
    findings = _lines("抽查情况", rows=4, length=1000)

    def clean_agrees(self) -> bool:
        return self.cleaned_data["agrees"] == "yes"

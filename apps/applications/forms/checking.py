"""Forms of the check: what is asked, what was answered, why a difference stands."""

from collections.abc import Iterable
from typing import Any

from django import forms

from apps.applications.facts.comparing import Line
from apps.applications.forms.intake.fields import YuanField
from apps.applications.models import CheckRequest, CheckScope, Outcome

PLATFORM = "省信息核对平台"
OFFICES = (
    PLATFORM,
    "公安局",
    "税务局",
    "社会保险事业管理局",
    "不动产登记中心",
    "市场监督管理局",
    "住房公积金管理中心",
    "车辆管理所",
    "残疾人联合会",
    "殡仪馆",
)
DAY = forms.DateInput(attrs={"type": "date"})


class CheckRequestForm(forms.Form):
    """What other offices are asked; everything unless somebody takes something away."""

    scopes = forms.MultipleChoiceField(
        label="核对项目",
        choices=CheckScope.choices,
        initial=list(CheckScope),
        widget=forms.CheckboxSelectMultiple,
        help_text="作决定前每位成员的每一项都要有结果；只补查几项时可以去掉其余。",
    )


class CheckAnswerForm(forms.Form):
    """One office's answer about one person."""

    person = forms.ChoiceField(label="成员")
    scope = forms.ChoiceField(label="项目")
    outcome = forms.ChoiceField(
        label="结果",
        choices=Outcome.choices,
        widget=forms.RadioSelect,
        help_text="对方系统故障、没有回复，选“未取得结果”：不会当作没有。",
    )
    amount = YuanField(
        label="金额", required=False, help_text="存款、证券、保单为余额；工资、社保待遇为前十二个月合计。"
    )
    source_office = forms.CharField(
        label="提供单位", max_length=60, widget=forms.TextInput(attrs={"list": "offices", "autocomplete": "off"})
    )
    as_of = forms.DateField(label="数据日期", widget=DAY)
    raw = forms.CharField(
        label="回复原文",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="可不填。加密保存，查看时要写明理由。",
    )

    def __init__(self, *args: Any, request: CheckRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._people = {str(one.person_id): one.person for one in request.people.select_related("person")}
        self.fields["person"].choices = [(pk, person.name) for pk, person in self._people.items()]
        self.fields["scope"].choices = [(scope, CheckScope(scope).label) for scope in request.scopes]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["person"] = self._people.get(str(cleaned.get("person")))
        cleaned["amount_fen"] = cleaned.pop("amount", None)
        return cleaned


class CheckRestForm(forms.Form):
    """Everything still open at once."""

    source_office = forms.CharField(label="提供单位", max_length=60, initial=PLATFORM)
    as_of = forms.DateField(label="数据日期", widget=DAY)


class DifferenceForm(forms.Form):
    """Which differences, and why they stand."""

    keys = forms.MultipleChoiceField(label="差异", widget=forms.CheckboxSelectMultiple)
    ground = forms.CharField(
        label="差异原因",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="例如：存款是上月到账的危房改造补助，另附凭证。申报有误的不要在这里说明，请退回补正更正申报。",
    )

    def __init__(self, *args: Any, lines: Iterable[Line], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["keys"].choices = [
            (line.key, f"{line.label}：申报 {line.declared}，核对 {line.found}（{line.beyond}）") for line in lines
        ]
        self.fields["keys"].initial = [line.key for line in lines]

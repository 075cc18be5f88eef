"""What is asked when something is passed to another bureau, and what it answered."""

from typing import Any

from django import forms

from apps.accounts.models import Area
from apps.partners.models import AlertResult, ReferralResult
from apps.partners.models.referral import BUREAUS
from apps.partners.policy.assistance import shipped_items

DAY = forms.DateInput(attrs={"type": "date"})


def _lines(label: str, help_text: str = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, max_length=500, widget=widget, help_text=help_text)


class ReferForm(forms.Form):
    """What is needed, and who of the family agreed."""

    need = _lines("所需帮助", "承办单位只看到这里写的和右边列出的内容。")
    agreed_by = forms.CharField(label="同意人", max_length=60, help_text="本人或监护人，已当面或电话征得同意。")
    agreed_on = forms.DateField(label="同意日期", widget=DAY)


class ReasonForm(forms.Form):
    """Why."""

    reason = _lines("原因")


class FinishForm(forms.Form):
    """What came of it."""

    result = forms.ChoiceField(label="结果", choices=[("", "请选择"), *ReferralResult.choices])
    note = _lines("结果说明", "例如：自6月起每月补贴 100 元；或不符合条件的原因。")
    finished_on = forms.DateField(label="办结日期", widget=DAY)

    def clean_result(self) -> ReferralResult:
        return ReferralResult(self.cleaned_data["result"])


class SettleForm(forms.Form):
    """What looking into it showed."""

    result = forms.ChoiceField(label="核实结果", choices=[("", "请选择"), *AlertResult.choices])
    note = _lines("核实情况", "怎么核实的：入户、电话、村里证明……")

    def clean_result(self) -> AlertResult:
        return AlertResult(self.cleaned_data["result"])


class TownshipFilter(forms.Form):
    """Everything, or one township of those the user sees."""

    township = forms.ModelChoiceField(
        label="乡镇（街道）", required=False, queryset=Area.objects.none(), empty_label="全部"
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["township"].queryset = Area.objects.visible_to(user).townships()


class ReferralFilter(TownshipFilter):
    """Which referrals are listed."""

    show = forms.ChoiceField(
        label="范围",
        choices=[("", "未办结"), ("late", "逾期"), ("finished", "已办结"), ("all", "全部")],
        required=False,
    )
    bureau = forms.ChoiceField(label="承办单位", choices=[("", "全部"), *BUREAUS], required=False)
    field_order = ["show", "bureau", "township"]


class AssistanceFilter(TownshipFilter):
    """Which claims are listed: of one bureau, the first where none is chosen."""

    bureau = forms.ChoiceField(label="承办单位", choices=[], required=False)
    item = forms.ChoiceField(label="救助事项", choices=[], required=False)
    field_order = ["bureau", "item", "township"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owing = dict.fromkeys(item.bureau for item in shipped_items())
        first, *others = owing
        self.fields["bureau"].choices = [("", first.label), *((b.value, b.label) for b in others)]
        self.first = first
        items = {item.item: item.label for item in shipped_items()}
        self.fields["item"].choices = [("", "全部"), *items.items()]


class AlertFilter(forms.Form):
    """Alerts that wait, or all."""

    show = forms.ChoiceField(label="范围", choices=[("", "待核实"), ("all", "全部")], required=False)

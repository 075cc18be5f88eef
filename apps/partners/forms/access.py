"""Partners, their programs, and what is granted to them."""

import ipaddress
from typing import Any

from django import forms

from apps.accounts.models import Area
from apps.partners.enums import FIELDS, PERSONAL, Bureau, Dataset, Purpose

MOST_A_MINUTE = 6_000


class PartnerForm(forms.Form):
    """Another bureau."""

    name = forms.CharField(label="单位名称", max_length=60)
    bureau = forms.ChoiceField(
        label="部门", choices=Bureau.choices, help_text="决定核对时问它哪些项目（如税务答复纳税，银行答复存款）。"
    )
    contact = forms.CharField(label="联系人和电话", max_length=100, required=False)


class ClientForm(forms.Form):
    """One program of a partner."""

    name = forms.CharField(label="接口名称", max_length=60, help_text="例如：医保信息平台、核对网关。")
    per_minute = forms.IntegerField(
        label="每分钟最多次数", min_value=1, max_value=MOST_A_MINUTE, initial=60, help_text="超过的请求一律拒绝。"
    )


class ReasonForm(forms.Form):
    """Why something is taken away."""

    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class GrantForm(forms.Form):
    """What a program may ask; fields and purposes are those of the dataset chosen before."""

    fields_told = forms.MultipleChoiceField(label="字段", widget=forms.CheckboxSelectMultiple)
    purposes = forms.MultipleChoiceField(
        label="用途", choices=Purpose.choices, widget=forms.CheckboxSelectMultiple, help_text="每次查询须写明其中一项。"
    )
    area = forms.ModelChoiceField(label="区域", queryset=Area.objects.none(), empty_label=None)
    since = forms.DateField(label="起", widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="止（不含当日）", widget=forms.DateInput(attrs={"type": "date"}))
    networks = forms.CharField(
        label="来源地址",
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="一行一个 IP 地址或网段，例如 10.22.3.14 或 10.22.3.0/24。",
    )
    basis = forms.CharField(label="依据文号", max_length=200)

    def __init__(self, *args: Any, dataset: Dataset, areas: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]
        told = [(name.value, name.label) for name in FIELDS[dataset]]
        self.fields["fields_told"].choices = told  # type: ignore[attr-defined]
        if not told:
            del self.fields["fields_told"]
        if dataset not in PERSONAL:
            del self.fields["purposes"]

    def clean_networks(self) -> list[str]:
        """Addresses and networks, each once."""
        found: list[str] = []
        for line in self.cleaned_data["networks"].split():
            try:
                found.append(str(ipaddress.ip_network(line)))
            except ValueError as error:
                raise forms.ValidationError(f"“{line[:50]}”不是 IP 地址或网段。") from error
        return list(dict.fromkeys(found))


class DisclosureFilter(forms.Form):
    """Narrow the answers by partner, dataset, purpose and day."""

    partner = forms.CharField(label="单位", max_length=40, required=False)
    dataset = forms.ChoiceField(label="数据", required=False, choices=[("", "全部"), *Dataset.choices])
    purpose = forms.ChoiceField(label="用途", required=False, choices=[("", "全部"), *Purpose.choices])
    since = forms.DateField(label="从", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="到", required=False, widget=forms.DateInput(attrs={"type": "date"}))

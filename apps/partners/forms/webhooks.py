"""Where a bureau is told of changes."""

from typing import Any

from django import forms

from apps.accounts.models import Area
from apps.eligibility.policy.enums import Category, Scheme
from apps.partners.facts.places import townships
from apps.partners.models.referral import BUREAUS
from apps.partners.policy.bureaus import Bureau

STATUSES = [
    *((scheme.value, scheme.label) for scheme in Scheme),
    (Category.LOW_INCOME.value, "低收入家庭"),
    (Category.EXPENDITURE.value, "支出型困难家庭"),
]


class WebhookForm(forms.Form):
    """Who, where, of what, and what for."""

    bureau = forms.ChoiceField(label="单位", choices=[("", "请选择"), *BUREAUS])
    url = forms.URLField(label="推送地址", max_length=300, assume_scheme="https", help_text="对方接收变更通知的地址。")
    statuses = forms.MultipleChoiceField(label="推送哪些变化", choices=STATUSES, widget=forms.CheckboxSelectMultiple)
    areas = forms.MultipleChoiceField(
        label="区域", required=False, widget=forms.CheckboxSelectMultiple, help_text="不选为全市。"
    )
    with_amount = forms.BooleanField(label="金额变动也通知", required=False)
    purpose = forms.CharField(label="用途和依据", max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.townships = townships()
        self.fields["areas"].choices = [(code, area.name) for code, area in self.townships.items()]  # type: ignore[attr-defined]

    def clean_areas(self) -> list[Area]:
        return [self.townships[code] for code in self.cleaned_data["areas"]]

    def clean_bureau(self) -> Bureau:
        return Bureau(self.cleaned_data["bureau"])


class StopForm(forms.Form):
    """Why."""

    reason = forms.CharField(label="理由", max_length=200)

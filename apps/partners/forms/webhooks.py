"""Where a bureau is told of changes."""

from typing import Any

from django import forms

from apps.eligibility.policy.enums import Category, Scheme
from apps.partners.models import Client

STATUSES = [
    *((scheme.value, scheme.label) for scheme in Scheme),
    (Category.LOW_INCOME.value, "低收入家庭"),
    (Category.EXPENDITURE.value, "支出型困难家庭"),
]


class WebhookForm(forms.Form):
    """Which program, where, of what, and what for."""

    client = forms.ModelChoiceField(label="接口账号", queryset=Client.objects.none(), empty_label="请选择")
    url = forms.URLField(label="推送地址", max_length=300, assume_scheme="https", help_text="对方接收变更通知的地址。")
    statuses = forms.MultipleChoiceField(label="推送哪些变化", choices=STATUSES, widget=forms.CheckboxSelectMultiple)
    purpose = forms.CharField(label="用途和依据", max_length=200)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client"].queryset = Client.objects.visible_to(user).filter(closed_on=None)


class WebhookFilter(forms.Form):
    """All receivers, or those that wait for this user's word."""

    show = forms.ChoiceField(label="范围", choices=[("", "全部"), ("waiting", "待我核准")], required=False)


class StopForm(forms.Form):
    """Why."""

    reason = forms.CharField(label="理由", max_length=200)

"""What is asked on the pages of 价格临时补贴."""

from typing import Any

from django import forms

from apps.eligibility.forms import MonthField
from apps.payments.forms import day_field


def _rise(label: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=-50,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        help_text="照公布的写；下降的前面写负号。",
    )


class PriceIndexForm(forms.Form):
    """What was published about a month."""

    month = MonthField(label="指数月份")
    cpi = _rise("居民消费价格同比涨幅（%）")
    food = _rise("其中食品价格同比涨幅（%）")
    published_on = day_field("公布日期")
    document = forms.CharField(label="公布文件", max_length=100, help_text="发布单位、标题或文号。")
    document_on = day_field("文件日期")


class SubsidyCorrectionForm(forms.Form):
    """Why it was too much."""

    text = forms.CharField(
        label="事由和依据",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写明查实的情况、文件，会印在告知书上。",
    )


class PriceIndexCorrectionForm(PriceIndexForm):
    """Other figures for a month that was published already."""

    month = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["published_on"].label = "更正公布日期"

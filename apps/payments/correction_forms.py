"""What is asked on the pages of recalculations and of what is owed back."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from apps.accounts.models import Area
from apps.core.money import fen, format_yuan
from apps.core.month import Month
from apps.payments.enums import OVERDUE, RecalculationGround, ReceivableState, RepaymentKind, WriteOffGround
from apps.payments.facts_corrections import claims_to_offset
from apps.payments.models import Difference, Entitlement, Receivable

LONGEST_PLAN = 60


def _amount(label: str, **given: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, min_value=0, max_digits=12, decimal_places=2, **given)


class RecalculationFilter(forms.Form):
    """Which families are listed."""

    ground = forms.ChoiceField(label="事由", required=False, choices=[("", "全部"), *RecalculationGround.choices])
    township = forms.ModelChoiceField(
        label="乡镇（街道）", required=False, queryset=Area.objects.none(), empty_label="全部"
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["township"].queryset = Area.objects.visible_to(user).townships()  # type: ignore[attr-defined]


class ReceivableFilter(forms.Form):
    """Which of what is owed back is listed."""

    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), *ReceivableState.choices, (OVERDUE, "逾期未退")]
    )
    township = forms.ModelChoiceField(
        label="乡镇（街道）", required=False, queryset=Area.objects.none(), empty_label="全部"
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["township"].queryset = Area.objects.visible_to(user).townships()  # type: ignore[attr-defined]


class _ProposalForm(forms.Form):
    """The grounds, and whether what differs shall stay as it is."""

    text = forms.CharField(
        label="事由和依据",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写明查实的情况、文件或凭证，会印在告知书上。",
    )
    leaves = forms.TypedChoiceField(
        label="怎样处理",
        choices=[("", "按差额补发或追回"), ("1", "维持原发金额，不补不追")],
        required=False,
        coerce=bool,
        empty_value=False,
        widget=forms.RadioSelect,
    )


class ProposalForm(_ProposalForm):
    """Which months of one family."""

    months = forms.TypedMultipleChoiceField(
        label="重算的月份",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选一个月份。"},
    )
    field_order = ("months", "text", "leaves")

    def __init__(self, *args: Any, differences: QuerySet[Difference], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = list(differences)
        self.fields["months"].choices = [(one.pk, _told(one)) for one in self.rows]  # type: ignore[attr-defined]
        first = self.rows[0].ground if self.rows else ""
        self.fields["months"].initial = [one.pk for one in self.rows if one.ground == first]


def _told(one: Difference) -> str:
    sign = "+" if one.difference_fen > 0 else "−"
    whose = f"{one.person.name} " if one.person else ""
    label = RecalculationGround(one.ground).label
    return f"{Month.of(one.month).label()} {whose}{label} {sign}{format_yuan(abs(one.difference_fen))} 元"


class ManyForm(_ProposalForm):
    """One ground for many families."""

    ground = forms.ChoiceField(label="事由", choices=RecalculationGround.choices)
    township = forms.ModelChoiceField(
        label="乡镇（街道）", required=False, queryset=Area.objects.none(), empty_label="全部乡镇（街道）"
    )
    field_order = ("ground", "township", "text", "leaves")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["township"].queryset = Area.objects.visible_to(user).townships()  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """Why not."""

    answer = forms.CharField(label="理由", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class NotifyForm(forms.Form):
    """How the notice reached the family."""

    delivered_on = forms.DateField(label="送达日期")
    how = forms.CharField(label="送达方式", max_length=100, help_text="例如：入户送达，户主签收。")


class HearingForm(forms.Form):
    """What the family said."""

    heard_on = forms.DateField(label="听取日期")
    said = forms.CharField(label="陈述申辩意见", max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))


class PlanForm(forms.Form):
    """Equal monthly instalments; the last takes what does not divide."""

    first_on = forms.DateField(label="第一期日期")
    count = forms.IntegerField(
        label="期数", min_value=1, max_value=LONGEST_PLAN, help_text="每月一期；除不尽的零头放在最后一期。"
    )

    def __init__(self, *args: Any, balance: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.balance = balance

    def plan(self) -> list[tuple[date, int]]:
        """The instalments: day and fen."""
        first, count = self.cleaned_data["first_on"], self.cleaned_data["count"]
        each = self.balance // count
        amounts = [each] * (count - 1) + [self.balance - each * (count - 1)]
        return [(_months_later(first, n), amount) for n, amount in enumerate(amounts) if amount]


def _months_later(day: date, months: int) -> date:
    month = Month.of(day) + months
    return month.first().replace(day=min(day.day, month.last().day))


class RepaymentForm(forms.Form):
    """Money that came back."""

    kind = forms.ChoiceField(
        label="方式", choices=[(one.value, one.label) for one in (RepaymentKind.CASH, RepaymentKind.TRANSFER)]
    )
    paid_on = forms.DateField(label="日期")
    amount = _amount("金额")
    receipt = forms.CharField(label="票据编号", max_length=60)

    def clean_amount(self) -> int:
        """In fen."""
        return fen(self.cleaned_data["amount"])


class OffsetForm(forms.Form):
    """What the family asked in writing to be kept of what it is still owed."""

    entitlement = forms.ModelChoiceField(label="从哪一笔待发款抵扣", queryset=Entitlement.objects.none())
    signed_on = forms.DateField(label="同意书签署日期")
    amount = _amount("抵扣金额")
    consent = forms.CharField(
        label="书面同意书编号", max_length=60, help_text="没有家庭签字的书面同意，不能从待遇中扣任何一分钱。"
    )

    def __init__(self, *args: Any, user: Any, receivable: Receivable, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["entitlement"]
        field.queryset = claims_to_offset(receivable, user)
        field.label_from_instance = lambda one: (
            f"{Month.of(one.month).label()} {one.get_kind_display()} {format_yuan(one.amount_fen)} 元"
        )

    def clean_amount(self) -> int:
        """In fen."""
        return fen(self.cleaned_data["amount"])


class WriteOffForm(forms.Form):
    """Why the rest is not asked for."""

    ground = forms.ChoiceField(label="核销理由", choices=WriteOffGround.choices)
    text = forms.CharField(label="说明和依据", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

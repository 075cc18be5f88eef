"""What is asked on the pages of the ledger."""

from typing import Any

from django import forms

from apps.accounts.models import Area
from apps.payments.enums import LedgerAccount, LedgerEvent
from apps.payments.forms import YuanField, day_field


class LedgerFilter(forms.Form):
    """Which vouchers, and which side of them."""

    since, until = day_field("自"), day_field("至")
    event = forms.ChoiceField(label="事项", required=False, choices=[("", "全部事项"), *LedgerEvent.choices])
    account = forms.ChoiceField(label="科目", required=False, choices=[("", "全部科目"), *LedgerAccount.choices])
    township = forms.ModelChoiceField(
        label="乡镇（街道）", required=False, queryset=Area.objects.none(), empty_label="全部乡镇（街道）"
    )
    # Chosen by the links of a month and of a batch.
    month = forms.DateField(required=False, widget=forms.HiddenInput)
    batch = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["since"].required = self.fields["until"].required = False
        self.fields["township"].queryset = Area.objects.visible_to(user).townships()


class AmountsForm(forms.Form):
    """What the bank says left the account and came back to it on a day."""

    paid_out_fen = YuanField(label="支出合计（元）")
    paid_in_fen = YuanField(label="退回合计（元）", initial="0", help_text="没有退回的填 0。")


class BankStatementForm(AmountsForm):
    """The same with its day."""

    day = day_field("记账日")
    field_order = ("day", "paid_out_fen", "paid_in_fen")

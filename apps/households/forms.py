"""Forms of the family's file."""

from typing import Any

from django import forms

from apps.households.idnumber import normalise
from apps.households.models import Household, PayeeKind, Person
from apps.households.models.account import OF_THE_FAMILY

CARD_LENGTHS = (16, 19)
CARD_PREFIX = "62"
SHORTEST, LONGEST = 12, 19


def read_account_number(text: str) -> str:
    """A bank card, or a passbook of 12 to 19 digits; ValidationError says what is wrong.

    Cards (16 or 19 digits that begin with 62) carry a check digit (ISO/IEC 7812), passbooks need not.
    """
    number = normalise(text).replace("-", "")
    if not (number.isascii() and number.isdigit()):
        raise forms.ValidationError("账号只能是数字，请对照银行卡或存折核对。", code="account")
    if not SHORTEST <= len(number) <= LONGEST:
        raise forms.ValidationError(
            f"账号应为 {SHORTEST} 至 {LONGEST} 位，现在是 {len(number)} 位；不足的请向开户行问清完整账号。",
            code="account",
        )
    if number.startswith(CARD_PREFIX) and len(number) in CARD_LENGTHS and not _checks(number):
        raise forms.ValidationError("账号校验位不符，多半有一位抄错，请对照银行卡核对。", code="account")
    return number


def _checks(number: str) -> bool:
    digits = [int(digit) for digit in reversed(number)]
    doubled = [d * 2 - 9 if d * 2 > 9 else d * 2 for d in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


class HouseholdFilter(forms.Form):
    """Which files are listed; names and numbers only, an identity number goes through the search box."""

    q = forms.CharField(
        label="户主或编号",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "姓名、首字母或编号"}),
    )
    standing = forms.ChoiceField(label="待遇", choices=[("", "全部"), ("on", "在享"), ("off", "未享")], required=False)


class RevealForm(forms.Form):
    """Why something masked must be seen."""

    reason = forms.CharField(
        label="查看理由", max_length=200, help_text="会连同您的姓名记入办理记录，例如：电话通知补正。"
    )


class AccountForm(forms.Form):
    """A new payee account."""

    payee_kind = forms.ChoiceField(label="收款人", choices=OF_THE_FAMILY)
    holder = forms.ModelChoiceField(label="户名", queryset=Person.objects.none())
    bank_name = forms.CharField(label="开户行", max_length=80)
    number = forms.CharField(
        label="账号",
        max_length=30,
        help_text="银行卡或存折上的账号，12 至 19 位。",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    guardian_ground = forms.CharField(
        label="监护依据", max_length=200, required=False, help_text="监护人收款时必填，例如：村委会监护证明。"
    )

    def __init__(self, *args: Any, household: Household, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["holder"]
        mine = Person.objects.visible_to(user)
        field.queryset = mine.filter(memberships__household=household, memberships__until=None)  # type: ignore[attr-defined]
        field.initial = household.head_id
        field.empty_label = "请选择" if field.queryset.exists() else "家里没有可以收款的成员"  # type: ignore[attr-defined]

    def clean_number(self) -> str:
        return read_account_number(self.cleaned_data["number"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("payee_kind") == PayeeKind.GUARDIAN and not given.get("guardian_ground"):
            self.add_error("guardian_ground", "监护人收款须写明依据。")
        return given


class RejectAccountForm(forms.Form):
    """Why a proposed account is sent back."""

    reason = forms.CharField(label="退回理由", max_length=200, widget=forms.Textarea(attrs={"rows": 3}))

"""收款账户."""

from typing import Any

from django import forms

from apps.applications.forms.intake.base import BLANK, GONE, Part
from apps.applications.forms.intake.fields import AccountNumberField
from apps.households.family import AccountEntry
from apps.households.models.account import OF_THE_FAMILY, PayeeKind

KEEP, CHANGE = "KEEP", "CHANGE"
BANKS = (
    "吉林蛟河农村商业银行",
    "中国农业银行",
    "中国邮政储蓄银行",
    "吉林银行",
    "中国工商银行",
    "中国建设银行",
    "中国银行",
)


def _asked(words: str) -> forms.ValidationError:
    return forms.ValidationError(words, code="required")


class AccountForm(Part):
    """Whose account, at which bank, with which number; in a review the account in use may stay."""

    short = {
        "keep": "收款账户是否照旧",
        "payee": "收款账户发给谁",
        "holder": "收款账户的户名",
        "bank": "收款账户的开户行",
        "number": "收款账号",
        "ground": "监护依据",
    }

    keep = forms.ChoiceField(label="收款账户", widget=forms.RadioSelect)
    payee = forms.ChoiceField(label="发给谁", choices=OF_THE_FAMILY, widget=forms.RadioSelect)
    holder = forms.ChoiceField(label="户名", required=False, error_messages={"invalid_choice": GONE})
    bank = forms.CharField(label="开户行", max_length=80)
    number = AccountNumberField(label="账号", max_length=30)
    ground = forms.CharField(label="监护依据", max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bank"].widget.attrs |= {"list": "banks", "placeholder": "写到支行或信用社"}
        self.fields["number"].widget.attrs |= {"inputmode": "numeric", "spellcheck": "false"}
        self.fields["ground"].widget.attrs["placeholder"] = "如：法院判决、村委会指定监护证明"
        in_use = self.setting.account
        if in_use is None:
            del self.fields["keep"]
        else:
            label = f"继续用{in_use.holder.name}的 {in_use.bank_name} {in_use.number_mask}"
            self.fields["keep"].choices = [(KEEP, label), (CHANGE, "换一个账户")]  # type: ignore[attr-defined]

    def set_members(self, choices: list[tuple[str, str]]) -> None:
        """Offer the members typed so far as holders."""
        self.fields["holder"].choices = [BLANK, *choices[1:]]  # type: ignore[attr-defined]

    @property
    def keeps(self) -> bool:
        """Whether the account in use stays."""
        return "keep" in self.fields and self.typed.get("keep") == KEEP

    @property
    def undecided(self) -> bool:
        """Whether a review has not said yet."""
        return "keep" in self.fields and not self.typed.get("keep")

    def full_clean(self) -> None:
        if self.keeps or self.undecided:
            for name in ("payee", "holder", "bank", "number", "ground"):
                self.fields[name].required = False
        super().full_clean()
        if self.is_bound and self.keeps:
            # What stands in the fields of an account not chosen is nobody's mistake.
            self._errors = type(self.errors)()
            self.unfilled = ()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if self.keeps or self.undecided:
            return given
        if given.get("payee") in (PayeeKind.PERSON, PayeeKind.GUARDIAN) and not given.get("holder"):
            self.add_error("holder", _asked("请选择账户是哪位家庭成员的。"))
        if given.get("payee") == PayeeKind.GUARDIAN and not given.get("ground"):
            self.add_error("ground", _asked("监护人收款须写明监护依据。"))
        return given

    def entry(self, holder: int) -> AccountEntry:
        """The account of the member at that place."""
        given = self.cleaned_data
        return AccountEntry(PayeeKind(given["payee"]), holder, given["bank"], given["number"], given["ground"])

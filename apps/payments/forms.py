"""What is asked on the pages of payments."""

from typing import Any

from django import forms

from apps.accounts.models import Area
from apps.core.money import format_yuan
from apps.core.month import Month
from apps.payments.bankfile import RESULTS, Outcome
from apps.payments.enums import BatchState, InstructionState
from apps.payments.mending import FailedPayment

MAX_FILE_BYTES = 64 * 1024 * 1024


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label="理由", max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


class PurposeForm(forms.Form):
    """What a file is taken out for."""

    reason = forms.CharField(label="用途", max_length=200, help_text="例如：送农商行网银代发。")


class ContentForm(forms.Form):
    """The content the person has in front of them, which the approval is bound to."""

    content_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)


class ReturnForm(forms.Form):
    """The bank's file, as it came."""

    file = forms.FileField(
        label="银行回盘文件",
        help_text="直接选银行给的原始文件，不要打开另存。有一处不对，整份都不会导入。",
        widget=forms.ClearableFileInput(attrs={"accept": ".txt,text/plain"}),
        allow_empty_file=True,
    )

    def clean_file(self) -> Any:
        """A file of a size that a bank would send."""
        file = self.cleaned_data["file"]
        if file.size > MAX_FILE_BYTES:
            raise forms.ValidationError("文件太大，不像银行回盘，请核对后重新选择。")
        return file


class SimulationForm(forms.Form):
    """How the simulated bank shall answer."""

    failing = forms.IntegerField(label="未成功笔数", min_value=0, initial=1, help_text="从文件第一笔数起。")
    code = forms.ChoiceField(
        label="原因", choices=[(r.code, f"{r.code} {r.label}") for r in RESULTS.values() if r.outcome != Outcome.PAID]
    )

    def __init__(self, *args: Any, lines: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["failing"] = forms.IntegerField(
            label="未成功笔数", min_value=0, max_value=lines, initial=1, help_text=f"共 {lines} 笔，从第一笔数起。"
        )


class BatchFilter(forms.Form):
    """Which batches are listed."""

    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *BatchState.choices])


class LineFilter(forms.Form):
    """Which payments of a batch are listed."""

    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *InstructionState.choices])
    township = forms.ModelChoiceField(
        label="乡镇（街道）", required=False, queryset=Area.objects.none(), empty_label="全部"
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["township"].queryset = Area.objects.visible_to(user).townships()


class ReissueForm(forms.Form):
    """Which corrected payments go out again."""

    entitlements = forms.TypedMultipleChoiceField(
        label="重新发放",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "请至少选一笔。",
            "invalid_choice": "所选的支付已经不能重新发放，请刷新页面后重选。",
        },
    )

    def __init__(self, *args: Any, ready: list[FailedPayment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ready = {one.instruction.entitlement_id: one.instruction.entitlement for one in ready}
        self.fields["entitlements"].choices = [(one.instruction.entitlement_id, _line(one)) for one in ready]
        self.fields["entitlements"].initial = list(self.ready)

    def chosen(self) -> list[Any]:
        """The entitlements ticked."""
        return [self.ready[pk] for pk in self.cleaned_data["entitlements"]]


def _line(one: FailedPayment) -> str:
    tried, account = one.instruction, one.account
    to = f"{account.holder.name} {account.number_mask}" if account else ""
    month = Month.of(tried.entitlement.month).label()
    return f"{tried.township.name} {to}，{month} {format_yuan(tried.amount_fen)} 元"

"""What is asked on the pages of payments."""

import re
from typing import Any

from django import forms

from apps.accounts.models import Area
from apps.core.money import format_yuan
from apps.core.month import Month
from apps.eligibility.calculator_form import YuanField
from apps.payments.bankfile import RESULTS, Outcome
from apps.payments.bankformat import formats
from apps.payments.enums import PAID_UNDER, BatchState, FundSource, InstructionState, LimitKind
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
        widget=forms.ClearableFileInput(attrs={"accept": ".txt,.csv,.xlsx"}),
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

    failing = forms.CharField(label="失败的笔号，用逗号分开", required=False)
    code = forms.ChoiceField(
        label="原因", choices=[(r.code, f"{r.code} {r.label}") for r in RESULTS.values() if r.outcome != Outcome.PAID]
    )
    missing = forms.CharField(label="回盘里没有的笔号", required=False, help_text="这些支付会记为“结果未定”。")
    extra = forms.BooleanField(label="多出一笔本系统没有发出的支付", required=False)

    def __init__(self, *args: Any, names: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = names
        self.fields["failing"].help_text = f"共 {len(names)} 笔，按文件中的次序；也可以写户名。留空为全部成功。"

    def clean_failing(self) -> list[int]:
        """The sequence numbers of the lines that fail."""
        return self._all(self.cleaned_data["failing"])

    def clean_missing(self) -> list[int]:
        """The sequence numbers of the lines the bank says nothing about."""
        return self._all(self.cleaned_data["missing"])

    def _all(self, said: str) -> list[int]:
        wanted = [one for one in re.split(r"[,，、;；\s]+", said) if one]
        return sorted({number for one in wanted for number in self._numbers(one)})

    def _numbers(self, wanted: str) -> list[int]:
        if not wanted.isdecimal():
            found = [number for number, name in enumerate(self.names, start=1) if name == wanted]
            if not found:
                raise forms.ValidationError(f"这一批里没有户名为“{wanted}”的支付。")
            return found
        if not 1 <= int(wanted) <= len(self.names):
            raise forms.ValidationError(f"笔号应在 1 到 {len(self.names)} 之间，没有第 {wanted} 笔。")
        return [int(wanted)]


_CAME_BACK = [(r.code, f"{r.code} {r.label}") for r in RESULTS.values() if r.outcome == Outcome.RETURNED]


class LateSimulationForm(SimulationForm):
    """Which payments the simulated bank sends back after they had arrived."""

    code = forms.ChoiceField(label="原因", choices=_CAME_BACK)
    missing = extra = None

    def __init__(self, *args: Any, names: list[str], **kwargs: Any) -> None:
        super().__init__(*args, names=names, **kwargs)
        self.fields["failing"].label, self.fields["failing"].required = "退回的笔号，用逗号分开", True
        self.fields["failing"].help_text = f"共 {len(names)} 笔，按文件中的次序；也可以写户名。"


class LateReturnForm(forms.Form):
    """One payment that came back, from the bank's paper."""

    code = forms.ChoiceField(label="原因", choices=_CAME_BACK)
    returned_on = forms.DateField(label="退票日期", widget=forms.DateInput(attrs={"type": "date"}))
    ground = forms.CharField(label="凭据", max_length=200, help_text="银行退票通知的编号、日期。")


class GroundForm(forms.Form):
    """What was found out."""

    ground = forms.CharField(
        label="查明情况", max_length=500, widget=forms.Textarea(attrs={"rows": 4}), help_text="向谁查的，查明了什么。"
    )


class AgencyForm(forms.Form):
    """A paying bank and how it wants its files."""

    bank = forms.RegexField(r"^[A-Z0-9]{2,12}$", label="银行代号", help_text="2 至 12 个大写字母或数字，例如 JHNX。")
    name = forms.CharField(label="代发银行", max_length=60)
    layout = forms.ChoiceField(label="文件格式")
    since = forms.DateField(label="启用日期", widget=forms.DateInput(attrs={"type": "date"}))
    ground = forms.CharField(label="依据", max_length=200, help_text="代发协议的编号、日期。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["layout"].choices = [(one.name, f"{one.name} {one.label}") for one in formats().values()]


class BatchFilter(forms.Form):
    """Which batches are listed."""

    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *BatchState.choices])


class LineFilter(forms.Form):
    """Which payments of a batch are listed; names and numbers only."""

    q = forms.CharField(
        label="户名或编号", max_length=40, required=False, widget=forms.TextInput(attrs={"placeholder": "姓名或编号"})
    )
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


class RosterForm(forms.Form):
    """What the signed roster says: typed from the paper, not copied from the screen."""

    declared_count = forms.IntegerField(label="花名册笔数", min_value=1, help_text="照签字的花名册填写。")
    declared_total_fen = YuanField(label="花名册合计（元）", help_text="例如 1263.00。")


class SignedYuanField(YuanField):
    """An amount that may be taken away again: a minus in front of it."""

    def clean(self, value: Any) -> int:
        """Fen, below zero after a minus."""
        text = str(value or "").strip().replace("－", "-")
        amount = super().clean(text.removeprefix("-"))
        return -amount if text.startswith("-") else amount


def day_field(label: str) -> forms.DateField:
    """A day, typed or chosen."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}))


class AppropriationForm(forms.Form):
    """An appropriation, as its document says."""

    document = forms.CharField(label="指标文号", max_length=60, help_text="例如：吉财社〔2024〕128号。")
    issued_on = day_field("下达日期")
    source = forms.ChoiceField(label="资金来源", choices=FundSource.choices)
    scheme = forms.ChoiceField(label="待遇", choices=[("", "统筹（不分待遇）"), *PAID_UNDER], required=False)
    amount_fen = SignedYuanField(label="金额（元）", help_text="追减的在前面写负号。")

    def clean_amount_fen(self) -> int:
        """Nothing is no appropriation."""
        if not self.cleaned_data["amount_fen"]:
            raise forms.ValidationError("请填写金额。")
        return int(self.cleaned_data["amount_fen"])


class LimitForm(forms.Form):
    """A limit and from when it counts."""

    kind = forms.ChoiceField(label="限额", choices=LimitKind.choices)
    amount_fen = YuanField(label="金额（元）", help_text="达到或超过（单笔上限：超过）这个数，就要多一道手续。")
    since = day_field("自")
    document = forms.CharField(label="依据", max_length=100, help_text="例如：局务会纪要2024年第3期。")

    def clean_amount_fen(self) -> int:
        """A limit of nothing would stop everything."""
        if not self.cleaned_data["amount_fen"]:
            raise forms.ValidationError("请填写大于零的金额。")
        return int(self.cleaned_data["amount_fen"])


class SharedAccountForm(forms.Form):
    """An account that may receive for several families."""

    holder = forms.CharField(label="户名", max_length=60)
    number = forms.RegexField(
        r"^[0-9]{8,32}$", label="账号", error_messages={"invalid": "账号只能是数字，请对照开户许可证填写。"}
    )
    ground = forms.CharField(label="理由", max_length=200, help_text="哪些家庭由它代领，依据什么协议。")
    until = day_field("有效期至")


class SettlementForm(forms.Form):
    """What became of a payment, and by what one knows."""

    code = forms.ChoiceField(
        label="银行的结果",
        choices=[(r.code, f"{r.code} {r.label}") for r in RESULTS.values() if r.outcome != Outcome.UNKNOWN],
    )
    settled_on = day_field("银行处理日期")
    evidence = forms.CharField(
        label="凭据", max_length=300, widget=forms.Textarea(attrs={"rows": 3}), help_text="银行书面答复的文号或回单号。"
    )

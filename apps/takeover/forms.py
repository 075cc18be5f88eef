"""What is asked on the pages of the take-over."""

from typing import Any

from django import forms

from apps.accounts.models import Area
from apps.awards.enums import SCHEMES
from apps.core.workbooks import MAX_BYTES
from apps.eligibility.forms import MonthField
from apps.takeover.enums import Finding
from apps.takeover.readings import READINGS


class WorkbookForm(forms.Form):
    """A filled-in workbook."""

    file = forms.FileField(
        label="工作簿",
        help_text="按模板填好的 .xlsx，不超过 10 MB。",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )

    def clean_file(self) -> Any:
        """A file of a bearable size; what is in it is looked at by the act."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError("文件超过 10 MB，请按乡镇拆成几个文件。")
        return file

    def handed_in(self) -> dict[str, Any]:
        """What the actions take: bytes and name beside the other fields."""
        given = dict(self.cleaned_data)
        file = given.pop("file")
        return {"content": file.read(), "file_name": file.name, **given}


class RegisterForm(WorkbookForm):
    """The old register, and the first month this office pays."""

    first_month = MonthField(label="首个发放月份", help_text="从这个月起由本系统核定和发放；以前的月份由原系统负责。")


class RollForm(WorkbookForm):
    """What was paid in a month."""

    month = MonthField(label="发放月份", help_text="名册是哪个月的。")


class ApproveForm(forms.Form):
    """The trial the person has in front of them, and whether they accept its warnings."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    accepted = forms.BooleanField(required=False)

    def __init__(self, *args: Any, warnings: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if warnings:
            self.fields["accepted"].label = f"{warnings} 条提示已逐条核对，按原登记册接管"
        else:
            self.fields["accepted"].widget = forms.HiddenInput()


class RejectForm(forms.Form):
    """Why a register is sent back."""

    reason = forms.CharField(label="退回理由", max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


class ParallelFilter(forms.Form):
    """Which units of a comparison are listed; all that differ unless said otherwise."""

    finding = forms.ChoiceField(label="结果", required=False, choices=[("", "全部不一致"), *Finding.choices])
    reading = forms.ChoiceField(
        label="说明类别",
        required=False,
        choices=[("", "全部"), *((code, label) for code, (label, _) in READINGS.items())],
    )
    scheme = forms.ChoiceField(label="待遇", required=False, choices=[("", "全部"), *SCHEMES])
    township = forms.ModelChoiceField(
        label="乡镇（街道）", required=False, queryset=Area.objects.none(), empty_label="全部"
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["township"].queryset = Area.objects.visible_to(user).townships()

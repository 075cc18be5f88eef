"""What is asked when a value is proposed."""

from datetime import date
from typing import Any

from django import forms

from apps.core.month import Month
from apps.eligibility.parameters import CAN_BE_OFF, applies_to, field_of, kind_of, places_of, read_value, standing_row
from apps.eligibility.policy.standards import Law, Row, shipped_parameters

PER = [("1", "每月"), ("12", "每年（按 12 个月折算）")]
Asked = dict[str, Any]


class MonthField(forms.CharField):
    """A month in the browser's own picker; the first day of it."""

    widget = forms.TextInput(attrs={"type": "month", "placeholder": "2024-07"})

    def prepare_value(self, value: Any) -> Any:
        """2024-07 for the picker."""
        return f"{value:%Y-%m}" if isinstance(value, date) else value

    def clean(self, value: Any) -> date | None:
        """The first day of the month; tells how a month is written."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return Month.parse(text).first()
        except ValueError as error:
            raise forms.ValidationError(f"{error}。") from None


class ValuesForm(forms.Form):
    """New values of one parameter, a field for each to whom it applies; what is left empty stays as it is."""

    def __init__(self, *args: Any, parameter: str, law: Law, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parameter, self.places = parameter, places_of(parameter, law)
        unit, how = shipped_parameters()[parameter].unit, kind_of(parameter).help
        fields = {}
        for area, key in self.places:
            row = standing_row(law, parameter, (area, key), on)
            fields[field_of(area, key)] = forms.CharField(
                label=applies_to(area, key) or shipped_parameters()[parameter].label,
                max_length=20,
                required=False,
                help_text=f"现行 {shown(row)}（{unit}）。{how}。",
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            )
        if unit == "元/月":
            fields["months"] = forms.ChoiceField(label="金额按", choices=PER, initial="1", required=False)
        if parameter in CAN_BE_OFF:
            fields["off"] = forms.BooleanField(label="停用（不再执行这一项）", required=False)
        self.fields = {**fields, **self.fields}

    def clean(self) -> Asked:
        """Each value is one, and there is at least one."""
        given = super().clean() or self.cleaned_data
        for name in self.value_fields():
            text = given.get(name)
            try:
                if text:
                    read_value(self.parameter, text)
            except ValueError as error:
                self.add_error(name, f"{error}。")
        if not given.get("off") and not any(given.get(name) or self.has_error(name) for name in self.value_fields()):
            self.add_error(self.value_fields()[0], "请至少填写一个新数值。")
        return given

    def value_fields(self) -> list[str]:
        """The names of the fields that hold values."""
        return [field_of(area, key) for area, key in self.places]

    def content(self) -> list[Asked]:
        """The values in the shape of a proposal."""
        given, off = self.cleaned_data, bool(self.cleaned_data.get("off"))
        return [
            {
                "parameter": self.parameter,
                "area": area,
                "key": key,
                "value": None if off else given[field_of(area, key)],
                "months": int(given.get("months") or 1),
            }
            for area, key in self.places
            if off or given[field_of(area, key)]
        ]


def shown(row: Row | None) -> str:
    """A value in words, with what a yearly one is divided by."""
    if row is None:
        return "无"
    text = row.value if row.value is not None else "未启用"
    return f"{text}（{row.months} 个月）" if row.months > 1 else text


class ProposalForm(ValuesForm):
    """Values with the month they begin in and the document they rest on."""

    start = MonthField(label="自哪个月起")
    document_number = forms.CharField(label="依据文号", max_length=60, help_text="例如 蛟民发〔2024〕8号")
    document_date = forms.DateField(label="印发日期", widget=forms.DateInput)
    note = forms.CharField(label="依据说明", max_length=120, required=False, help_text="例如 提高城乡低保标准的通知")
    ground = forms.CharField(
        label="追溯理由",
        max_length=200,
        required=False,
        help_text="起始月份已经过去的必须写明，其他的不填；例如 文件规定自1月起执行。",
    )
    pending = forms.BooleanField(label="仍是口径，待民政局书面确认", required=False)

    def proposal(self) -> Asked:
        """What the action takes."""
        given = self.cleaned_data
        plain = {name: given[name] for name in ("start", "document_number", "document_date", "note", "ground")}
        return {"content": self.content(), "confirmed": not given["pending"], **plain}


class RejectForm(forms.Form):
    """Why a proposal is sent back."""

    reason = forms.CharField(label="退回理由", max_length=200, help_text="写明哪里不对，提出人据此重新提出。")

"""What is asked on the pages of awards and months."""

from typing import Any

from django import forms

from apps.accounts.models import Area
from apps.awards.birthdays import AGES
from apps.awards.changes import Changes
from apps.awards.enums import HELD, LACKING, SCHEMES, STOPPED, AsideState, Cause, Change, Effect
from apps.awards.tally import ALL_BANDS, band_label
from apps.eligibility.forms import MonthField, ValuesForm

STAGES = [("RUNNING", "在享"), ("PHASE_OUT", "渐退中"), ("WAITING", "待起发"), ("ENDED", "已止发")]


class AwardFilter(forms.Form):
    """Which awards are listed."""

    stage = forms.ChoiceField(
        label="阶段",
        required=False,
        choices=[
            ("", "全部"),
            ("RUNNING", "在享"),
            ("PHASE_OUT", "渐退中"),
            ("WAITING", "待起发"),
            ("ENDED", "已止发"),
        ],
    )
    q = forms.CharField(label="户主或编号", max_length=40, required=False)
    scheme = forms.ChoiceField(label="待遇", required=False, choices=[("", "全部"), *SCHEMES])
    township = forms.ModelChoiceField(
        label="乡镇（街道）", required=False, queryset=Area.objects.none(), empty_label="全部"
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["township"].queryset = Area.objects.visible_to(user).townships()


class BirthdayFilter(forms.Form):
    """Which month's birthdays, of which age, where."""

    month = MonthField(label="生日所在月份", required=False)
    age = forms.ChoiceField(
        label="年龄", required=False, choices=[("", "全部"), *((str(age), f"满 {age} 周岁") for age in AGES)]
    )
    township = forms.ModelChoiceField(
        label="乡镇（街道）", required=False, queryset=Area.objects.none(), empty_label="全部"
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["township"].queryset = Area.objects.visible_to(user).townships()  # type: ignore[attr-defined]


class ChangeFilter(forms.Form):
    """Which changes of a month are listed; each choice says how many there are."""

    change = forms.ChoiceField(label="变化", required=False)
    township = forms.ModelChoiceField(
        label="乡镇（街道）", required=False, queryset=Area.objects.none(), empty_label="全部"
    )
    scheme = forms.ChoiceField(label="待遇", required=False, choices=[("", "全部"), *SCHEMES])
    seen = forms.ChoiceField(label="查看", required=False, choices=[("", "全部"), ("NO", "还没有看过的")])

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["township"].queryset = Area.objects.visible_to(user).townships()  # type: ignore[attr-defined]
        self.fields["change"].choices = [("", "全部变化"), *CHANGES]  # type: ignore[attr-defined]

    def narrow(self, changes: Changes) -> Changes:
        """The changes that match everything but the kind."""
        given = self.cleaned_data if self.is_valid() else {}
        equal = {name: given[name] for name in ("township", "scheme") if given.get(name)}
        narrowed = changes.narrowed(**equal) if equal else changes
        return narrowed.unseen() if given.get("seen") else narrowed

    def count(self, changes: Changes) -> str:
        """Say behind each kind how many there are, leave out the kinds of which there are none; the one chosen."""
        chosen = self.cleaned_data.get("change", "") if self.is_valid() else ""
        shown = [(kind, f"{label} {changes.counts.get(kind, 0)}") for kind, label in CHANGES]
        kept = [(kind, text) for kind, text in shown if changes.counts.get(kind) or kind == chosen]
        self.fields["change"].choices = [("", f"全部变化 {changes.changed}"), *kept]  # type: ignore[attr-defined]
        return str(chosen)


CHANGES = [
    *((kind.value, kind.label) for kind in Change if kind != Change.SAME),
    (STOPPED, "停发"),
    (LACKING, "资料不全"),
    (HELD, "留核"),
]


class LookedForm(forms.Form):
    """Which changes were looked at."""

    award = forms.TypedMultipleChoiceField(coerce=int, required=False, widget=forms.MultipleHiddenInput)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        given = [] if data is None else data.getlist("award")
        self.fields["award"].choices = [(one, one) for one in given if one.isdecimal()]  # type: ignore[attr-defined]


class HoldForm(forms.Form):
    """Why a unit is held back."""

    reason = forms.CharField(
        label="留核的理由", max_length=200, help_text="例如：增加的金额与入户情况不符，请乡镇核实。"
    )


class ReleaseForm(forms.Form):
    """What was found out about a unit that was held back."""

    reason = forms.CharField(label="查清的情况", max_length=200, help_text="例如：已与经办人核实，金额无误。")


class AsideFilter(forms.Form):
    """Which units that were set aside are listed."""

    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[("", "未办结"), (AsideState.EXCLUDED, "不列入本月"), (AsideState.CLEARED, "已办结")],
    )
    cause = forms.ChoiceField(label="缘由", required=False, choices=[("", "全部"), *Cause.choices])
    township = forms.ModelChoiceField(
        label="乡镇（街道）", required=False, queryset=Area.objects.none(), empty_label="全部"
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["township"].queryset = Area.objects.visible_to(user).townships()  # type: ignore[attr-defined]


class ExcludeForm(forms.Form):
    """Why a unit is left out of a month."""

    ground = forms.CharField(
        label="不列入的理由", max_length=200, help_text="例如：资料有误正在更正，更正后补发。写入办理记录。"
    )


class RecomputeFilter(forms.Form):
    """By what a month is calculated again."""

    basis = forms.ChoiceField(label="依据", required=False)

    def __init__(self, *args: Any, given_up: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = [("", "按当时掌握的"), ("NOW", "按现在掌握的")] + [("GIVEN_UP", "与作废的那次比")] * given_up
        self.fields["basis"].choices = shown  # type: ignore[attr-defined]

    def chosen(self) -> str:
        """THEN, NOW or GIVEN_UP."""
        return (self.is_valid() and self.cleaned_data["basis"]) or "THEN"


class OpenMonthForm(forms.Form):
    """The month to begin, as the page offered it."""

    month = forms.DateField(widget=forms.HiddenInput)


class VoidMonthForm(forms.Form):
    """Why a calculation is given up."""

    reason = forms.CharField(
        label="作废理由", max_length=200, help_text="记入办理记录，例如：标准录入有误，更正后重新核定。"
    )


class WhatIfForm(ValuesForm):
    """Draft values to rehearse, from when they would hold, and the month to look at."""

    start = MonthField(label="草案自哪个月起")
    month = MonthField(label="测算哪个月", help_text="本月或以后；按那个月应发的待遇逐户计算。")

    def draft(self) -> dict[str, Any]:
        """What the action takes."""
        given = self.cleaned_data
        return {"content": self.content(), "start": given["start"], "month": given["month"]}


class WhatIfFilter(forms.Form):
    """Which changed families are listed."""

    effect = forms.ChoiceField(label="变化", required=False, choices=[("", "全部变化"), *Effect.choices])
    scheme = forms.ChoiceField(label="待遇", required=False, choices=[("", "全部"), *SCHEMES])
    band = forms.TypedChoiceField(
        label="增减幅度",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "全部"), *((band, band_label(band)) for band in ALL_BANDS)],
    )
    township = forms.ModelChoiceField(
        label="乡镇（街道）", required=False, queryset=Area.objects.none(), empty_label="全部"
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["township"].queryset = Area.objects.visible_to(user).townships()

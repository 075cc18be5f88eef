"""What is asked on the pages of statistics."""

import datetime as dt
from typing import Any

from django import forms

from apps.accounts.models import Area
from apps.applications.models import RefusalGround
from apps.applications.transitions import State
from apps.core.month import Month
from apps.reports.enums import PARTS, Group, Kind
from apps.reports.facts.casework import EVENTS, Span
from apps.reports.facts.lines import CHANGED, NEW, STOPPED
from apps.reports.facts.months import AREAS, choices
from apps.reports.models import FrozenMonth

ALL = ("", "全部")
# The kinds that a month's lines are of; the others come in figures counted elsewhere only.
PAID_HERE = [kind for kind in Kind if kind not in (Kind.TEKUN, Kind.TEMPORARY)]


class TownshipForm(forms.Form):
    """Everything, or one township of those the user sees."""

    township = forms.ModelChoiceField(
        label="乡镇（街道）", required=False, queryset=Area.objects.none(), empty_label="全部"
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["township"].queryset = Area.objects.visible_to(user).townships()


class FrozenChoice(forms.ModelChoiceField):
    """A frozen month by its name; that of another unit says which."""

    def label_from_instance(self, obj: Any) -> str:
        """2024年4月, or 吉林省 2023年11月（公布数）."""
        return obj.label if obj.run_id else f"{obj}（{obj.get_source_display()}）"


class MonthForm(forms.Form):
    """Which month is looked at."""

    frozen = FrozenChoice(label="月份", required=False, queryset=FrozenMonth.objects.none(), empty_label=None)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["frozen"].queryset = choices(user)


class AreaForm(forms.Form):
    """城, 乡 or both."""

    area = forms.ChoiceField(label="城乡", required=False, choices=[("", "城乡合计"), *AREAS.items()])


class LineFilter(TownshipForm):
    """Which lines behind a month's figures are listed."""

    group = forms.ChoiceField(label="类别", required=False, choices=[ALL, *Group.choices])
    area = forms.ChoiceField(label="城乡", required=False, choices=[ALL, *AREAS.items()])
    kind = forms.ChoiceField(label="其中", required=False, choices=[ALL, *((k.value, k.label) for k in PAID_HERE)])
    part = forms.ChoiceField(label="构成", required=False, choices=[ALL, *PARTS])
    change = forms.ChoiceField(
        label="增减", required=False, choices=[ALL, (NEW, "新增"), (CHANGED, "金额变动"), (STOPPED, "停发")]
    )
    field_order = ["township", "group", "area", "kind", "part", "change"]


class CaseFilter(TownshipForm):
    """Which cases are listed."""

    event = forms.ChoiceField(label="情况", required=False, choices=[("", "不限"), *EVENTS])
    month = forms.TypedChoiceField(label="月份", required=False, coerce=Month.parse, empty_value=None)
    state = forms.ChoiceField(
        label="当前环节", required=False, choices=[ALL, *((s.value, s.label) for s in State if s != State.DRAFT)]
    )
    ground = forms.ChoiceField(label="不予确认理由", required=False, choices=[ALL, *RefusalGround.choices])
    field_order = ["event", "month", "state", "ground", "township"]

    def __init__(self, *args: Any, on: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        span = Span.of_months_to(on)
        shown = [(str(span.last - back), (span.last - back).label()) for back in range(span.last - span.first + 1)]
        self.fields["month"].choices = [("", "近十二个月"), *shown]

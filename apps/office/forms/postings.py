"""Finding colleagues, and giving, moving, lending and ending posts."""

from collections.abc import Collection, Iterable
from itertools import groupby
from typing import Any

from django import forms

from apps.accounts.models import Area, User
from apps.accounts.roles import Level, Role

STATES = (
    ("", "全部"),
    ("posted", "在岗"),
    ("deputy", "代理中"),
    ("free", "没有岗位"),
    ("locked", "登录被锁定"),
    ("off", "已停用"),
)


class PeopleFilter(forms.Form):
    """Narrow the list of colleagues by name, place, post and state."""

    q = forms.CharField(
        label="姓名或账号",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"placeholder": "姓名或账号"}),
    )
    area = forms.TypedChoiceField(label="区域", required=False, coerce=int, empty_value=None)
    role = forms.ChoiceField(label="岗位", required=False, choices=[("", "全部"), *Role.choices])
    state = forms.ChoiceField(label="状态", required=False, choices=STATES)

    def __init__(self, *args: Any, areas: Iterable[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [("", "全部"), *((area.pk, area.name) for area in areas)]  # type: ignore[attr-defined]


class _SureForm(forms.Form):
    """A box to tick where something would be left undone; gone where nothing is."""

    sure = forms.BooleanField(label="我已看过提醒，仍要办理")

    def __init__(self, *args: Any, risky: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not risky:
            del self.fields["sure"]


class AppointForm(forms.Form):
    """Where and from when; the post itself was chosen before."""

    area = forms.TypedChoiceField(label="区域", coerce=int)
    since = forms.DateField(label="任职日期", widget=forms.DateInput, help_text="自当天起可以办理，不能早于今天。")
    until = forms.DateField(
        label="离任日期", required=False, widget=forms.DateInput, help_text="已知哪天离任时填写；前一天是最后一天。"
    )

    def __init__(self, *args: Any, places: Iterable[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = area_choices(places)  # type: ignore[attr-defined]


class MoveForm(_SureForm, AppointForm):
    """Where to and from when."""

    until = None
    field_order = ("area", "since", "sure")


class EndForm(_SureForm):
    """The first day without the post."""

    until = forms.DateField(label="离任日期", widget=forms.DateInput, help_text="前一天是最后一天；不能早于今天。")
    field_order = ("until", "sure")


class DeputyForm(forms.Form):
    """Who sits there meanwhile, and for which days."""

    deputy = forms.TypedChoiceField(label="代理人", coerce=int)
    since = forms.DateField(label="开始日期", widget=forms.DateInput)
    until = forms.DateField(label="最后一天", widget=forms.DateInput, help_text="代理到这一天为止，次日自动收回。")

    def __init__(self, *args: Any, people: Iterable[User], unfit: Collection[int], on_day: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(person.pk, f"{person.name}（{person.posting_line(on_day)}）") for person in people]
        field = self.fields["deputy"]
        # Whoever does not fit is not offered; asked for all the same, the action says why not.
        field.choices = known  # type: ignore[attr-defined]
        field.widget.choices = [("", "请选择"), *((pk, name) for pk, name in known if pk not in unfit)]  # type: ignore[attr-defined]


def area_choices(places: Iterable[Area]) -> list[Any]:
    """Areas to choose from; villages under the name of their township."""
    areas = list(places)
    if any(area.level == Level.VILLAGE for area in areas):
        grouped = groupby(areas, key=lambda area: str(area.parent))
        return [("", "请选择"), *((name, [(a.pk, a.name) for a in group]) for name, group in grouped)]
    first = [] if len(areas) == 1 else [("", "请选择")]
    return [*first, *((area.pk, area.name) for area in areas)]

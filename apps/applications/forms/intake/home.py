"""申请事项与住址."""

from typing import Any

from django import forms

from apps.accounts.models import Area
from apps.applications.forms.intake.base import BLANK, Part
from apps.applications.forms.intake.fields import PhoneField
from apps.applications.models import Applied
from apps.eligibility.policy.enums import AreaKind

_PROPOSED = {Area.Kind.COMMUNITY: AreaKind.URBAN, Area.Kind.VILLAGE: AreaKind.RURAL}


class SchemeForm(Part):
    """What is asked for; kept with the case itself, not in the draft."""

    scheme = forms.ChoiceField(label="申请什么", choices=Applied.choices, widget=forms.RadioSelect)


class HomeForm(Part):
    """Village, 城/乡, address, telephone."""

    village = forms.TypedChoiceField(label="村（社区）", coerce=int, empty_value=None)
    area_kind = forms.ChoiceField(
        label="城乡类别", choices=[(kind.value, kind.label) for kind in AreaKind], widget=forms.RadioSelect
    )
    address = forms.CharField(label="家庭住址", max_length=200)
    phone = PhoneField(label="联系电话", max_length=20, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(village.pk, village.name) for village in self.setting.villages]
        self.fields["village"].choices = [BLANK, *choices]  # type: ignore[attr-defined]
        if not self.typed.get("village"):
            self.fields["village"].widget.attrs["data-focus"] = ""
        self.fields["address"].widget.attrs["placeholder"] = "组、街路、门牌"
        self.fields["phone"].widget.attrs["inputmode"] = "tel"

    @property
    def chosen_village(self) -> Area | None:
        """The village chosen so far."""
        chosen = self.typed.get("village", "")
        return next((village for village in self.setting.villages if str(village.pk) == chosen), None)

    @property
    def proposed(self) -> AreaKind | None:
        """城/乡 as the village's kind suggests; a person confirms it."""
        village = self.chosen_village
        return _PROPOSED.get(Area.Kind(village.kind)) if village else None

    def hint(self, name: str) -> str:
        village, kind = self.chosen_village, self.proposed
        if name != "area_kind" or village is None or kind is None:
            return ""
        chosen = self.typed.get("area_kind", "")
        if not chosen:
            return f"{village.name}是{village.get_kind_display()}，一般为{kind.label}，请确认。"
        if chosen != kind:
            return f"与{village.name}的类型（{village.get_kind_display()}）不一致，请核对户籍。"
        return ""

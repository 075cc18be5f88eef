"""授权与承诺: who signed, whether an official is a near relative, and facts that can only be promised."""

from typing import Any

from django import forms

from apps.applications.forms.intake.amounts import MemberChoiceRow
from apps.applications.forms.intake.base import GONE, NONE, SOME, Part
from apps.applications.forms.intake.support import MembersRow
from apps.households.family import PromiseEntry


def _asked(words: str) -> forms.ValidationError:
    return forms.ValidationError(words, code="required")


class ConsentForm(Part):
    """申请即授权 (§19), near relatives among the officials (57号第11条), and the promise that all this is true."""

    short = {
        "near": "是否经办人员近亲属",
        "near_who": "经办人员姓名",
        "near_post": "经办人员岗位",
        "near_kin": "与经办人员是何关系",
        "signed_on": "核对授权书签字",
        "promise": "承诺书签字",
    }

    near = forms.ChoiceField(
        label="家里有没有人是社会救助经办人员或村（社区）干部的近亲属",
        choices=[(SOME, "有"), (NONE, "没有")],
        widget=forms.RadioSelect,
    )
    near_who = forms.CharField(label="经办人员姓名", max_length=40, required=False)
    near_post = forms.CharField(label="单位和岗位", max_length=80, required=False)
    near_kin = forms.CharField(label="是家里谁的什么人", max_length=40, required=False)
    signed_on = forms.DateField(label="户主签字日期")
    promise = forms.BooleanField(label="申请人已签字承诺所报情况属实，知道瞒报须退回并承担责任")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["near_kin"].widget.attrs["placeholder"] = "如：户主的弟弟"
        self.fields["signed_on"].widget.attrs["max"] = self.setting.on.isoformat()

    def clean_signed_on(self) -> Any:
        return not_later(self.cleaned_data["signed_on"], self.setting.on)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("near") == SOME:
            for name in ("near_who", "near_post", "near_kin"):
                if not given.get(name):
                    self.add_error(name, _asked(f"请填写{self.fields[name].label}。"))
        return given

    @property
    def near_relative_of(self) -> str | None:
        """Of whom, in which post, how related; empty for nobody, None while it is open."""
        if not self.is_bound or not self.is_valid():
            return None
        given = self.cleaned_data
        if given.get("near") != SOME:
            return "" if given.get("near") == NONE else None
        told = [given["near_who"], given["near_post"], given["near_kin"]]
        return "，".join(told) if all(told) else None


class SignerRow(MembersRow):
    """The signature of one more adult of the family under the authorisation."""

    letter, noun = "m", "签字"
    short = {"signed": "授权书签字"}

    signed = forms.BooleanField(label="已签字")
    on = forms.DateField(label="签字日期", required=False)
    by = forms.CharField(label="代签人", max_length=60, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].widget.attrs["max"] = self.setting.on.isoformat()
        self.fields["by"].widget.attrs["placeholder"] = "本人不能签时填，如：监护人赵一"

    def clean_on(self) -> Any:
        return not_later(self.cleaned_data["on"], self.setting.on)


class PromiseRow(MemberChoiceRow):
    """A fact that cannot be proven, why, and who vouches for it."""

    letter, noun = "p", "事实承诺"

    member = forms.ChoiceField(label="承诺人", error_messages={"invalid_choice": GONE})
    fact = forms.CharField(label="承诺的事实", max_length=300)
    why = forms.CharField(label="为什么无法证明", max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fact"].widget.attrs["placeholder"] = "如：2023年在外零工收入约 6000 元"
        self.fields["why"].widget.attrs["placeholder"] = "如：雇主已搬走，没有记录"

    def entry(self, member: int) -> PromiseEntry:
        """The promise of the member at that place."""
        return PromiseEntry(self.cleaned_data["fact"].strip(), self.cleaned_data["why"].strip(), member)


def not_later(day: Any, on: Any) -> Any:
    """The day of a signature: not after today, and not before these rules."""
    if day and day > on:
        raise forms.ValidationError("签字日期不能晚于今天，请按授权书上的日期填写。", code="date")
    if day and day.year < 2021:
        raise forms.ValidationError("签字日期太早，请按授权书上的日期填写。", code="date")
    return day

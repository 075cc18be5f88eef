"""Forms of what happens to a family on benefit."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from apps.accounts.models import Area
from apps.applications.forms.intake.fields import IdNumberField
from apps.applications.models import InterruptionGround, InterruptionKind
from apps.eligibility.policy.enums import AreaKind, Relation
from apps.households.models import Household, Person

SHORT = {"rows": 3}
STAYS = "STAYS"


def day_field(label: str, **options: Any) -> forms.DateField:
    """A day, picked or typed."""
    return forms.DateField(label=label, widget=forms.DateInput(), **options)


def text_field(label: str, length: int = 300, **options: Any) -> forms.CharField:
    """A few sentences."""
    return forms.CharField(label=label, max_length=length, widget=forms.Textarea(attrs=SHORT), **options)


class ChangeForm(forms.Form):
    """Circumstances changed."""

    changed_on = day_field("从哪一天起变的", help_text="在档的情况到前一天为止都是真实的，仍按它算到那一天。")
    what = text_field("变了什么", help_text="例如：户主 6 月 20 日起到县城务工，月工资 1,800 元。")


class CorrectionForm(forms.Form):
    """What is on file was wrong."""

    what = text_field("哪里登记错了", help_text="例如：户主工资少登记一笔，应为全年 12,960 元。")
    noticed = forms.CharField(label="怎样发现的", max_length=100, help_text="例如：社保核对结果不一致。")


class OfMembers(forms.Form):
    """A form that names somebody who belongs to the family now."""

    person = forms.ModelChoiceField(label="哪一位", queryset=Person.objects.none(), empty_label="请选择")

    def __init__(self, *args: Any, household: Household, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = Person.objects.visible_to(user).filter(
            memberships__household=household, memberships__until=None, died_on=None
        )
        self.fields["person"].queryset = members.order_by("pk")  # type: ignore[attr-defined]


class DeathForm(OfMembers):
    """Who died when, and how the office knows."""

    died_on = day_field("死亡日期")
    source = forms.ChoiceField(
        label="从哪里得知",
        choices=[
            (text, text)
            for text in ("死亡医学证明", "火化证明", "户籍注销证明", "村（社区）报告", "部门数据比对", "家属告知")
        ],
    )
    evidence = forms.CharField(
        label="凭据说明", max_length=200, help_text="例如：县医院 6 月 1 日出具，编号 0123；或谁在哪天报告的。"
    )


class WorkRefusalForm(OfMembers):
    """One offer of work turned down."""

    offered_on = day_field("介绍日期")
    offered_by = forms.CharField(label="介绍单位", max_length=80)
    work = forms.CharField(label="介绍的工作", max_length=120)
    why_no_good_reason = text_field(
        "为什么不属于正当理由", help_text="生病、照料家人、离家过远、工资低于最低工资等都是正当理由，不应登记。"
    )


class RelocationForm(forms.Form):
    """To which township a family went."""

    to_township = forms.ModelChoiceField(label="迁入的乡镇（街道）", queryset=None, empty_label="请选择")
    moved_on = day_field("搬迁日期")
    reason = text_field("说明", help_text="例如：随子女到天岗镇长期居住，户口 6 月 1 日迁入。")

    def __init__(self, *args: Any, townships: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to_township"].queryset = townships  # type: ignore[attr-defined]


class AskRelocationForm(forms.Form):
    """Whose file is wanted here."""

    number = IdNumberField(label="身份证号", max_length=24, help_text="户主或任何一位家庭成员的。")
    name = forms.CharField(label="姓名", max_length=60)
    to_township = forms.ModelChoiceField(label="迁入的乡镇（街道）", queryset=None, empty_label=None)
    moved_on = day_field("搬迁日期")
    reason = text_field("说明", help_text="例如：已在本镇河南村购房居住，户口 5 月 6 日迁入。")

    def __init__(self, *args: Any, user: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].on = on  # type: ignore[attr-defined]
        here = Area.objects.visible_to(user).filter(pk__in=user.scope().township_ids).order_by("code")
        self.fields["to_township"].queryset = here  # type: ignore[attr-defined]


class AcceptRelocationForm(forms.Form):
    """Where the family lives now."""

    village = forms.ModelChoiceField(label="村（社区）", queryset=None, empty_label="请选择")
    area_kind = forms.ChoiceField(
        label="城乡类别", choices=[(k.value, k.label) for k in AreaKind], widget=forms.RadioSelect
    )
    address = forms.CharField(label="现住址", max_length=200)

    def __init__(self, *args: Any, user: Any, township: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        villages = Area.objects.visible_to(user).filter(parent=township, is_active=True).order_by("code")
        self.fields["village"].queryset = villages  # type: ignore[attr-defined]

    def clean_area_kind(self) -> AreaKind:
        return AreaKind(self.cleaned_data["area_kind"])


class SplitForm(forms.Form):
    """Who leaves: one choice a member, to stay or what they are in the new household."""

    day = day_field("分户日期")
    reason = text_field("原因", help_text="例如：6 月 1 日离婚，子女随母亲生活。")

    def __init__(self, *args: Any, members: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = {f"role_{person.pk}": person for person in members}
        choices = [(STAYS, "留在原户"), *((r.value, f"分出，在新户是{r.label}") for r in Relation)]
        for name, person in self.members.items():
            self.fields[name] = forms.ChoiceField(label=person.name, choices=choices, initial=STAYS)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        chosen = [(person, given.get(name)) for name, person in self.members.items()]
        given["leaving"] = [(person, Relation(role)) for person, role in chosen if role and role != STAYS]
        if not given["leaving"] and not self.errors:
            self.add_error(None, "请在要分出去的成员后面选择他（她）在新户的身份，其中一位是户主。")
        return given


class MergeForm(forms.Form):
    """Which family joins this one."""

    number = forms.CharField(label="并入本户的家庭编号", max_length=20, help_text="在那一家的档案页标题下面可以看到。")
    day = day_field("并户日期")
    reason = text_field("原因", help_text="例如：6 月 1 日再婚，两家一起生活。")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if number := given.get("number"):
            rows = Household.objects.visible_to(self.user).select_related("head", "township", "village")
            given["other"] = rows.filter(number=number.strip()).first()
            if given["other"] is None:
                self.add_error("number", "您的乡镇没有这个编号的家庭；在别的乡镇的，请先办理迁入。")
        return given


class InterruptionForm(forms.Form):
    """To suspend, resume or end a benefit."""

    kind = forms.ChoiceField(label="办理什么", choices=InterruptionKind.choices, widget=forms.RadioSelect)
    ground = forms.ChoiceField(
        label="暂停的理由", choices=[("", "（只在暂停时选）"), *InterruptionGround.choices], required=False
    )
    signed_on = day_field("书面申请日期", required=False, help_text="只在自愿退出时填：本人签字的日期。")
    reason = text_field("说明")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("kind"):
            given["kind"] = InterruptionKind(given["kind"])
        return given


class AsOfForm(forms.Form):
    """Which day is looked back at, and with the knowledge of which day."""

    day = day_field("看哪一天的情况")
    known = day_field("按哪一天掌握的", required=False, help_text="不填就按现在掌握的，含后来的更正和补报。")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for name in ("day", "known"):
            if (day := given.get(name)) and day > self.today:
                self.add_error(name, "不能晚于今天。")
        return given

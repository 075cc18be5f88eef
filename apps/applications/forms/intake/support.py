"""赡养人与自理能力: for a member who could live on 特困, who is bound to support them and what they can still do."""

from typing import Any

from django import forms

from apps.applications.forms.intake.amounts import MemberChoiceRow
from apps.applications.forms.intake.base import ANSWER, BLANK, Row, words
from apps.applications.forms.intake.fields import YuanField
from apps.applications.models import Applied
from apps.eligibility.policy.clause import applying
from apps.eligibility.policy.enums import DisabilityCategory, ObligorStatus, PartKind, Relation, Support
from apps.eligibility.policy.facts import Member
from apps.eligibility.policy.tekun import self_care_level
from apps.households.family import ObligorEntry, SelfCareEntry
from apps.households.models import SelfCareTask

YES, NO, ABLE, CANNOT = "YES", "NO", "ABLE", "CANNOT"
# Not known stands first: it is what holds until somebody has looked into it.
KNOWN = [("", "不清楚"), (YES, "是"), (NO, "否")]
_ABLE = [(ABLE, "能"), (CANNOT, "不能")]
TASKS = tuple(task.value for task in SelfCareTask)


class MembersRow(Row):
    """A row that stands for one member, under the key of that member's own row; it comes and goes with the member."""

    # The member's row, set by the draft.
    of: Any = None

    @property
    def label(self) -> str:
        return str(self.of.label)


class CareRow(MembersRow):
    """Supporters looked into or not, how the person is provided for, and the self-care assessment if there was one."""

    letter, noun = "m", "赡养与自理"
    short = {
        "answer": "法定义务人（有或没有）",
        "assessed_on": "自理能力评估日期",
        "assessed_by": "评估人",
    }

    answer = forms.ChoiceField(
        label="有没有法定赡养、抚养、扶养义务人", choices=ANSWER, widget=forms.RadioSelect, required=False
    )
    support = forms.ChoiceField(label="供养方式", choices=[("", "未定"), *words(Support)[1:]], required=False)
    assessed_on = forms.DateField(label="评估日期", required=False)
    assessed_by = forms.CharField(label="评估人", max_length=60, required=False)
    eats = forms.ChoiceField(label="吃饭", choices=_ABLE, widget=forms.RadioSelect, required=False)
    dresses = forms.ChoiceField(label="穿衣", choices=_ABLE, widget=forms.RadioSelect, required=False)
    gets_up = forms.ChoiceField(label="上下床", choices=_ABLE, widget=forms.RadioSelect, required=False)
    uses_toilet = forms.ChoiceField(label="如厕", choices=_ABLE, widget=forms.RadioSelect, required=False)
    walks = forms.ChoiceField(label="室内行走", choices=_ABLE, widget=forms.RadioSelect, required=False)
    bathes = forms.ChoiceField(label="洗澡", choices=_ABLE, widget=forms.RadioSelect, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._require("answer", self.setting.scheme == Applied.TEKUN)
        self.fields["assessed_on"].widget.attrs["max"] = self.setting.on.isoformat()
        if self.assessed:
            for name in ("assessed_on", "assessed_by", *TASKS):
                self._require(name, True)

    def _require(self, name: str, required: bool) -> None:
        self.fields[name].required = required
        if required:
            self.fields[name].widget.attrs.pop("data-optional", None)

    @property
    def assessed(self) -> bool:
        """Whether somebody began to write an assessment down: then all of it is asked for."""
        return any(self.typed.get(name) for name in ("assessed_on", "assessed_by", *TASKS))

    def clean_assessed_on(self) -> Any:
        day = self.cleaned_data["assessed_on"]
        if day and day > self.setting.on:
            raise forms.ValidationError("评估日期不能晚于今天。", code="date")
        return day

    @property
    def tasks(self) -> list[dict[str, Any]]:
        """The six questions as the page shows them."""
        return [self.cells[name] for name in TASKS]

    def hint(self, name: str) -> str:
        if name != "bathes" or not (care := self.self_care()):
            return ""
        whose = Member("", self.setting.on, Relation.OTHER)
        level = applying(self.setting.on, self_care_level, whose, care.failures)
        words_of = {PartKind.CARE_SELF: "自理", PartKind.CARE_PARTIAL: "半护理", PartKind.CARE_FULL: "全护理"}
        return f"六项中 {care.failures} 项不能：{words_of[level]}"

    def self_care(self) -> SelfCareEntry | None:
        """The assessment once all of it is there."""
        if not self.assessed or not self.is_filled():
            return None
        given = self.cleaned_data
        unable = frozenset(task for task in SelfCareTask if given[task.value] == CANNOT)
        return SelfCareEntry(given["assessed_on"], given["assessed_by"].strip(), unable)

    @property
    def support_kind(self) -> Support | None:
        """分散 or 集中, once somebody said so."""
        chosen = self.typed.get("support", "")
        return Support(chosen) if chosen in set(Support) else None


class ObligorRow(MemberChoiceRow):
    """One legal supporter; what nobody has established stays open."""

    letter, noun = "s", "义务人"
    short = {"member": "赡养谁"}

    member = forms.ChoiceField(label="赡养（抚养）谁")
    name = forms.CharField(label="义务人姓名", max_length=60)
    kin = forms.CharField(label="是其什么人", max_length=20, required=False)
    born = forms.DateField(label="出生日期", required=False)
    income = YuanField(label="年收入", max_length=20, required=False)
    assets = forms.ChoiceField(label="财产符合规定", choices=KNOWN, required=False)
    tekun = forms.ChoiceField(label="本人特困", choices=KNOWN, required=False)
    dibao = forms.ChoiceField(label="本人低保", choices=KNOWN, required=False)
    category = forms.ChoiceField(
        label="残疾类别", choices=[("", "没有或不清楚"), *words(DisabilityCategory)[1:]], required=False
    )
    grade = forms.ChoiceField(
        label="等级", choices=[("", "—"), *((str(n), f"{n} 级") for n in range(1, 5))], required=False
    )
    status = forms.ChoiceField(
        label="不能履行的情形", choices=[("", "没有"), *words(ObligorStatus)[1:]], required=False
    )
    signed = forms.DateField(label="授权书签字", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kin"].widget.attrs["placeholder"] = "如：长子"
        for name in ("born", "signed"):
            self.fields[name].widget.attrs["max"] = self.setting.on.isoformat()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if bool(given.get("category")) != bool(given.get("grade")):
            self.add_error("grade", "残疾类别和等级要一起填。")
        for name in ("born", "signed"):
            if given.get(name) and given[name] > self.setting.on:
                self.add_error(name, "日期不能晚于今天。")
        return given

    @property
    def label(self) -> str:
        return self.typed.get("name", "").strip() or super().label

    def entry(self) -> ObligorEntry:
        """The supporter for rules and file; only of a filled row."""
        given = self.cleaned_data
        known = {YES: True, NO: False}
        return ObligorEntry(
            name=given["name"].strip(),
            relation=given["kin"].strip(),
            birth_date=given["born"],
            tekun=known.get(given["tekun"]),
            dibao=known.get(given["dibao"]),
            disability=(DisabilityCategory(given["category"]), int(given["grade"])) if given["category"] else None,
            annual_income_fen=given["income"],
            assets_within_limit=known.get(given["assets"]),
            status=ObligorStatus(given["status"]) if given["status"] else None,
        )


def offer(row: MemberChoiceRow, cares: list[CareRow]) -> None:
    """Offer only those whose supporters are asked about."""
    row.set_members([BLANK, *((care.key, care.label) for care in cares)])

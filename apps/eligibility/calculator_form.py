"""The calculator's form: one line a person, no names, no numbers; works without scripts."""

from typing import Any

from django import forms

from apps.core import formlook
from apps.core.money import fen
from apps.eligibility.calculator import CERTIFICATES, RELATIONS, Enquiry, Person
from apps.eligibility.policy.enums import AreaKind, DisabilityCategory, Relation

MOST_PEOPLE, SHOWN_PEOPLE = 8, 4
_MOST_YUAN = 10_000_000


class YuanField(forms.CharField):
    """An amount in yuan as people write it; fen."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "placeholder": "0"})

    def clean(self, value: Any) -> int:
        """Fen; says how an amount is written."""
        text = super().clean(value).replace(",", "").replace("，", "").strip()
        if not text:
            return 0
        try:
            amount = fen(text)
        except ValueError as error:
            raise forms.ValidationError(f"{error}。") from None
        if amount > fen(str(_MOST_YUAN)):
            raise forms.ValidationError("金额太大，请检查是否多写了零。")
        return amount


def _certificates() -> list[tuple[str, list[tuple[str, str]]]]:
    """The kinds as groups, the grades in each."""
    keys = {category: [f"{category.value}-{grade}" for grade in range(1, 5)] for category in DisabilityCategory}
    return [
        (category.label, [(key, f"{category.label}{grade}级") for key, grade in zip(of_kind, "一二三四", strict=True)])
        for category, of_kind in keys.items()
    ]


class PersonForm(forms.Form):
    """One person; a line without an age is nobody."""

    relation = forms.ChoiceField(label="与本人关系", choices=[(r.value, r.label) for r in RELATIONS], required=False)
    age = forms.IntegerField(label="年龄（周岁）", min_value=0, max_value=120, required=False)
    certificate = forms.ChoiceField(
        label="残疾人证",
        choices=[("", "没有"), *_certificates()],
        required=False,
    )
    serious_illness = forms.BooleanField(label="患重特大疾病", required=False)
    at_school = forms.BooleanField(label="在校读书", required=False)

    def person(self) -> Person | None:
        """Who this line describes; None for an empty line."""
        given = self.cleaned_data
        if given.get("age") is None:
            return None
        relation = Relation(given["relation"]) if given.get("relation") else Relation.HEAD
        disability = CERTIFICATES.get(given["certificate"])
        return Person(relation, given["age"], disability, given["serious_illness"], given["at_school"])


class HeadForm(PersonForm):
    """Whoever asks."""

    age = forms.IntegerField(label="年龄（周岁）", min_value=0, max_value=120)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["relation"]


class MoneyForm(forms.Form):
    """Where the family lives and what it has and spends in a year."""

    area = forms.ChoiceField(
        label="家住",
        choices=[(kind.value, kind.label) for kind in AreaKind],
        widget=forms.RadioSelect,
        initial=AreaKind.URBAN.value,
    )
    income = YuanField(
        label="全家近十二个月收入",
        help_text="工资、务农务工、租金、养老金、子女给的钱等；优抚金、奖学金、政府救助、基础养老金、高龄津贴不用算。",
    )
    savings = YuanField(label="现金、存款、基金、借出的钱合计", required=False)
    medical = YuanField(label="看病自付", required=False)
    education = YuanField(label="上学", required=False)
    care = YuanField(label="照料护理", required=False)
    vehicle = forms.BooleanField(label="有汽车等机动车（不含电动车、摩托车）", required=False)
    second_home = forms.BooleanField(label="有第二套住房或商铺", required=False)


class CalculatorForm:
    """All parts together, bound or not."""

    def __init__(self, data: Any = None) -> None:
        self.money = MoneyForm(data)
        self.head = HeadForm(data, prefix="p0")
        # Most often the second is the spouse and whoever follows a child.
        usual = {number: Relation.SPOUSE if number == 1 else Relation.CHILD for number in range(1, MOST_PEOPLE)}
        self.others = [PersonForm(data, prefix=f"p{n}", initial={"relation": usual[n].value}) for n in usual]

    @property
    def more(self) -> list[PersonForm]:
        """The lines that most families do not need."""
        return self.others[SHOWN_PEOPLE - 1 :]

    @property
    def more_is_used(self) -> bool:
        """Whether somebody stands there, or something is wrong there."""
        return any(part.is_bound and (part.errors or part.person()) for part in self.more)

    @property
    def parts(self) -> list[forms.Form]:
        """Every part, in the order of the page."""
        return [self.head, *self.others, self.money]

    @property
    def first(self) -> list[PersonForm]:
        """The lines that stand open."""
        return [self.head, *self.others[: SHOWN_PEOPLE - 1]]

    def is_valid(self) -> bool:
        """Whether every part is; all are asked, so that all errors show at once."""
        return all([part.is_valid() for part in self.parts])  # noqa: C419

    def wrong(self) -> list[tuple[str, str, str]]:
        """Label, anchor and message of every error."""
        found = []
        for number, part in enumerate(self.parts):
            whose = "" if part is self.money else "本人" if part is self.head else f"第 {number + 1} 人"
            for bound in part:
                found += [(f"{whose}{bound.label}", formlook.anchor(bound), told) for told in formlook.told(bound)]
        return found

    def enquiry(self) -> Enquiry:
        """What was asked; only after is_valid."""
        given = {**self.money.cleaned_data, "area": AreaKind(self.money.cleaned_data["area"])}
        people = [person for part in (self.head, *self.others) if (person := part.person())]
        return Enquiry(people=tuple(people), **given)

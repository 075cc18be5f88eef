"""财产: financial assets, vehicles and houses."""

from typing import Any

from django import forms

from apps.applications.forms.intake.amounts import MemberChoiceRow
from apps.applications.forms.intake.base import ANSWER, GONE, Part, Row, words
from apps.applications.forms.intake.fields import YuanField
from apps.eligibility.policy.enums import AssetKind, OtherAssetKind
from apps.households.family import FinancialAssetEntry, OtherAssetEntry


class PropertyForm(Part):
    """Whether there is any of each kind; unanswered is unknown."""

    short = {"financial": "金融资产（有或没有）", "other": "车辆、房产（有或没有）"}

    financial = forms.ChoiceField(label="存款、现金、证券、债权", choices=ANSWER, widget=forms.RadioSelect)
    other = forms.ChoiceField(label="车辆、房产", choices=ANSWER, widget=forms.RadioSelect)


class AssetRow(MemberChoiceRow):
    """Money or what is as good as money."""

    letter, noun = "a", "金融资产"

    member = forms.ChoiceField(label="成员", error_messages={"invalid_choice": GONE})
    kind = forms.ChoiceField(label="资产种类", choices=words(AssetKind))
    amount = YuanField(label="现值", max_length=20)

    def entry(self, member: int) -> FinancialAssetEntry:
        """The asset of the member at that place."""
        given = self.cleaned_data
        return FinancialAssetEntry(AssetKind(given["kind"]), given["amount"], member)


class OtherRow(Row):
    """A vehicle, a house or the like, perhaps exempted with a ground."""

    letter, noun = "o", "车房"

    kind = forms.ChoiceField(label="财产种类", choices=words(OtherAssetKind))
    exempted = forms.BooleanField(label="申请豁免", required=False)
    ground = forms.CharField(label="豁免理由", max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("exempted") and not given.get("ground"):
            self.add_error("ground", forms.ValidationError("请写明豁免的理由，例如残疾人代步车。", code="required"))
        return given

    def entry(self) -> OtherAssetEntry:
        """The property."""
        given = self.cleaned_data
        return OtherAssetEntry(OtherAssetKind(given["kind"]), given["exempted"], given["ground"])

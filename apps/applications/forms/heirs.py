"""The form of who receives what was owed to the dead."""

from datetime import date
from typing import Any

from django import forms

from apps.applications.forms.intake.fields import IdNumberField
from apps.applications.forms.life import text_field
from apps.applications.models import OF_AN_HEIR, DocumentKind
from apps.households.family import HeirEntry
from apps.households.forms import AccountForm, read_account_number
from apps.households.models import HeirProof, HeirRelation


class TypedIdNumberField(IdNumberField):
    """Shown as it was typed: nothing keeps it yet, so a mask that comes back would stand for nothing."""

    def mask(self, text: str) -> str | None:
        return None


def paper_field(kind: DocumentKind, help_text: str) -> forms.FileField:
    """One paper, chosen from a picture or a scan."""
    accepted = forms.FileInput(attrs={"accept": "image/jpeg,image/png,application/pdf"})
    return forms.FileField(label=kind.label, max_length=1000, help_text=help_text, widget=accepted)


class HeirForm(forms.Form):
    """Who, what they are to the dead, by what paper, to which account; and the three papers."""

    name = forms.CharField(label="代领人姓名", max_length=60, help_text="与身份证、账户的户名一致。")
    id_number = TypedIdNumberField(label="代领人身份证号", max_length=24)
    relation = forms.ChoiceField(label="与已故人员关系", choices=[("", "请选择"), *HeirRelation.choices])
    proof = forms.ChoiceField(label="凭什么代领", choices=[("", "请选择"), *HeirProof.choices])
    ground = text_field(
        "代领说明", 200, help_text="例如：唯一的女儿，村委会证明父母、配偶均已去世；或：其他子女书面同意由其代领。"
    )
    bank_name = forms.CharField(label="开户行", max_length=80)
    number = forms.CharField(
        label="代领人账号",
        max_length=30,
        help_text="户名须是代领人本人，12 至 19 位。",
        widget=AccountForm.base_fields["number"].widget,
    )
    death = paper_field(DocumentKind.DEATH, "医学证明、火化证明或户籍注销证明。")
    kinship = paper_field(DocumentKind.KINSHIP, "上面所选的证明、公证书或承诺书。")
    account = paper_field(DocumentKind.ACCOUNT, "存折或银行卡的户名、账号页。JPG、PNG 图片或 PDF，每个不超过 10 MB。")

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["id_number"].on = on  # type: ignore[attr-defined]

    def clean_number(self) -> str:
        return read_account_number(self.cleaned_data["number"])

    def entry(self) -> HeirEntry:
        """As the act wants it."""
        given = self.cleaned_data
        return HeirEntry(
            name=given["name"].strip(),
            number=given["id_number"],
            relation=HeirRelation(given["relation"]),
            proof=HeirProof(given["proof"]),
            ground=given["ground"],
            bank_name=given["bank_name"],
            account=given["number"],
        )

    def papers(self) -> dict[DocumentKind, tuple[str, bytes]]:
        """The files by what they prove."""
        chosen = {kind: self.cleaned_data[kind.lower()] for kind in OF_AN_HEIR}
        return {kind: (file.name, file.read()) for kind, file in chosen.items()}

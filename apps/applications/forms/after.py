"""Forms of what follows a decision."""

from typing import Any

from django import forms

from apps.applications.models import ComplaintKind, EndingGround, RevocationGround, Way


def _text(label: str, length: int, *, rows: int = 4, said: str = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=length, help_text=said, widget=forms.Textarea(attrs={"rows": rows}))


def _day(label: str) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}))


class DeliveryForm(forms.Form):
    """Into whose hands a letter was given."""

    delivered_on = _day("送达日期")
    way = forms.ChoiceField(label="送达方式", choices=Way.choices, widget=forms.RadioSelect)
    receiver = forms.CharField(label="签收人", max_length=60, help_text="留置送达写见证人姓名。")
    relation = forms.CharField(label="与当事人关系", max_length=40, help_text="例如：本人、配偶、见证人。")
    note = forms.CharField(label="备注", max_length=200, required=False, help_text="邮寄写单号，留置写情形。")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("way") in (Way.POST, Way.LEFT) and not cleaned.get("note"):
            self.add_error("note", "邮寄请写单号，留置请写情形。")
        return cleaned


class ComplaintForm(forms.Form):
    """What somebody holds to be wrong."""

    kind = forms.ChoiceField(label="性质", choices=ComplaintKind.choices, widget=forms.RadioSelect)
    received_on = _day("收到日期")
    complainant = forms.CharField(
        label="反映人",
        max_length=100,
        required=False,
        help_text="可以不填；加密保存，只有答复人能查看。",
    )
    text = _text("反映内容", 2000, said="只写反映的事实，不要写反映人的姓名和电话。")


class AnswerForm(forms.Form):
    """What was found, and the answer given."""

    answer = _text("查实情况和答复", 2000)


class RevocationForm(forms.Form):
    """Why a confirmation is wrong."""

    ground = forms.ChoiceField(label="理由", choices=RevocationGround.choices)
    text = _text("具体说明", 1000, said="会印在《撤销确认通知书》上，请写明查实的事实和依据。")


class RejectionForm(forms.Form):
    """Why things stay as they are."""

    answer = _text("理由", 500, rows=3)


class EndingForm(forms.Form):
    """The case of 43号第24条."""

    ground = forms.ChoiceField(label="终止情形", choices=EndingGround.choices)
    text = _text("具体说明", 1000, said="会印在《终止供养通知书》上；公示只公布姓名、村、人数、类别和金额。")


class PlaceForm(forms.Form):
    """Where a notice hangs."""

    place = forms.CharField(label="张贴地点", max_length=100, help_text="例如：红星社区公示栏。")


class DisplayForm(PlaceForm):
    """Since when a list hangs where."""

    shown_on = _day("张贴日期")

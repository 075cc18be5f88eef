"""In which township a new application is opened, and for whom."""

from datetime import date
from typing import Any

from django import forms

from apps.accounts.models import Area, User
from apps.applications.forms.intake.members import MemberRow
from apps.applications.forms.intake.typed import Sections
from apps.applications.models import Applied
from apps.audit.verbs import Verb
from apps.households.idnumber import NotAnIdNumber, read


class OpeningForm(forms.Form):
    """Whose application it is; the township is asked only of those who take in for several."""

    number = forms.CharField(
        label="申请人身份证号",
        max_length=24,
        required=False,
        help_text="填了就先查有没有在档，并带进申请表；手边没有可以以后再填。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "data-focus": ""}),
    )
    scheme = forms.ChoiceField(label="申请什么", choices=Applied.choices, initial=Applied.DIBAO)
    township = forms.ModelChoiceField(label="乡镇（街道）", queryset=None, empty_label="请选择")

    def __init__(self, *args: Any, user: User, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on
        self.townships = townships_of(user, on=on)
        self.fields["township"].queryset = self.townships  # type: ignore[attr-defined]
        if len(self.townships) == 1:
            del self.fields["township"]

    def clean_number(self) -> str:
        if not self.cleaned_data["number"].strip():
            return ""
        try:
            return read(self.cleaned_data["number"], on=self.on).text
        except NotAnIdNumber as wrong:
            raise forms.ValidationError(str(wrong)) from wrong

    def clean_scheme(self) -> Applied:
        return Applied(self.cleaned_data["scheme"])

    def sections(self) -> Sections:
        """What the draft begins with: the applicant as its first member, and as its head until somebody says else."""
        if not (number := self.cleaned_data["number"]):
            return {}
        return {"members": {"members": [{"key": "m1", "number": number, **MemberRow.starting}]}}

    def chosen(self) -> Area:
        """The township chosen, or the only one there is."""
        return self.cleaned_data.get("township") or self.townships[0]


def townships_of(user: User, *, on: date) -> Any:
    """The townships in which this user may open applications."""
    allowed = [
        posting.area.township.pk
        for posting in user.postings_on(on)
        if user.may(Verb.OPEN_APPLICATION, on=on, area=posting.area)
    ]
    return Area.objects.visible_to(user).townships().filter(pk__in=allowed)

"""Filters of the lists of cases; they stand in the address, so none takes an identity number."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict

from apps.accounts.models import Area
from apps.applications.facets import DUES, FLAGS
from apps.applications.models import Applied, Cause, Kind
from apps.applications.transitions import State
from apps.audit.verbs import Verb

ALL = ("", "全部")


class WorklistFilter(forms.Form):
    """What a list of cases shows; never an identity number."""

    show = forms.ChoiceField(label="范围", required=False)
    due = forms.ChoiceField(
        label="期限", choices=[ALL, *((key, label) for key, (label, _) in DUES.items())], required=False
    )
    flag = forms.ChoiceField(
        label="标记", choices=[ALL, *((key, label) for key, (label, _) in FLAGS.items())], required=False
    )
    scheme = forms.ChoiceField(label="类别", choices=[ALL, *Applied.choices], required=False)
    kind = forms.ChoiceField(label="性质", choices=[ALL, *Kind.choices, ("复核缘由", Cause.choices)], required=False)
    state = forms.ChoiceField(label="环节", choices=[ALL, *State.choices], required=False)
    township = forms.ModelChoiceField(label="乡镇", queryset=Area.objects.none(), required=False, empty_label="全部")
    q = forms.CharField(
        label="申请人或案号",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "姓名、首字母或案号"}),
    )

    def __init__(self, *args: Any, user: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        whole_county = user.scope().whole_county
        desk = [("turn", "全局要办" if whole_county else "全镇要办")] if user.may(Verb.ACCEPT, on=on) else []
        self.fields["show"].choices = [  # type: ignore[attr-defined]
            ("", "我的"),
            *desk,
            ("open", "全部在办"),
            ("escalated", "逾期督办"),
            ("done", "已办结"),
        ]
        if whole_county:
            townships = Area.objects.visible_to(user).townships()
            self.fields["township"].queryset = townships  # type: ignore[attr-defined]
        else:
            del self.fields["township"]


# A saved filter keeps no name of a person.
KEPT = tuple(name for name in WorklistFilter.base_fields if name != "q")


class SavedFilterForm(forms.Form):
    """A name for the filters of an address, or the name of one to forget."""

    name = forms.CharField(label="名称", max_length=20, help_text="例如：逾期的特困。")
    query = forms.CharField(max_length=500, required=False, widget=forms.HiddenInput)
    forget = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Who forgets one names no new one.
        self.fields["name"].required = not self.data.get("forget")

    def clean_query(self) -> str:
        return kept_query(self.cleaned_data["query"])


def kept_query(text: str) -> str:
    """The part of an address that a saved filter keeps."""
    given = QueryDict(text)
    return urlencode([(name, value) for name in KEPT if (value := given.get(name, ""))])

"""Choosing who takes which open cases."""

from collections.abc import Iterable
from typing import Any

from django import forms

from apps.applications.facts.handing_over import Pile
from apps.applications.models import Application


class HandOverForm(forms.Form):
    """The receiver and the cases, all of them ticked at first."""

    to = forms.TypedChoiceField(label="移交给", coerce=int, widget=forms.RadioSelect)
    cases = forms.TypedMultipleChoiceField(label="移交哪些", coerce=int, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, receivers: Iterable[Pile], open_cases: Iterable[Application], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(case.pk, f"{case.applicant_name or '（未填申请人）'} · {case.number}") for case in open_cases]
        self.fields["to"].choices = [(pile.user.pk, pile.label) for pile in receivers]  # type: ignore[attr-defined]
        self.fields["cases"].choices = offered  # type: ignore[attr-defined]
        self.fields["cases"].initial = [pk for pk, _ in offered]

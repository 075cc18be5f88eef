"""Moving the office date."""

from django import forms

from apps.office.steps import Step


class AdvanceForm(forms.Form):
    """Which step; and the day that was on the page, so that a second click does not move twice."""

    step = forms.ChoiceField(label="推进", choices=Step.choices)
    seen = forms.DateField(widget=forms.HiddenInput)

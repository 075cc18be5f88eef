"""In which township a new application is opened."""

from datetime import date
from typing import Any

from django import forms

from apps.accounts.models import Area, User
from apps.audit.verbs import Verb


class OpeningForm(forms.Form):
    """The township; asked only of those who take in for several."""

    township = forms.ModelChoiceField(label="乡镇（街道）", queryset=None, empty_label="请选择")

    def __init__(self, *args: Any, user: User, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.townships = townships_of(user, on=on)
        self.fields["township"].queryset = self.townships  # type: ignore[attr-defined]
        if len(self.townships) == 1:
            del self.fields["township"]

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

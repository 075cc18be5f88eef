"""The page of an act whose result is a secret, shown once."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse

from apps.core.pages import ActPage, BelowSubject
from apps.core.refusal import Refused


class ShowsOnce(BelowSubject, ActPage):
    """A POST whose answer is the page with the secret: nowhere else is it ever to be read."""

    def perform(self, form: forms.Form) -> dict[str, Any]:
        """Do it; what the page shows."""
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _ = self.subject
        form = self.form_class(data=request.POST)
        if not form.is_valid():
            return self.shown(form, status=422)
        try:
            return self.shown(form, **self.perform(form))
        except Refused as refused:
            return self.refused(form, refused)

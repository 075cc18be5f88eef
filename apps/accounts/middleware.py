"""A password that somebody else knows is good for one thing: choosing another."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

OPEN = ("password-change", "logout")


class OneTimePassword:
    """Whoever logged in with a one-time password finds only the page that changes it, whatever they ask for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not getattr(request.user, "password_is_one_time", False) or self._is_open(request.path):
            return self.get_response(request)
        page = reverse(OPEN[0])
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": page})
        return redirect(page)

    def _is_open(self, path: str) -> bool:
        return path.startswith(f"/{settings.STATIC_URL.lstrip('/')}") or path in {reverse(name) for name in OPEN}

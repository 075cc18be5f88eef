"""What holds for every page: a one-time password opens one, and the database shows the user's townships only."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from apps.accounts.models import User
from apps.core.sight import seeing, seeing_the_county

OPEN = ("password-change", "logout")


class OwnTownships:
    """The database finds families of the townships that the user's postings open, whatever a page asks for.

    Nobody logged in: what the process sees by itself, in a server nothing. Programs of partners are told by their view.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        with sight_of(request.user):
            response = self.get_response(request)
        if isinstance(response, StreamingHttpResponse):
            response.streaming_content = _written_for(request.user, response.streaming_content)
        return response


def sight_of(user: User) -> AbstractContextManager[None]:
    """Inside, the database shows what the user's posts open; pages show no more than that, and often less."""
    return seeing_the_county() if user.scope().whole_county else seeing(sorted(user.townships()))


def _written_for(user: User, content: Iterable[bytes]) -> Iterator[bytes]:
    """A file that is written while it is sent asks the database after the page has been answered."""
    with sight_of(user):
        yield from content


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

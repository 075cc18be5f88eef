"""POST /api/v1/partners/token/: credentials against a token of ten minutes (RFC 6749, client credentials only)."""

import base64
import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.decorators import method_decorator
from django.views.decorators.common import no_append_slash
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.views.mixins import OAuthLibMixin

from apps.core.ratelimit import count_or_refuse
from apps.core.refusal import Refused
from apps.partners.api.base import MINUTE
from apps.partners.certificates import shown_in
from apps.partners.facts.clients import client_behind, shows_its_own
from apps.partners.place import address_of

# Of one program from one address, and of all programs behind it.
OF_ONE, OF_ALL = 30, 600


class WithCertificate(OAuth2Validator):
    """A program is who it says with its secret and its certificate; either wrong, the answer is the same."""

    def authenticate_client(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        """Whether both are right, of an account that is open; ``request.headers`` is Django's META here."""
        if not super().authenticate_client(request, *args, **kwargs):
            return False
        client = client_behind(request.client)
        return client is not None and shows_its_own(client, shown_in(request.headers))


@method_decorator([csrf_exempt, no_append_slash], name="dispatch")
class Token(OAuthLibMixin, View):
    """Errors have the shape of RFC 6749 here, for the libraries that read them."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The token, or why none; so many attempts a minute, right or wrong."""
        place = address_of(request)
        try:
            count_or_refuse("partner-token", place, limit=OF_ALL, seconds=MINUTE)
            count_or_refuse("partner-token", f"{place} {named_in(request)}", limit=OF_ONE, seconds=MINUTE)
        except Refused as refused:
            return JsonResponse(
                {"error": "temporarily_unavailable"},
                status=429 if refused.code == "too_often" else 503,
                headers={"Retry-After": str(refused.facts.get("retry_after", MINUTE))},
            )
        _, headers, body, status = self.create_token_response(request)
        return HttpResponse(body, status=status, headers={"Content-Type": "application/json", **headers})


def named_in(request: HttpRequest) -> str:
    """Which program it says it is, before anything is believed."""
    basic = request.headers.get("Authorization", "").partition(" ")[2]
    try:
        said = base64.b64decode(basic, validate=True).decode().partition(":")[0]
    except ValueError:
        said = ""
    return hashlib.sha256((said or request.POST.get("client_id", "")).encode()).hexdigest()

"""POST /api/v1/partners/token/: credentials against a token of ten minutes (RFC 6749, client credentials only)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View
from oauth2_provider.views.mixins import OAuthLibMixin

from apps.core.ratelimit import count_or_refuse
from apps.core.refusal import Refused
from apps.partners.api.base import MINUTE, address_of

TOKENS_A_MINUTE = 30


@method_decorator(csrf_exempt, name="dispatch")
class Token(OAuthLibMixin, View):
    """Errors have the shape of RFC 6749 here, for the libraries that read them."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The token, or why none; so many attempts a minute from one address, right or wrong."""
        try:
            count_or_refuse("partner-token", address_of(request), limit=TOKENS_A_MINUTE, seconds=MINUTE)
        except Refused as refused:
            wait = str(refused.facts.get("retry_after", MINUTE))
            status = 429 if refused.code == "too_often" else 503
            return HttpResponse(
                '{"error": "temporarily_unavailable"}',
                status=status,
                content_type="application/json",
                headers={"Retry-After": wait},
            )
        _, headers, body, status = self.create_token_response(request)
        return HttpResponse(body, status=status, headers={"Content-Type": "application/json", **headers})

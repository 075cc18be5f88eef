"""Who a program is: an opaque token of ten minutes, looked up by its digest, of a client that shows its certificate."""

import hashlib
from typing import Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from apps.partners.certificates import shown_in
from apps.partners.facts.clients import client_of, shows_its_own
from apps.partners.models import Client

SCHEME = "Bearer"


class PartnerToken(BaseAuthentication):
    """``Authorization: Bearer …``; the token only in this header, never in an address or a body."""

    def authenticate(self, request: Request) -> tuple[Any, Client] | None:
        """The client's technical user and the client.

        AuthenticationFailed for a token that is none (any more) and, in the same words, for another certificate or
        none: whoever took a token is not told what else is missing.
        """
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != SCHEME.lower():
            return None
        client = client_of(hashlib.sha256(token.strip().encode()).hexdigest())
        if client is None or not shows_its_own(client, shown_in(request.META)):
            raise AuthenticationFailed(
                "令牌无效、已过期，客户端证书不符，或接口账号已停用：请核对证书，重新获取令牌。", "token_invalid"
            )
        return client.user, client

    def authenticate_header(self, request: Request) -> str:
        """What a program without a token is asked for."""
        return f'{SCHEME} realm="partners"'

"""Which program a token was given to, and whether the certificate a call came with is one of its own."""

import logging
from typing import Any

from django.conf import settings
from django.db.models.functions import Now
from oauth2_provider.models import AccessToken

from apps.partners.models import Client

log = logging.getLogger(__name__)


def client_of(digest: str) -> Client | None:
    """The open client whose token, not yet expired by the database's clock, has this SHA-256; None otherwise."""
    tokens = AccessToken.objects.filter(token_checksum=digest, expires__gt=Now())
    clients = Client.objects.filter(closed_on=None, application__in=tokens.values("application"))
    return clients.select_related("user", "partner").first()


def client_behind(application: Any) -> Client | None:
    """The open client of these credentials; None for one that was closed."""
    return Client.objects.filter(application=application, closed_on=None).first()


def shows_its_own(client: Client, shown: str) -> bool:
    """Whether a call may go on with the certificate of this fingerprint (empty: none).

    Without one only where none is required, and only a program to which none was ever bound.
    """
    if shown and client.certificates.opening().filter(fingerprint=shown).exists():
        return True
    if not settings.PARTNER_CERTIFICATE_REQUIRED and not client.certificates.bound().exists():
        return True
    # The program is told nothing; whoever has to help it finds here what was wrong.
    log.warning(
        "partner call with %s certificate", "another" if shown else "no valid", extra={"uuid": str(client.uuid)}
    )
    return False

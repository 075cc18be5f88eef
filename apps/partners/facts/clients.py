"""Which program a token was given to."""

from django.db.models.functions import Now
from oauth2_provider.models import AccessToken

from apps.partners.models import Client


def client_of(digest: str) -> Client | None:
    """The open client whose token, not yet expired by the database's clock, has this SHA-256; None otherwise."""
    tokens = AccessToken.objects.filter(token_checksum=digest, expires__gt=Now())
    clients = Client.objects.filter(closed_on=None, application__in=tokens.values("application"))
    return clients.select_related("user", "partner").first()

"""Partners and their programs: who may come to the door at all."""

import secrets
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from oauth2_provider.models import AccessToken, Application

from apps.accounts.models import TECHNICAL, User
from apps.accounts.roles import require
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.refusal import Refused
from apps.partners.models import Client, Partner

SECRET_BYTES = 32


@dataclass(frozen=True)
class Credentials:
    """What a program identifies itself with; shown once, never to be read again."""

    client_id: str
    client_secret: str
    signing_key: str


def fresh_credentials() -> Credentials:
    """Credentials nobody has."""
    return Credentials(secrets.token_hex(12), secrets.token_urlsafe(SECRET_BYTES), secrets.token_urlsafe(SECRET_BYTES))


def register_partner(name: str, *, bureau: str, contact: str, acting_user: User, on: date) -> Partner:
    """Write down another bureau; Refused("partner_known") when the name is taken."""
    require(acting_user, Verb.REGISTER_PARTNER, on=on)
    if Partner.objects.filter(name=name.strip()).exists():
        raise Refused("partner_known", "这个单位已经登记。", field="name")
    with act(Verb.REGISTER_PARTNER, acting_user=acting_user, on=on, partner=name.strip()):
        return Partner.objects.create(name=name.strip(), bureau=bureau, contact=contact.strip())


def open_client(
    partner: Partner,
    *,
    name: str,
    per_minute: int,
    acting_user: User,
    on: date,
    credentials: Credentials | None = None,
) -> tuple[Client, Credentials]:
    """Open an interface account and hand out its credentials, this once; it may ask nothing before it is granted.

    ``credentials`` are given for the sandbox only, where they are printed. Refused("client_known") for a taken name.
    """
    require(acting_user, Verb.OPEN_CLIENT, on=on)
    given = credentials or fresh_credentials()
    with act(Verb.OPEN_CLIENT, acting_user=acting_user, on=on, subject=partner, client=name, per_minute=per_minute):
        if partner.clients.filter(name=name.strip()).exists():
            raise Refused("client_known", "这个单位已有同名的接口账号。", field="name")
        application = Application.objects.create(
            name=f"{partner} {name.strip()}"[:255],
            client_id=given.client_id,
            client_secret=given.client_secret,
            client_type=Application.CLIENT_CONFIDENTIAL,
            authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
        )
        user = _technical_user(given.client_id, f"{partner}（接口）"[:40])
        client = Client(partner=partner, name=name.strip(), application=application, user=user, per_minute=per_minute)
        client.set_signing_key(given.signing_key)
        _save(client)
        return client, given


def _technical_user(client_id: str, name: str) -> User:
    """Who stands in the records for a program: no password, switched off for logging in, no post."""
    user = User(username=f"{TECHNICAL}{client_id}", name=name, is_active=False)
    user.set_unusable_password()
    user.save()
    return user


def _save(client: Client) -> None:
    try:
        with transaction.atomic():
            client.save()
    except IntegrityError as error:
        raise Refused("client_known", "这个单位已有同名的接口账号。", field="name") from error


def renew_credentials(client: Client, *, reason: str, acting_user: User, on: date) -> tuple[Client, Credentials]:
    """Give a program a new secret and signing key; the old ones and every token end at once."""
    require(acting_user, Verb.RENEW_CREDENTIALS, on=on)
    fresh = fresh_credentials()
    with act(Verb.RENEW_CREDENTIALS, acting_user=acting_user, on=on, subject=client, reason=reason):
        client = _open(client)
        given = Credentials(client.application.client_id, fresh.client_secret, fresh.signing_key)
        client.application.client_secret = given.client_secret
        client.application.save()
        client.set_signing_key(given.signing_key)
        client.save()
        _end_tokens(client)
        return client, given


def close_client(client: Client, *, reason: str, acting_user: User, on: date) -> Client:
    """Close an interface account for good, at once: its tokens end with it."""
    require(acting_user, Verb.CLOSE_CLIENT, on=on)
    with act(Verb.CLOSE_CLIENT, acting_user=acting_user, on=on, subject=client, reason=reason):
        client = _open(client)
        client.closed_on = on
        client.save()
        _end_tokens(client)
        return client


def _open(client: Client) -> Client:
    client = Client.objects.select_for_update(of=("self",)).select_related("application", "partner").get(pk=client.pk)
    if client.closed_on is not None:
        raise Refused("client_closed", "这个接口账号已经停用。")
    return client


def _end_tokens(client: Client) -> None:
    AccessToken.objects.filter(application=client.application).delete()

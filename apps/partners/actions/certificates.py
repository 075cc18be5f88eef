"""Certificates of programs: proposed here; approved, rejected and taken back as grants are (actions/grants.py)."""

from datetime import date

from cryptography import x509
from django.db import IntegrityError, transaction

from apps.accounts.models import User
from apps.accounts.roles import require
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.refusal import Refused
from apps.partners.certificates import fingerprint_of
from apps.partners.models import Certificate, Client


def propose_certificate(
    client: Client, *, certificate: x509.Certificate, basis: str, acting_user: User, on: date
) -> Certificate:
    """Put down which certificate a program shows; it opens nothing before another approved it.

    ``basis``: how it is known to be the partner's. Refused("client_closed"); Refused("certificate_known") for one that
    stands somewhere already, or was taken back.
    """
    require(acting_user, Verb.PROPOSE_GRANT, on=on)
    told = {"subject": client, "certificate": fingerprint_of(certificate)}
    with act(Verb.PROPOSE_GRANT, acting_user=acting_user, on=on, **told):
        if Client.objects.select_for_update(of=("self",)).get(pk=client.pk).closed_on is not None:
            raise Refused("client_closed", "这个接口账号已经停用。")
        proposed = Certificate(
            client=client,
            fingerprint=told["certificate"],
            subject=certificate.subject.rfc4514_string()[:300],
            valid_from=certificate.not_valid_before_utc,
            valid_until=certificate.not_valid_after_utc,
            basis=basis.strip(),
            proposed_by=acting_user,
            proposed_on=on,
        )
        try:
            with transaction.atomic():
                proposed.save()
        except IntegrityError as error:
            known = "这张证书已经登记过，或已被收回：请对方换一张新的。"
            raise Refused("certificate_known", known, field="file") from error
        return proposed

"""Real certificates: an authority of the tests, what it signs, and calls as nginx passes them on."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from apps.partners import actions
from apps.partners.models import Certificate, Client

YEAR = timedelta(days=365)


def key() -> ec.EllipticCurvePrivateKey:
    """A key nobody has."""
    return ec.generate_private_key(ec.SECP256R1())


def name(text: str) -> x509.Name:
    """A name with nothing but the common part."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@dataclass
class Authority:
    """Who signs."""

    key: ec.EllipticCurvePrivateKey
    name: x509.Name

    def signs(self, subject: str, public: Any, *, since: timedelta, until: timedelta, ca: bool = False) -> Any:
        """A certificate that holds from and to so long from now."""
        now = datetime.now(UTC).replace(microsecond=0)
        made = x509.CertificateBuilder(
            issuer_name=self.name,
            subject_name=self.name if ca else name(subject),
            public_key=public,
            serial_number=x509.random_serial_number(),
            not_valid_before=now + since,
            not_valid_after=now + until,
        ).add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        if subject.isascii() and subject:
            made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(subject)]), critical=False)
        return made.sign(self.key, hashes.SHA256())

    def certificate(self) -> x509.Certificate:
        """Its own."""
        found: x509.Certificate = self.signs("", self.key.public_key(), since=-YEAR, until=YEAR, ca=True)
        return found


AUTHORITY = Authority(key(), name("测试用签发机构"))


@dataclass
class Identity:
    """What a program holds: its key, and the certificate signed for it."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @cached_property
    def pem(self) -> bytes:
        """The certificate as it is handed over."""
        return self.certificate.public_bytes(Encoding.PEM)

    @cached_property
    def secret(self) -> bytes:
        """The key as it must never be."""
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def headers(self, verified: str = "SUCCESS") -> dict[str, str]:
        """What nginx adds to a call that came with it."""
        return {"X_Client_Cert_Verify": verified, "X_Client_Cert": quote(self.pem.decode(), safe="")}


def issued(subject: str = "ybj-client", *, since: timedelta = -YEAR, until: timedelta = YEAR) -> Identity:
    """A program's certificate."""
    own = key()
    return Identity(own, AUTHORITY.signs(subject, own.public_key(), since=since, until=until))


def aged(identity: Identity, *, until: timedelta, since: timedelta = -YEAR) -> Identity:
    """The same key under a certificate with other dates."""
    subject = identity.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    return replace(
        identity, certificate=AUTHORITY.signs(str(subject), identity.key.public_key(), since=since, until=until)
    )


def proposed(o: Any, client: Client, identity: Identity, *, on: Any) -> Certificate:
    """Put down by the security administrator."""
    basis = "与对方科信科电话核对指纹"
    return actions.propose_certificate(
        client, certificate=identity.certificate, basis=basis, acting_user=o.security, on=on
    )


def bound(o: Any, client: Client, identity: Identity, *, on: Any) -> Certificate:
    """Approved by the chief."""
    return actions.approve_grant(proposed(o, client, identity, on=on), acting_user=o.chief, on=on)

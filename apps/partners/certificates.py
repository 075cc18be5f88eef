"""The certificate a program shows: what stands in it, and which one a call came with.

TLS ends at nginx, which alone saw the handshake. It passes on whether the certificate holds and the certificate itself
(nginx's own fingerprint is a SHA-1); the two headers are believed from its address and from nobody else's, so a call
that goes past it, or writes them itself, shows none.
"""

import ipaddress
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from django.conf import settings

VERIFIED, SHOWN = "HTTP_X_CLIENT_CERT_VERIFY", "HTTP_X_CLIENT_CERT"


def fingerprint_of(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate as it travels (DER): 64 hexadecimal digits."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def shown_in(told: Mapping[str, Any]) -> str:
    """The fingerprint of the certificate a call came with (``told``: its META); empty for none that is believed."""
    if told.get(VERIFIED) != "SUCCESS" or not _from_a_proxy(told):
        return ""
    try:
        return fingerprint_of(x509.load_pem_x509_certificate(unquote_to_bytes(told.get(SHOWN, ""))))
    except ValueError:
        return ""


def _from_a_proxy(told: Mapping[str, Any]) -> bool:
    try:
        neighbour = ipaddress.ip_address(told.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return any(neighbour in network for network in settings.PARTNER_PROXIES)

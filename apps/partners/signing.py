"""The signature on a write: HMAC-SHA256 over method, address, time, nonce and the digest of the body. Pure."""

import hashlib
import hmac

# A clock that is further off, or a call older than this, is refused.
TOLERANCE_SECONDS = 300


def signed_text(method: str, path: str, timestamp: str, nonce: str, body: bytes) -> bytes:
    """What is signed: five lines; ``path`` with its query as it stands in the request line."""
    return "\n".join([method.upper(), path, timestamp, nonce, hashlib.sha256(body).hexdigest()]).encode()


def signature(key: str, method: str, path: str, timestamp: str, nonce: str, body: bytes) -> str:
    """The signature in hexadecimal."""
    return hmac.new(key.encode(), signed_text(method, path, timestamp, nonce, body), hashlib.sha256).hexdigest()


def fits(given: str, key: str, method: str, path: str, timestamp: str, nonce: str, body: bytes) -> bool:
    """Whether a signature is right, in constant time."""
    right = signature(key, method, path, timestamp, nonce, body)
    return hmac.compare_digest(given.strip().lower().encode(), right.encode())

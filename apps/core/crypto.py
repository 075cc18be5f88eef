"""Personal data at rest: sealed values bound to their place, and keyed indexes for equality.

A sealed value is ``key id | nonce | AES-256-GCM ciphertext``; table, column and row uuid are authenticated with it, so
that a ciphertext copied into another row or column does not open. The keys live in a file outside the database.
"""

import base64
import hashlib
import hmac
import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_BYTES = 12


class SealBroken(Exception):
    """A sealed value does not open: wrong key, wrong place or changed bytes."""


@lru_cache(maxsize=4)
def _keyring(path: str) -> dict[str, Any]:
    ring = json.loads(Path(path).read_text(encoding="utf-8"))
    return {
        "current": ring["current"],
        "keys": {key_id: base64.b64decode(key) for key_id, key in ring["keys"].items()},
        "index": base64.b64decode(ring["index_key"]),
    }


def _ring() -> dict[str, Any]:
    return _keyring(str(settings.JIAOHE_KEYS_FILE))


def _place(row: UUID, table: str, column: str) -> bytes:
    return f"{table}|{column}|{row}".encode()


def seal(text: str, *, row: UUID, table: str, column: str) -> bytes:
    """Seal ``text`` for exactly this row and column; the empty text gives empty bytes."""
    return seal_bytes(text.encode(), row=row, table=table, column=column) if text else b""


def unseal(sealed: bytes | memoryview, *, row: UUID, table: str, column: str) -> str:
    """Open what ``seal`` made for this row and column; SealBroken when it was made for another or was changed."""
    data = bytes(sealed)
    return unseal_bytes(data, row=row, table=table, column=column).decode() if data else ""


def seal_bytes(content: bytes, *, row: UUID, table: str, column: str) -> bytes:
    """Seal the content of a file for exactly this row and column."""
    ring = _ring()
    key_id = ring["current"].encode()
    nonce = os.urandom(NONCE_BYTES)
    body = AESGCM(ring["keys"][ring["current"]]).encrypt(nonce, content, _place(row, table, column))
    return bytes([len(key_id)]) + key_id + nonce + body


def unseal_bytes(data: bytes, *, row: UUID, table: str, column: str) -> bytes:
    """Open what ``seal_bytes`` made for this row and column; SealBroken otherwise."""
    end = 1 + (data[0] if data else 0)
    key_id, nonce, body = data[1:end], data[end : end + NONCE_BYTES], data[end + NONCE_BYTES :]
    key = _ring()["keys"].get(key_id.decode(errors="replace"))
    if key is None:
        raise SealBroken(f"unknown key id {key_id.decode(errors='replace')!r}")
    if len(nonce) < NONCE_BYTES:
        raise SealBroken(f"{table}.{column} of {row} is cut short")
    try:
        return AESGCM(key).decrypt(nonce, body, _place(row, table, column))
    except InvalidTag as error:
        raise SealBroken(f"{table}.{column} of {row} does not open") from error


def blind_index(text: str, *, column: str) -> bytes:
    """The keyed digest by which equal values are found; its own key for each ``column`` ("person.id_number")."""
    key = hmac.new(_ring()["index"], column.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def key_marks() -> dict[str, str]:
    """A short digest of each key of the file: tells whether a key is the one meant, and nothing about it."""
    ring = _ring()
    keys = {**ring["keys"], "index": ring["index"]}
    return {name: hashlib.sha256(b"mark|" + key).hexdigest()[:12] for name, key in keys.items()}

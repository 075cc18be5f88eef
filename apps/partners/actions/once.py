"""Doing a program's write once, however often it is sent."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now
from oauth2_provider.models import AccessToken

from apps.core.refusal import Refused
from apps.partners.models import Client, KeptAnswer, Nonce

NONCE_KEPT = timedelta(hours=24)
# Said in docs/api/guide.md: for so long the same key gets the same answer.
ANSWER_KEPT = timedelta(days=30)
Effect = Callable[[], tuple[int, Any]]


def use_nonce(client: Client, nonce: str) -> None:
    """Use up a nonce at once, whatever becomes of the call; Refused("nonce_used") for one that was used before."""
    try:
        with transaction.atomic():
            Nonce.objects.create(client=client, nonce=nonce)
    except IntegrityError as error:
        raise Refused("nonce_used", "这个一次性数（X-Nonce）已经用过，请换一个重新签名。", field="X-Nonce") from error


def forget_old_calls() -> int:
    """Drop what no call can need any more: used nonces, ended tokens, answers to keys of long ago; how many rows."""
    old = (
        Nonce.objects.filter(at__lt=Now() - NONCE_KEPT),
        AccessToken.objects.filter(expires__lt=Now()),
        KeptAnswer.objects.filter(at__lt=Now() - ANSWER_KEPT),
    )
    return sum(rows.delete()[0] for rows in old)


def once(client: Client, *, key: str, asked: str, effect: Effect) -> tuple[KeptAnswer, bool]:
    """The answer under this key: of the effect done now, or kept from when it was done; and whether it was kept.

    The row, the effect and the answer are one transaction: after a crash there is all of it or nothing. A refusal
    leaves nothing and may be tried again under the same key. Refused("in_flight") while another call with the key is
    under way, Refused("key_reused") when the key belongs to another request.
    """
    with transaction.atomic():
        if not _alone(client, key):
            raise Refused("in_flight", "同一个 Idempotency-Key 的请求正在办理，请稍后重试。")
        earlier = KeptAnswer.objects.filter(client=client, key=key).first()
        if earlier is not None:
            if earlier.asked != asked:
                raise Refused(
                    "key_reused", "这个 Idempotency-Key 已用于另一个请求，请换一个。", field="Idempotency-Key"
                )
            return earlier, True
        kept = KeptAnswer.objects.create(client=client, key=key, asked=asked)
        kept.keep(*effect())
        return kept, False


def _alone(client: Client, key: str) -> bool:
    """Whether no other transaction is at work under this key: a lock that PostgreSQL gives back at its end."""
    number = int.from_bytes(hashlib.sha256(f"{client.pk}|{key}".encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return bool(cursor.fetchone()[0])

"""One change on its way over the wire: signed, answered within seconds or given up for now.

What is sent are ids and words, no name and no number: the receiver reads those with its token, where its grant is asked
and the disclosure written down.
"""

import hashlib
import hmac
import http.client
import json
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from apps.partners.models import Change, ChangeKind, Webhook

TIMEOUT = 5
# Instead of a status: the receiver was there and broke off.
BROKE_OFF = 0
TRIAL = "TRIAL"
WHY = {
    "TimeoutError": f"{TIMEOUT} 秒内没有回答",
    "ConnectionRefusedError": "连接被拒绝",
    "gaierror": "找不到这个地址",
    "SSLCertVerificationError": "对方的证书不可信",
}
_ANSWER_BYTES = 4096


class Unreachable(Exception):
    """Nobody there, or no answer in time: nothing is known of this delivery, and the lane rests."""


def message_of(change: Change, statuses: list[str]) -> dict[str, Any]:
    """What the receiver is told, as seen from the schemes and categories it hears of."""
    kind, status = change.kind, change.status
    if kind == ChangeKind.CHANGED and change.before != status:
        if status not in statuses:
            kind, status = ChangeKind.ENDED, change.before
        elif change.before not in statuses:
            kind = ChangeKind.NEW
    return {
        "id": str(change.uuid),
        "sequence": change.position,
        "kind": kind,
        "status": status,
        "since": change.since.isoformat(),
        "until": change.until.isoformat() if change.until else None,
        "household": change.household.number,
        "person": str(change.person.uuid),
        "township": change.township.code,
    }


def signature(secret: str, *, timestamp: int, event: str, body: bytes) -> str:
    """What the receiver compares: HMAC-SHA256 over time, id and body."""
    signed = f"{timestamp}.{event}.".encode() + body
    return "v1=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


class Line:
    """A connection to one receiver, kept open between messages."""

    def __init__(self, webhook: Webhook) -> None:
        self.statuses, self._secret = webhook.statuses, webhook.secret()
        parts = urlsplit(webhook.url)
        self._path = parts.path + (f"?{parts.query}" if parts.query else "") or "/"
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def send(self, change: Change, timestamp: int) -> int:
        """The status the receiver answered with, or BROKE_OFF; Unreachable when nobody answers."""
        return self._post(message_of(change, self.statuses), timestamp)

    def send_trial(self, event: str, timestamp: int) -> int:
        """The same for a trial, which tells of nobody."""
        return self._post({"id": event, "kind": TRIAL}, timestamp)

    def _post(self, message: dict[str, Any], timestamp: int) -> int:
        body = json.dumps(message, ensure_ascii=False).encode()
        headers = {
            "Content-Type": "application/json",
            "X-Jiaohe-Id": message["id"],
            "X-Jiaohe-Timestamp": str(timestamp),
            "X-Jiaohe-Signature": signature(self._secret, timestamp=timestamp, event=message["id"], body=body),
        }
        try:
            self._connection.request("POST", self._path, body, headers)
            response = self._connection.getresponse()
            if len(response.read(_ANSWER_BYTES)) == _ANSWER_BYTES:
                self._connection.close()  # nobody needs a long answer; the next message opens anew
            return response.status
        except (http.client.HTTPException, ConnectionResetError, BrokenPipeError):
            self._connection.close()
            return BROKE_OFF
        except OSError as error:
            self._connection.close()
            name = type(error).__name__
            raise Unreachable(WHY.get(name, name)) from error

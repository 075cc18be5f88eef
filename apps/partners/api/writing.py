"""The base of every endpoint that writes: signed, and done once under the program's own key.

class TakeThing(PartnerWrite):
    dataset = Dataset.THINGS

    @extend_schema(request=ThingMessage, responses={201: ThingAnswer})
    def post(self, request, **kwargs):           # only to be described; the work is in ``write``
        return self.done_once(request, **kwargs)

    def write(self, asked_from, **kwargs):       # inside the transaction of the key
        asked = self.asked(ThingMessage)
        thing = actions.take_thing(…, acting_user=self.access.client.user, on=self.today)
        return 201, {"number": thing.number}
"""

import hashlib
import re
import time
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from apps.partners.actions.once import once, use_nonce
from apps.partners.api.base import PartnerView
from apps.partners.api.errors import Rejected
from apps.partners.api.parsing import MOST_BYTES
from apps.partners.models import Client
from apps.partners.signing import TOLERANCE_SECONDS, fits

NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}")
KEY = re.compile(r"[A-Za-z0-9_.:-]{8,100}")
SIGNATURE_HEADERS = ("X-Timestamp", "X-Nonce", "X-Signature")


class PartnerWrite(PartnerView):
    """An endpoint that writes."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """After who, how often and what: whether the call is signed by the program itself."""
        super().initial(request, *args, **kwargs)
        if request.method == "POST":
            refuse_unsigned(request, self.access.client)

    def done_once(self, request: Request, **kwargs: Any) -> Response:
        """The answer of ``write``, or the one kept for this key."""
        key = request.headers.get("Idempotency-Key", "")
        if not KEY.fullmatch(key):
            raise Rejected(
                400, "key_missing", "请带上 Idempotency-Key（8–100 位字母、数字或 _ . : -）。", field="Idempotency-Key"
            )
        digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode() + request._request.body)
        kept, again = once(
            self.access.client, key=key, asked=digest.hexdigest(), effect=lambda: self.write(request, **kwargs)
        )
        return Response(kept.answer(), status=kept.status, headers={"Idempotent-Replayed": "true"} if again else {})

    def write(self, request: Request, **kwargs: Any) -> tuple[int, Any]:
        """Call the one action; status and answer."""
        raise NotImplementedError


def refuse_unsigned(request: Request, client: Client) -> None:
    """Rejected(401) without a right signature of now; Refused("nonce_used") for one sent before."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        raise Rejected(413, "too_long", "请求太长，一次最多 1 MB。")
    timestamp, nonce, given = (request.headers.get(name, "") for name in SIGNATURE_HEADERS)
    for name, value in zip(SIGNATURE_HEADERS, (timestamp, nonce, given), strict=True):
        if not value:
            raise Rejected(401, "signature_missing", "写入请求须签名：X-Timestamp、X-Nonce、X-Signature。", field=name)
    if not NONCE.fullmatch(nonce):
        raise Rejected(401, "nonce_shape", "X-Nonce 须为 16–64 位字母、数字、_ 或 -。", field="X-Nonce")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12) or (
        abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS
    ):
        raise Rejected(
            401, "timestamp", "X-Timestamp 须为当前的 Unix 秒数，前后相差不超过 5 分钟。", field="X-Timestamp"
        )
    body, path = request._request.body, request.get_full_path()
    if not fits(given, client.signing_key(), request.method or "", path, timestamp, nonce, body):
        raise Rejected(
            401, "signature_wrong", "签名不符：请核对签名密钥、签名内容的五行和请求体。", field="X-Signature"
        )
    use_nonce(client, nonce)

"""How this interface says no: {"code", "message", "field"} and a status a program can act on."""

from typing import Any

from rest_framework.exceptions import APIException
from rest_framework.response import Response

from apps.core import api
from apps.core.refusal import Refused

# Refusals that are no conflict with how things stand (409).
STATUS = {
    "not_granted": 403,
    "purpose_not_granted": 403,
    "not_found": 404,
    "bad_cursor": 404,
    "too_often": 429,
    "not_countable": 503,
    "nonce_used": 401,
    "key_reused": 422,
}


class Rejected(APIException):
    """A request that is refused before anything is looked up."""

    def __init__(self, status: int, code: str, message: str, *, field: str = "") -> None:
        super().__init__(message, code)
        self.status_code, self.field = status, field


def told(exception: Exception, context: dict[str, Any]) -> Response | None:
    """The house's answer to an exception, with the status that belongs to the refusal and when to come again."""
    response = api.told(exception, context)
    if response is not None and isinstance(exception, Refused):
        response.status_code = STATUS.get(exception.code, 409)
        if "retry_after" in exception.facts:
            left = max(1, exception.facts["retry_after"])
            response["Retry-After"] = str(left)
            response.data["message"] = f"超过每分钟次数，请过 {left} 秒再试。"
    return response

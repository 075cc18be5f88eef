"""What all interfaces share: one shape for everything that is not the answer asked for."""

from typing import Any

from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from apps.core.refusal import Refused

_SAID = {
    "not_authenticated": "请先登录。",
    "authentication_failed": "请先登录。",
    "permission_denied": "您的岗位不办理这项业务，或请求缺少有效的 CSRF 凭证（X-CSRFToken）。",
    "not_found": "没有这个对象，或者您看不到它。",
    "method_not_allowed": "这个地址不接受这种请求方法。",
    "not_acceptable": "只能以 JSON 回答，请把 Accept 设为 application/json。",
    "unsupported_media_type": "只接受 JSON，请把 Content-Type 设为 application/json。",
    "parse_error": "请求不是 JSON，请检查格式和编码（UTF-8）。",
    "throttled": "请求太频繁，请稍后再试。",
}


def told(exception: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to an exception: {"code", "message", "field"}; Refused is 409; None for anything unexpected."""
    if isinstance(exception, Refused):
        return Response(_body(exception.code, exception.message, exception.field or ""), status=409)
    response = exception_handler(exception, context)
    if response is None:
        return None
    code = _code(exception)
    where, said = _first(getattr(exception, "detail", ""))
    response.data = _body(code, _SAID.get(code) or said or "请求无法处理。", getattr(exception, "field", "") or where)
    return response


def _code(exception: Exception) -> str:
    if isinstance(exception, exceptions.APIException):
        codes = exception.get_codes()
        return codes if isinstance(codes, str) else exception.default_code
    # Django's own Http404 and PermissionDenied.
    return {"Http404": "not_found"}.get(type(exception).__name__, "permission_denied")


def _first(detail: Any) -> tuple[str, str]:
    """The first field that is wrong, as its path (people.0.name), and what is wrong with it."""
    path = []
    while isinstance(detail, list | dict) and detail:
        steps = detail.items() if isinstance(detail, dict) else enumerate(detail)
        key, detail = next((step for step in steps if step[1]), ("", ""))
        path.append(str(key))
    # The last step is the place of the sentence in its field's list.
    return ".".join(part for part in path[:-1] if part != "non_field_errors"), str(detail)


def _body(code: str, message: str, field: str = "") -> dict[str, str]:
    return {"code": code, "message": message, "field": field}

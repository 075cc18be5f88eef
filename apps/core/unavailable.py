"""A database that is away for a moment is no defect: the page says so, with 503, and how soon to try again."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from apps.core.logs import request_id

AWAY = (InterfaceError, OperationalError)
AGAIN_AFTER_SECONDS = "10"


def failed(request: HttpRequest) -> HttpResponse:
    """The answer to a request that ended in an exception nobody caught: 503 without the database, otherwise 500.

    It bears the request's name in the log, and no word of what went wrong.
    """
    away = isinstance(sys.exc_info()[1], AWAY)
    status, name = (503 if away else 500), request_id(request)
    if request.path.startswith("/api/"):
        said = "系统暂时不可用，请稍后再试。" if away else "系统出错了，请稍后再试。"
        told = {"code": "unavailable" if away else "error", "message": said, "field": "", "request": name}
        answer: HttpResponse = JsonResponse(told, status=status)
    else:
        # Without the request: what every page asks for would ask the database.
        answer = HttpResponse(render_to_string(f"{status}.html", {"request_id": name}), status=status)
    if away:
        answer.headers["Retry-After"] = AGAIN_AFTER_SECONDS
    return answer

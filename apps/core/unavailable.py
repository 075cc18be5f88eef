"""A database that is away for a moment is no defect: the page says so, with 503, and how soon to try again."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error

AWAY = (InterfaceError, OperationalError)
AGAIN_AFTER_SECONDS = "10"


def failed(request: HttpRequest) -> HttpResponse:
    """The answer to a request that ended in an exception nobody caught: 503 without the database, otherwise 500."""
    if not isinstance(sys.exc_info()[1], AWAY):
        return server_error(request)
    if request.path.startswith("/api/"):
        told = {"code": "unavailable", "message": "系统暂时不可用，请稍后再试。", "field": ""}
        answer: HttpResponse = JsonResponse(told, status=503)
    else:
        answer = HttpResponse(render_to_string("503.html"), status=503)
    answer.headers["Retry-After"] = AGAIN_AFTER_SECONDS
    return answer

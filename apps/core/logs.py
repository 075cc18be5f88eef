"""The log: one JSON object a line, which says what happened to which request or task and never to which person.

Only named fields are written, and every text passes ``cleaned``: what a database adds to an error (the row it refused),
the query part of an address, long runs of digits (identity numbers, accounts, telephones) and Chinese text (names,
addresses; the program itself logs in English) are taken out. Of an exception its type, its cleaned message and the
places are kept, no values.
"""

import logging
import re
import time
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any
from uuid import uuid4

from celery import current_task
from django.http import HttpRequest, HttpResponse
from pythonjsonlogger.json import JsonFormatter

LONGEST = 500
HEADER = "X-Request-ID"
FIELDS = ("at", "level", "logger", "message", "exc_info", "method", "page", "pk", "uuid", "status", "ms")
# What PostgreSQL tells beyond the first line, as it is or inside a repr.
_DATABASE_SAYS = re.compile(r"(?:\n|\\n)(?:DETAIL|HINT|CONTEXT|QUERY|STATEMENT|LINE \d+)\b.*", re.DOTALL)
_QUERY_STRING = re.compile(r"(/[^\s?\"']*)\?[^\s\"']*")
# Not inside a hexadecimal id, whose digits are nobody's.
_DIGITS = re.compile(r"(?<![0-9A-Fa-f.-])\d[\d -]{6,30}[\dXx](?![0-9A-Fa-f-])")
_CHINESE = re.compile("[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff·]+")

_request: ContextVar[HttpRequest | None] = ContextVar("request", default=None)
log = logging.getLogger("jiaohe.request")


def cleaned(text: str) -> str:
    """The text without what might be about somebody."""
    text = _DATABASE_SAYS.sub("", text)
    text = _QUERY_STRING.sub(r"\1", text)
    return _CHINESE.sub("…", _DIGITS.sub("###", text))[:LONGEST]


class NamelessFormatter(JsonFormatter):
    """One line of JSON a record."""

    def __init__(self) -> None:
        names = {"levelname": "level", "name": "logger"}
        super().__init__(
            "%(levelname)s %(name)s %(message)s", rename_fields=names, timestamp="at", json_ensure_ascii=False
        )

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """The named fields, cleaned, and where they were written."""
        kept = {name: log_data[name] for name in FIELDS if log_data.get(name) not in (None, "")}
        texts = {name: cleaned(text) for name, text in kept.items() if isinstance(text, str) and name != "exc_info"}
        return kept | texts | _where()

    def formatException(self, ei: Any) -> str:
        """Types, cleaned messages and places, from the error to its causes."""
        told: list[str] = []
        error: BaseException | None = ei[1]
        while error is not None:
            told.append(f"{type(error).__name__}: {cleaned(str(error))}")
            frames = traceback.extract_tb(error.__traceback__)[-20:]
            told += [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(told)


def _where() -> dict[str, Any]:
    """Which request, by whom (an id), or which task."""
    request = _request.get()
    if request is not None:
        user = request.__dict__.get("_cached_user")
        return {"request": request_id(request), "user": getattr(user, "pk", None)}
    if current_task and current_task.request.id:
        return {"task": current_task.name, "request": current_task.request.id}
    return {}


def request_id(request: HttpRequest) -> str:
    """What an error page and the log call a request alike."""
    return getattr(request, "ident", "")


class RequestLog:
    """Names every request, says so in the answer, and writes one line about it: which page, never the address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.ident = uuid4().hex[:16]  # type: ignore[attr-defined]
        token, began = _request.set(request), time.monotonic_ns()
        try:
            response = self.get_response(request)
            response.headers[HEADER] = request_id(request)
            log.info("request", extra=_told(request, response) | {"ms": (time.monotonic_ns() - began) // 1_000_000})
            return response
        finally:
            _request.reset(token)


def _told(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:
    match = request.resolver_match
    subject = {name: str(value) for name, value in (match.kwargs if match else {}).items() if name in ("pk", "uuid")}
    page = (match.url_name or "") if match else ""
    return {"method": request.method, "page": page, "status": response.status_code, **subject}

"""When a login is locked: soon for one name at one address, late for a name wherever it is tried, never for an address.

A whole office works behind one address; one person's typing errors, or a stranger's guesses, must not close it.
"""

import os
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.core.crypto import blind_index
from apps.core.logs import cleaned


class LockoutHandler(AxesDatabaseHandler):
    """Counts like axes, but a failure elsewhere under the same name weighs less than one from the same address."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """The failures that count against AXES_FAILURE_LIMIT; relies on the order of AXES_LOCKOUT_PARAMETERS."""
        here, anywhere = (
            attempts.aggregate(total=Sum("failures_since_start"))["total"] or 0
            for attempts in self.get_user_attempts(request, credentials)
        )
        weighed = anywhere * settings.AXES_FAILURE_LIMIT // settings.LOCKOUT_LIMIT_PER_NAME
        return max(here, weighed)


def client_address(request: HttpRequest) -> str:
    """The address our outermost own proxy saw; what a client wrote into the header itself is not believed."""
    proxies = int(os.environ.get("PROXY_COUNT", "0"))
    seen = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if proxies and len(seen) >= proxies:
        return str(seen[-proxies])
    return str(request.META.get("REMOTE_ADDR", ""))


def typed_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The name under which failures are counted: what was typed, but a number (somebody's own, or a card) by a digest.

    Who types it in the wrong field must not find it kept in clear.
    """
    typed = str((credentials or {}).get("username") or request.POST.get("username", ""))
    return typed if cleaned(typed) == typed else blind_index(typed, column="login.username").hex()[:20]


class LockedForm(AuthenticationForm):
    """The login form while logging in is not possible: keeps the name, says how to go on, asks no password."""

    def clean(self) -> dict[str, Any]:
        minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
        raise ValidationError(f"连续多次输错，已暂停登录。请 {minutes} 分钟后再试，或请系统管理员核实后解除。")


def locked_page(request: HttpRequest, response: HttpResponse | None = None, credentials: Any = None) -> HttpResponse:
    """What the middleware answers instead of the login page while locked."""
    context = {"form": LockedForm(request, data=request.POST), "next": request.POST.get("next", "")}
    return render(request, "registration/login.html", context, status=settings.AXES_HTTP_RESPONSE_CODE)

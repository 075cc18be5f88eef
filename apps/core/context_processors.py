"""What the frame around every page shows: who, today, navigation. Asked for only when a template does."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from apps.core import clock
from apps.core.navigation import address, navigation
from apps.core.workdays import is_workday

SYSTEM_NAME = "蛟河市社会救助"


def frame(request: HttpRequest) -> dict[str, Any]:
    """The frame's data; lazy, so that fragments and downloads pay for nothing."""
    return {"frame": SimpleLazyObject(lambda: _frame(request)), "system_name": SYSTEM_NAME}


def _frame(request: HttpRequest) -> dict[str, Any]:
    on = clock.today()
    user = getattr(request, "user", None)
    known = user is not None and user.is_authenticated
    return {
        "today": on,
        "workday": is_workday(on),
        "office_date": bool(getattr(settings, "OFFICE_DATE", False)),
        "search_url": address("search") if known and user.may("VIEW_HOUSEHOLDS", on=on) else None,
        "logout_url": address("logout"),
        "home_url": address("worklist") or "/",
        "posting": user.posting_line(on) if known else "",
        "menu": navigation(user, on, _place(request)) if known else [],
    }


def _place(request: HttpRequest) -> str:
    """The navigation entry a page belongs to: its own name, or the one its ``nav`` names."""
    match = request.resolver_match
    if match is None:
        return ""
    page = getattr(match.func, "view_class", None)
    return getattr(page, "nav", "") or match.url_name or ""

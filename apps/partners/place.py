"""Where a call comes from."""

from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string


def address_of(request: Any) -> str:
    """The address of a call; behind proxies only this function knows which of the addresses is to be believed."""
    found: str = import_string(settings.AXES_CLIENT_IP_CALLABLE)(request)
    return found

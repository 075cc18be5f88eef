"""Figures in templates: ``{% load reports %}``."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def grouped(value: Decimal | int | None) -> str:
    """1,234 or 16,912.90; a dash for what there is not."""
    return "—" if value is None else f"{value:,}"


@register.filter
def of(known: Any, key: Any) -> Any:
    """What stands in a mapping under a key, or nothing."""
    return known.get(key) if isinstance(known, Mapping) else None


@register.simple_tag
def through(value: int, url: str) -> SafeString | str:
    """A number that leads to the list behind it, where there is one."""
    return format_html('<a class="through" href="{}">{}</a>', url, grouped(value)) if url and value else grouped(value)

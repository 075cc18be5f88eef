"""A page for paper as a PDF, where WeasyPrint is installed (it needs Debian's pango); without it pages are printed."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders

LOOK = "css/document.css"
# What the page asks its browser for; a file stands by itself.
_ASKED_FOR = re.compile(r"<link\b[^>]*>|<script\b[^>]*></script>")


@cache
def library() -> Any | None:
    """WeasyPrint, or None where it or what it needs is missing."""
    try:
        import weasyprint
    except (ImportError, OSError):
        return None
    return weasyprint


def pdf_of(html: str) -> bytes:
    """The page in the look of documents; nothing is fetched from anywhere."""
    weasyprint = library()
    if weasyprint is None:
        raise RuntimeError("WeasyPrint is not installed")
    look = weasyprint.CSS(string=_look())
    nothing = weasyprint.urls.URLFetcher(allowed_protocols=())
    page = weasyprint.HTML(string=_ASKED_FOR.sub("", html), url_fetcher=nothing)
    return bytes(page.write_pdf(stylesheets=[look]))


@cache
def _look() -> str:
    found = finders.find(LOOK)
    if not isinstance(found, str):
        raise RuntimeError(f"{LOOK} is missing")
    return Path(found).read_text(encoding="utf-8")

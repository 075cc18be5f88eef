"""Every page in a real browser, judged by axe: nothing serious at a desk's width, nothing cut off on a phone.

The pages are those of the sweep; they are drawn in this process and handed to the browser with their own styles and
scripts, so that a page in every state needs no server of its own.
"""

import mimetypes
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from django.contrib.staticfiles import finders
from playwright.sync_api import Page

from apps.core.tests.test_house_rules import routes
from apps.office.tests.sweep_matrix import ROWS, Row
from apps.office.tests.sweep_scene import Scene
from apps.office.tests.test_sweep import address, client_of, s, shared, text

__all__ = ["s", "shared"]  # fixtures

pytestmark = pytest.mark.browser

AXE_AT, KEPT = "/static/axe-core.js", "max-age=3600"
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
GRAVE = {"serious", "critical"}
# The interface's reader is a library's page (its colours are not ours to choose); what stands in it is the schema.
A_LIBRARYS = {"api-docs"}
PAGES = [row for row in ROWS if not (row.post_only or row.api or row.name in A_LIBRARYS)]
# Tables of figures that stay tables on a phone scroll inside their own box; the page itself never does.
MEASURE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
AXE = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
    .map(v => ({id: v.id, impact: v.impact, where: v.nodes.map(n => n.html.slice(0, 160))}))"""


class Shown(BaseHTTPRequestHandler):
    """One page, whatever it is at the moment, and the static files, which the browser keeps between pages."""

    protocol_version = "HTTP/1.1"
    html = ""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == AXE_AT:
            self._answer(Path(AXE_FILE_PATH).read_bytes(), "text/javascript", KEPT)
        elif not path.startswith("/static/"):
            self._answer(self.html.encode(), "text/html; charset=utf-8", "no-store")
        elif found := finders.find(path.removeprefix("/static/")):
            self._answer(Path(found).read_bytes(), mimetypes.guess_type(found)[0] or "text/plain", KEPT)
        else:
            self.send_error(404)

    def _answer(self, body: bytes, kind: str, kept: str) -> None:
        self.send_response(200)
        for name, value in {"Content-Type": kind, "Content-Length": len(body), "Cache-Control": kept}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def screen(chromium: Any) -> Iterator[Callable[[str], Page]]:
    """Show a page: its HTML as given, everything else from the static files."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shown)
    server.daemon_threads, server.block_on_close = True, False
    serving = Thread(target=server.serve_forever, daemon=True)
    serving.start()
    context = chromium.new_context(viewport=DESK, locale="zh-CN", bypass_csp=True)
    page = context.new_page()

    def show(html: str) -> Page:
        Shown.html = html
        page.set_viewport_size(DESK)
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        return page

    yield show
    context.close()
    server.shutdown()
    server.server_close()
    serving.join()


def first_of_each_template() -> list[Row]:
    """Of the pages that say they are made by the same template the first; those that say nothing all."""
    views = {pattern.name: getattr(pattern.callback, "view_class", None) for _, pattern in routes()}
    told = {row.name: getattr(views[row.name], "template_name", None) for row in reversed(PAGES)}
    first = {template: name for name, template in told.items() if isinstance(template, str)}
    return [row for row in PAGES if first.get(told[row.name], row.name) == row.name]


@pytest.mark.parametrize("row", first_of_each_template(), ids=lambda row: row.name)
def test_the_page_is_usable_by_everybody(s: Scene, screen: Callable[[str], Page], row: Row) -> None:
    """Of the pages made by the same template the first stands before the judge; the long test brings each."""
    answer = opened(s, row)
    if answer is not None:
        usable(screen(text(answer)))


@pytest.mark.slow
@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.name)
def test_each_page_is_usable_by_everybody(s: Scene, screen: Callable[[str], Page], row: Row) -> None:
    answer = opened(s, row)
    if answer is not None:
        usable(screen(text(answer)))


def usable(page: Page) -> None:
    """Nothing serious at a desk, nothing wider than a phone."""
    assert grave(page) == []
    page.set_viewport_size(PHONE)
    assert page.evaluate(MEASURE) <= 0, "the page is wider than a phone"


def opened(s: Scene, row: Row) -> Any:
    """The page as the first of its desks opens it; None for a file, or the part of a page that htmx asks for."""
    answer = client_of(s.o.desk(min(row.may))).get(address(row, s))
    return answer if "<html" in text(answer) else None


def test_the_judge_sees_what_is_wrong(screen: Callable[[str], Page]) -> None:
    page = screen('<html lang="zh-Hans"><title>坏</title><main><h1>坏</h1><input name="x"><p>' + "字" * 400)
    assert [one["id"] for one in grave(page)] == ["label"]
    page = screen('<html lang="zh-Hans"><title>宽</title><main><h1>宽</h1><pre>' + "字" * 400)
    page.set_viewport_size(PHONE)
    assert page.evaluate(MEASURE) > 0


def grave(page: Page) -> list[Any]:
    """What axe finds serious or worse."""
    page.add_script_tag(url=AXE_AT)
    return [one for one in page.evaluate(AXE) if one["impact"] in GRAVE]

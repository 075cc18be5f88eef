"""Every page in a real browser, judged by axe: nothing serious at a desk's width, nothing cut off on a phone.

The pages are those of the sweep; they are drawn in this process and handed to the browser with their own styles and
scripts, so that a page in every state needs no server of its own.
"""

import mimetypes
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from django.contrib.staticfiles import finders
from playwright.sync_api import Page, Route

from apps.office.tests.sweep_matrix import ROWS, Row
from apps.office.tests.sweep_scene import Scene
from apps.office.tests.test_sweep import address, client_of, s, shared, text

__all__ = ["s", "shared"]  # fixtures

pytestmark = pytest.mark.browser

ORIGIN = "http://office.test"
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
GRAVE = {"serious", "critical"}
# The interface's reader is a library's page (its colours are not ours to choose); what stands in it is the schema.
A_LIBRARYS = {"api-docs"}
PAGES = [row for row in ROWS if not (row.post_only or row.api or row.name in A_LIBRARYS)]
# Tables of figures that stay tables on a phone scroll inside their own box; the page itself never does.
MEASURE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
AXE = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
    .map(v => ({id: v.id, impact: v.impact, where: v.nodes.map(n => n.html.slice(0, 160))}))"""


@pytest.fixture(scope="module")
def screen(chromium: Any) -> Iterator[Callable[[str], Page]]:
    """Show a page: its HTML as given, everything else from the static files."""
    context = chromium.new_context(viewport=DESK, locale="zh-CN", bypass_csp=True)
    page = context.new_page()
    shown = {"html": ""}

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN)
        if not path.startswith("/static/"):
            route.fulfill(body=shown["html"], content_type="text/html; charset=utf-8")
            return
        found = finders.find(path.removeprefix("/static/").partition("?")[0])
        if found:
            route.fulfill(body=Path(found).read_bytes(), content_type=mimetypes.guess_type(found)[0] or "text/plain")
        else:
            route.fulfill(status=404)

    page.route("**/*", answer)

    def show(html: str) -> Page:
        shown["html"] = html
        page.set_viewport_size(DESK)
        page.goto(f"{ORIGIN}/")
        return page

    yield show
    context.close()


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.name)
def test_the_page_is_usable_by_everybody(s: Scene, screen: Callable[[str], Page], row: Row) -> None:
    html = text(client_of(s.o.desk(min(row.may))).get(address(row, s)))
    if "<html" not in html:
        return  # a file, or the part of a page that htmx asks for
    page = screen(html)
    assert grave(page) == []
    page.set_viewport_size(PHONE)
    assert page.evaluate(MEASURE) <= 0, "the page is wider than a phone"


def test_the_judge_sees_what_is_wrong(screen: Callable[[str], Page]) -> None:
    page = screen('<html lang="zh-Hans"><title>坏</title><main><h1>坏</h1><input name="x"><p>' + "字" * 400)
    assert [one["id"] for one in grave(page)] == ["label"]
    page = screen('<html lang="zh-Hans"><title>宽</title><main><h1>宽</h1><pre>' + "字" * 400)
    page.set_viewport_size(PHONE)
    assert page.evaluate(MEASURE) > 0


def grave(page: Page) -> list[Any]:
    """What axe finds serious or worse."""
    page.evaluate(Path(AXE_FILE_PATH).read_text("utf-8"))
    return [one for one in page.evaluate(AXE) if one["impact"] in GRAVE]

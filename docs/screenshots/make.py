"""Make every committed picture anew: the demo office on servers of its own, seen at 1280 and 390 px."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ["DJANGO_SETTINGS_MODULE"] = "jiaohe_aid.settings.dev"
os.environ["DJANGO_DEBUG"] = "0"

from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from jiaohe_aid.runway.embedded import servers  # noqa: E402
from jiaohe_aid.testing.browser import ARGUMENTS, chromium_path  # noqa: E402
from jiaohe_aid.testing.processes import Office  # noqa: E402

HERE = Path(__file__).parent
PASSWORD = "jiaohe-demo-2026"  # noqa: S105 - the demo's, printed at every start
WIDTHS = (1280, 390)
Steps = Callable[[Page], None]


def first(name: str) -> Steps:
    """Open the first link of the main part whose name holds this text."""
    return lambda page: page.get_by_role("main").get_by_role("link").filter(has_text=name).first.click()


def row(*texts: str) -> Steps:
    """Open the first row of a table that holds all these texts."""

    def opened(page: Page) -> None:
        found = page.get_by_role("row")
        for text in texts:
            found = found.filter(has_text=text)
        found.first.get_by_role("link").first.click()

    return opened


PICTURES: tuple[tuple[str, str, str, tuple[Steps, ...]], ...] = (
    ("worklist", "caseworker", "/", ()),
    ("intake", "caseworker", "/", (row("草稿", "复核"), first("继续填写"))),
    ("review", "reviewer", "/", (row("县级确认"),)),
    ("confirm", "reviewer", "/", (row("县级确认"), first("确认，"))),
    ("plain", "reviewer", "/worklist/confirm/", ()),
    ("complaint", "reviewer2", "/complaints/", (row("行政复议"),)),
    ("relocations", "caseworker", "/relocations/", ()),
    ("household", "caseworker", "/households/?standing=on", (row("在享"),)),
    ("month", "payments_checker", "/months/", (row("待确认"),)),
    ("batch", "payments_maker", "/payments/batches/", (first("FF"),)),
    ("standards", "bureau_chief", "/standards/", ()),
    ("standard-new", "bureau_chief", "/standards/new/?parameter=dibao_standard", ()),
    ("standard-approve", "reviewer", "/standards/", (first("最低生活保障标准"), first("核准…"))),
    ("what-ifs", "bureau_chief", "/what-if/", ()),
    ("what-if", "bureau_chief", "/what-if/", (row("620"),)),
    ("report-month", "bureau_chief", "/reports/", ()),
    ("report-trends", "bureau_chief", "/reports/trends/", ()),
    ("report-casework", "bureau_chief", "/reports/casework/", ()),
    ("sheet", "reviewer", "/", (row("县级确认"), first("，打印"))),
    ("letter", "reviewer", "/?show=done", (row("已确认"), first("通知书"))),
    ("provisions", "reviewer", "/provisions/", ()),
    ("notices", "caseworker", "/notices/", ()),
    ("records", "auditor", "/records/", ()),
    ("office-date", "system_admin", "/office-date/", ()),
)


@contextmanager
def demo_office() -> Iterator[str]:
    """The demo on servers of its own; its address."""
    with tempfile.TemporaryDirectory(prefix="jiaohe-pictures-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        os.environ["JIAOHE_DOCUMENTS"] = str(folder / "documents")
        with servers(folder) as urls:
            environment = os.environ | {"DATABASE_URL": urls.database, "REDIS_URL": urls.broker}
            subprocess.run(  # noqa: S603 - our own command
                [sys.executable, ROOT / "manage.py", "migrate", "-v0"], env=environment, check=True
            )
            _load(urls.database, urls.broker)
            office = Office(environment, folder / "web.log").ready()
            try:
                yield office.url
            finally:
                office.stop()


def _load(database: str, broker: str) -> None:
    os.environ |= {"DATABASE_URL": database, "REDIS_URL": broker}
    import django

    django.setup()
    # The loader refuses servers that somebody named; these are ours.
    del os.environ["DATABASE_URL"], os.environ["REDIS_URL"]
    from django.core.management import call_command
    from django.db import connections

    call_command("load_areas")
    call_command("load_standards")
    call_command("load_demo")
    _rehearse()
    connections.close_all()


def _rehearse() -> None:
    """A rehearsal from the chief's desk, worked on here, and the proposal that came of it."""
    from apps.accounts.models import User
    from apps.awards import actions
    from apps.core import clock
    from apps.core.month import Month
    from apps.eligibility.actions import propose_standard

    chief, today = User.objects.get(username="bureau_chief"), clock.today()
    start = Month.of(today).next().first()
    draft = [
        {"parameter": "dibao_standard", "area": area, "key": "", "value": value, "months": 1}
        for area, value in (("URBAN", "620"), ("RURAL", "500"))
    ]
    what_if = actions.start_what_if(draft, start=start, month=start, acting_user=chief, on=today)
    for chunk in what_if.chunks.values_list("pk", flat=True):
        actions.rehearse_chunk(chunk, acting_user=User.objects.system(), on=today)
    actions.finish_what_if(what_if.pk, acting_user=User.objects.system(), on=today)
    document = {"document_number": "蛟民发〔2024〕8号", "document_date": today, "note": "提高城乡低保标准的通知"}
    propose_standard(draft, start=start, acting_user=chief, on=today, **document)


def picture(browser: Browser, url: str, name: str, username: str, path: str, steps: tuple[Steps, ...]) -> None:
    """One page in both widths."""
    context = browser.new_context(viewport={"width": WIDTHS[0], "height": 900}, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{url}/login/?next={path}")
    page.get_by_label("账号").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "login" not in address)
    for step in steps:
        step(page)
        page.wait_for_load_state()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        height = min(page.evaluate("document.documentElement.scrollHeight"), 2400)
        page.set_viewport_size({"width": width, "height": max(height, 700)})
        page.screenshot(path=HERE / f"{name}-{width}.png")
    context.close()


def main() -> None:
    """All pictures, or those named."""
    wanted = set(sys.argv[1:])
    with demo_office() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        for name, username, path, steps in PICTURES:
            if not wanted or name in wanted:
                picture(browser, url, name, username, path, steps)
                sys.stdout.write(f"{name}\n")
        browser.close()


if __name__ == "__main__":
    main()

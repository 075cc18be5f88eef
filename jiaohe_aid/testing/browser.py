"""Chromium for browser tests: found, or its absence said out loud."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

NO_PDF = "没有安装 WeasyPrint：通知书的 PDF 没有验证（pip install weasyprint，另需 Debian 的 libpango）"
HOW_TO_GET_IT = (
    "找不到 Chromium，浏览器测试已全部跳过：请安装（apt-get install chromium fonts-noto-cjk）或设置 CHROMIUM=路径"
)
PICTURES = Path("var/pictures")
WIDTHS = (390, 1280)
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--lang=zh-CN"]


def chromium_path() -> str | None:
    """The browser's program, or None."""
    named = os.environ.get("CHROMIUM")
    return named or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def forbid_or_skip(items: list[pytest.Item]) -> None:
    """Mark browser tests as skipped when there is no browser; with REQUIRE_BROWSER=1 stop the run instead."""
    if chromium_path():
        return
    wanted = [item for item in items if item.get_closest_marker("browser")]
    if wanted and os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.exit(f"REQUIRE_BROWSER=1，但{HOW_TO_GET_IT}", returncode=1)
    for item in wanted:
        item.add_marker(pytest.mark.skip(reason=HOW_TO_GET_IT))


def keep_picture(page: Any, test: str, moment: str) -> None:
    """The whole page at both widths, as var/pictures/<test>/<moment>-<width>.png; it is left as wide as it was."""
    before = page.viewport_size
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": before["height"]})
        page.screenshot(path=PICTURES / test / f"{moment}-{width}.png", full_page=True)
    page.set_viewport_size(before)


def say_what_was_skipped(reporter: Any) -> None:
    """One red line at the end of the run for each thing that was missing, and where the pictures are."""
    told = [str(report.longrepr) for report in reporter.stats.get("skipped", [])]
    for missing in (HOW_TO_GET_IT, NO_PDF):
        if any(missing in reason for reason in told):
            reporter.write_line(f"!!! {missing}", red=True, bold=True)
    if PICTURES.exists():
        reporter.write_line(f"浏览器测试的图在 {PICTURES}/")

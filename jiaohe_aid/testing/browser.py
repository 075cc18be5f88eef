"""Chromium for browser tests: found, or its absence said out loud."""

import os
import shutil
from typing import Any

import pytest

NO_PDF = "没有安装 WeasyPrint：通知书的 PDF 没有验证（pip install weasyprint，另需 Debian 的 libpango）"
HOW_TO_GET_IT = (
    "找不到 Chromium，浏览器测试已全部跳过：请安装（apt-get install chromium fonts-noto-cjk）或设置 CHROMIUM=路径"
)
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


def say_what_was_skipped(reporter: Any) -> None:
    """One red line at the end of the run for each thing that was missing."""
    told = [str(report.longrepr) for report in reporter.stats.get("skipped", [])]
    for missing in (HOW_TO_GET_IT, NO_PDF):
        if any(missing in reason for reason in told):
            reporter.write_line(f"!!! {missing}", red=True, bold=True)

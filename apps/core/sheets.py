"""Tables for spreadsheets: text that a spreadsheet would take for a formula stays text."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

# What makes a spreadsheet calculate, call a program or fetch an address instead of showing the cell.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BOM = "\ufeff"


def safe_cell(value: Any) -> Any:
    """The cell as it may stand: text that begins like a formula gets an apostrophe before it; numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.lstrip(" ").startswith(_DANGEROUS) else value


def csv_lines(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[bytes]:
    """A CSV in UTF-8 that common spreadsheets open right, line by line."""
    yield BOM.encode() + _line(head)
    for row in rows:
        yield _line(safe_cell(cell) for cell in row)


def _line(cells: Iterable[Any]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow(cells)
    return buffer.getvalue().encode()

"""Files that are no honest workbook are refused before any parser reads them."""

import io
import stat
import struct
import zipfile
from collections.abc import Callable

import pytest
import xlsxwriter

from apps.core import workbooks
from apps.core.sheets import xlsx_table
from apps.core.workbooks import NotAWorkbook, Workbook, look_through

HEAD = ("编号", "金额")
GOOD = xlsx_table("表", HEAD, [("007", 12), ("=1+1", 3)])


def rezipped(change: Callable[[zipfile.ZipFile], None] | None = None, *, without: str = "") -> bytes:
    """The good workbook once more, with something added or left out."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename != without:
                new.writestr(entry.filename, old.read(entry))
        if change is not None:
            change(new)
    return buffer.getvalue()


def linked(archive: zipfile.ZipFile) -> None:
    entry = zipfile.ZipInfo("xl/link.xml")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(entry, "/etc/passwd")


def encrypted() -> bytes:
    """The flag a password sets, on every entry of the directory."""
    content = bytearray(rezipped())
    place = content.find(b"PK\x01\x02")
    while place != -1:
        content[place + 8] |= 1
        place = content.find(b"PK\x01\x02", place + 4)
    return bytes(content)


def bomb() -> bytes:
    return rezipped(lambda archive: archive.writestr("xl/worksheets/sheet9.xml", b"0" * 30_000_000))


def lying() -> bytes:
    """An entry that unpacks to more than the directory says."""
    content = bytearray(rezipped(lambda archive: archive.writestr("xl/more.xml", b"<a/>" * 1000)))
    place = content.rfind(b"PK\x01\x02")
    struct.pack_into("<I", content, place + 24, 40)
    return bytes(content)


def far_out(reference: str) -> bytes:
    sheet = f'<worksheet><sheetData><row r="1"><c r="{reference}"><v>1</v></c></row></sheetData></worksheet>'
    return rezipped(lambda archive: archive.writestr("xl/worksheets/sheet9.xml", sheet))


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "不是 .xlsx"),
    "csv renamed": (lambda: "家庭编号,金额\r\n1,2\r\n".encode(), "不是 .xlsx"),
    "old xls, or a password": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "密码"),
    "truncated": (lambda: GOOD[: len(GOOD) // 2], "不完整"),
    "cut by a byte": (lambda: GOOD[:-1], "不完整"),
    "a zip of something else": (lambda: rezipped(without="xl/workbook.xml"), "不是 Excel 工作簿"),
    "encrypted entries": (encrypted, "密码"),
    "bomb": (bomb, "压缩比异常"),
    "lying directory": (lying, "不完整"),
    "macros": (lambda: rezipped(lambda a: a.writestr("xl/vbaProject.bin", b"x")), "宏"),
    "xlsm": (
        lambda: rezipped(
            lambda a: a.writestr("[Content_Types].xml", b"<t>macroEnabled</t>"), without="[Content_Types].xml"
        ),
        "宏",
    ),
    "path out": (lambda: rezipped(lambda a: a.writestr("../x.xml", b"x")), "路径"),
    "absolute path": (lambda: rezipped(lambda a: a.writestr("/etc/x.xml", b"x")), "路径"),
    "symlink": (lambda: rezipped(linked), "链接"),
    "entity": (lambda: rezipped(lambda a: a.writestr("xl/x.xml", b"<!DOCTYPE a><a/>")), "写法"),
    "utf-16": (lambda: rezipped(lambda a: a.writestr("xl/x.xml", "<a/>".encode("utf-16"))), "写法"),
    "a cell far down": (lambda: far_out("A100000"), "99,999 行"),
    "a cell far out": (lambda: far_out("XFD1"), "52 列"),
    "a column too many": (lambda: far_out("BA1"), "52 列"),
    "many entries": (lambda: rezipped(lambda a: [a.writestr(f"x{n}.xml", b"") for n in range(200)] and None), "过大"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_and_says_what_to_do(name: str) -> None:
    make, says = REFUSED[name]
    with pytest.raises(NotAWorkbook, match=says):
        look_through(make())


def test_too_large_is_refused_before_it_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MAX_BYTES", len(GOOD) - 1)
    with pytest.raises(NotAWorkbook, match="超过"):
        look_through(GOOD)


@pytest.mark.parametrize("reference", ["AZ1", "A99999", "Z9"])
def test_what_lies_within_the_bounds_is_let_through(reference: str) -> None:
    look_through(far_out(reference))


def test_a_good_one_gives_its_rows_with_the_numbers_beside_them() -> None:
    book = Workbook(GOOD)
    assert book.names == ["表"]
    assert list(book.rows("表")) == [(1, ["编号", "金额"]), (2, ["007", 12]), (3, ["=1+1", 3])]


def test_rows_are_numbered_as_they_stand_even_below_empty_ones() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet("表")
        page.write_string(4, 1, "甲")
        page.write_string(7, 2, "乙")
    assert list(Workbook(buffer.getvalue()).rows("表")) == [(5, ["", "甲", ""]), (8, ["", "", "乙"])]

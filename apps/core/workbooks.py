"""Spreadsheets (.xlsx) from outside: looked through before any parser sees them, then read as plain cells.

A workbook is a zip of XML. What may lie in one and is refused here by what is there, not by what it says of itself: no
zip at all, a password, macros, links and paths that lead out of it, entries that unpack to more than they declare or to
more than memory should hold, a single cell far out that makes a reader allocate everything before it.
"""

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineWorkbook

MAX_BYTES = 10 * 1024 * 1024
MAX_ENTRIES = 200
MAX_UNZIPPED = 100 * 1024 * 1024
MAX_RATIO = 100
SMALL = 256 * 1024
MAX_ROWS, MAX_COLUMNS = 99_999, 52

Cell = int | float | str | bool | date | datetime | time | timedelta

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCAL_HEADER = 30
# A cell or row beyond MAX_ROWS or MAX_COLUMNS, wherever its XML says so.
_FAR_OUT = re.compile(rb"""\br\s*=\s*["'](?:[A-Z]*[0-9]{6,}|[A-Z]{3,}[0-9]+|[B-Z][A-Z][0-9]+)["']""")


class NotAWorkbook(ValueError):
    """The file is not a workbook this office reads; the message says in Chinese what to do."""


def look_through(content: bytes) -> None:
    """NotAWorkbook unless the bytes are a plain .xlsx of a bearable size."""
    if len(content) > MAX_BYTES:
        raise NotAWorkbook(f"文件超过 {MAX_BYTES // 1024 // 1024} MB，请拆成几个文件。")
    if content.startswith(_OLE):
        raise NotAWorkbook("文件设有密码，或是旧版 .xls：请去掉密码，另存为 .xlsx 后再上传。")
    if not content.startswith(_ZIP):
        raise NotAWorkbook("不是 .xlsx 工作簿：请选原来的工作簿，不要上传 CSV 或改名的文件。")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise NotAWorkbook("文件不完整或已损坏，请重新保存后再上传。") from error
    _directory(entries)
    for entry in entries:
        _entry(entry, content)


def _directory(entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNZIPPED:
        raise NotAWorkbook("文件展开后过大，不像正常的工作簿，已拒绝读取。")
    if len({name.lower() for name in names}) != len(names):
        raise NotAWorkbook("文件内有重名的部分，已拒绝读取。")
    for entry in entries:
        path = entry.filename
        if ".." in path.split("/") or path.startswith("/") or "\\" in path or ":" in path:
            raise NotAWorkbook("文件内含有指向外部的路径，已拒绝读取。")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise NotAWorkbook("文件内含有链接，已拒绝读取。")
        if entry.flag_bits & 0x1:
            raise NotAWorkbook("文件设有密码：请去掉密码后再上传。")
        if path.lower().endswith((".bin", ".dll", ".exe", ".vbs")) and "printersettings" not in path.lower():
            raise NotAWorkbook("文件含有宏或嵌入对象：请另存为不含宏的 .xlsx。")
        if entry.file_size > SMALL and entry.file_size > MAX_RATIO * max(1, entry.compress_size):
            raise NotAWorkbook("文件压缩比异常，不像正常的工作簿，已拒绝读取。")
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= set(names):
        raise NotAWorkbook("不是 Excel 工作簿：缺少工作簿的主体，请选原来的工作簿。")


def _entry(entry: zipfile.ZipInfo, content: bytes) -> None:
    """Unpack one entry and hold it against what the directory says of it."""
    text = _unpacked(entry, content)
    if not entry.filename.lower().endswith((".xml", ".rels")):
        return
    if b"\0" in text or b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise NotAWorkbook("文件内容的写法不受支持，已拒绝读取。")
    if entry.filename == "[Content_Types].xml" and b"macroEnabled" in text:
        raise NotAWorkbook("文件含有宏：请另存为不含宏的 .xlsx。")
    if "/worksheets/" in entry.filename and _FAR_OUT.search(text):
        raise NotAWorkbook(f"工作表超过 {MAX_ROWS:,} 行或 {MAX_COLUMNS} 列：请删去多余的行列，或拆成几个文件。")


def _unpacked(entry: zipfile.ZipInfo, content: bytes) -> bytes:
    damaged = NotAWorkbook("文件不完整或已损坏，请重新保存后再上传。")
    start = entry.header_offset
    header = content[start : start + _LOCAL_HEADER]
    if len(header) < _LOCAL_HEADER or not header.startswith(_ZIP):
        raise damaged
    start += _LOCAL_HEADER + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    packed = content[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        text, whole = packed, True
    elif entry.compress_type == zipfile.ZIP_DEFLATED:
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            text = unpacker.decompress(packed, entry.file_size + 1)
        except zlib.error as error:
            raise damaged from error
        whole = unpacker.eof
    else:
        raise damaged
    if not whole or len(text) != entry.file_size or zlib.crc32(text) != entry.CRC:
        raise damaged
    return text


class Workbook:
    """A workbook that was looked through: its sheets by name, row by row."""

    def __init__(self, content: bytes) -> None:
        """Raises NotAWorkbook."""
        look_through(content)
        try:
            self._book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        except (CalamineError, OSError, ValueError) as error:
            raise NotAWorkbook("文件不能按工作簿读取，请重新另存为 .xlsx 后再上传。") from error

    @property
    def names(self) -> list[str]:
        """The names of the sheets."""
        return list(self._book.sheet_names)

    def rows(self, sheet: str) -> Iterator[tuple[int, list[Cell]]]:
        """The rows of a sheet with the numbers a person sees beside them; rows without any cell are left out."""
        try:
            found = self._book.get_sheet_by_name(sheet)
        except (CalamineError, OSError, ValueError) as error:
            raise NotAWorkbook(f"工作表“{sheet}”不能读取，请重新另存后再上传。") from error
        if found.start is None:
            return
        # The reader gives the empty rows above the first cell, and leaves out the empty columns before it.
        before: list[Cell] = [""] * found.start[1]
        for number, cells in enumerate(found.iter_rows(), start=1):
            if any(cell != "" for cell in cells):
                yield number, before + cells

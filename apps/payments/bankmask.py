"""Lines of a return file as they stand, with what would name a person or an account hidden."""

import re

from apps.payments.bankcarrier import BankFileError, Record, records
from apps.payments.bankformat import Column, Format, Kind

_SHOWN, _FIELDS = 80, 12
_OURS = re.compile(Kind.ID)
_NUMBER = re.compile(r"[0-9０-９]{9,}")
_WORDS = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff·]{2,}")
# The bank's own words and codes say nothing of a person; a line that could not be cut may say anything anywhere.
_BANKS_OWN = (Kind.CODE, Kind.NOTE)


def as_it_stands(content: bytes, layout: Format, wanted: set[int]) -> dict[int, list[str]]:
    """The fields of the wanted lines, as far as the file can be cut, masked."""
    found: dict[int, list[str]] = {}
    try:
        for record in records(content, layout, layout.returned):
            if record.line in wanted:
                found[record.line] = _masked(record)
            if len(found) == len(wanted):
                break
    except BankFileError:
        # What lies behind the place where reading had to end cannot be shown.
        return found
    return found


def _masked(record: Record) -> list[str]:
    row = record.row
    if row is None or len(row.columns) != len(record.fields):
        return [_hidden(text[:_SHOWN]) for text in record.fields[:_FIELDS]]
    told = [_hidden(text[:_SHOWN], column) for column, text in zip(row.columns, record.fields, strict=True)]
    return [row.mark, *told] if row.mark else told


def _hidden(text: str, column: Column | None = None) -> str:
    if _OURS.fullmatch(text):
        return text
    text = _NUMBER.sub(lambda found: f"****{found[0][-4:]}", text)
    if column is not None and column.kind in _BANKS_OWN:
        return text
    return _WORDS.sub(lambda found: f"{found[0][0]}＊", text)

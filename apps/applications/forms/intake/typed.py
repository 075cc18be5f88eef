"""From what a browser sent to the draft's sections: plain text, right or wrong, nothing dropped but empty lines.

Fields are called ``section-field``, fields of rows ``list-key-field``; the key stays with its row.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.forms import Field

from apps.applications.forms.intake.amounts import DeductionRow, ExpenseRow, IncomeRow, IncomesForm
from apps.applications.forms.intake.base import Part, Row
from apps.applications.forms.intake.consent import ConsentForm, PromiseRow, SignerRow
from apps.applications.forms.intake.fields import MaskedField
from apps.applications.forms.intake.home import HomeForm
from apps.applications.forms.intake.members import MemberRow
from apps.applications.forms.intake.papers import AccountForm
from apps.applications.forms.intake.property import AssetRow, OtherRow, PropertyForm
from apps.applications.forms.intake.support import CareRow, ObligorRow

Sections = dict[str, dict[str, Any]]
_ROW_FIELD = re.compile(r"([a-z]+)-([a-z][0-9]{1,3})-([a-z_]+)")
MOST_ROWS = 60
LONGEST = 500


@dataclass(frozen=True)
class Section:
    """A part of the page: its own fields, and its lists of rows."""

    title: str
    form: type[Part] | None = None
    rows: Mapping[str, type[Row]] = field(default_factory=dict)


SECTIONS = {
    "family": Section("申请事项与住址", HomeForm),
    "members": Section("家庭成员", rows={"members": MemberRow}),
    "support": Section("赡养人与自理能力", rows={"cares": CareRow, "obligors": ObligorRow}),
    "incomes": Section("收入", IncomesForm, {"incomes": IncomeRow}),
    "property": Section("财产", PropertyForm, {"assets": AssetRow, "others": OtherRow}),
    "expenses": Section("支出与扣减", rows={"deductions": DeductionRow, "expenses": ExpenseRow}),
    "account": Section("收款账户", AccountForm),
    "consent": Section("授权与承诺", ConsentForm, {"signers": SignerRow, "promises": PromiseRow}),
}
SECTION_OF = {name: section for section, spec in SECTIONS.items() for name in spec.rows}


@dataclass
class Typed:
    """The sections as sent; the keys of rows on the page that were empty, and the lists in which a row was begun."""

    sections: Sections
    empty: dict[str, list[str]] = field(default_factory=dict)
    begun: dict[str, None] = field(default_factory=dict)

    def shows(self, name: str, key: str) -> bool:
        """Whether the page that sent this has that row of a list."""
        found = self.sections.get(SECTION_OF[name], {}).get(name, [])
        return key in self.empty.get(name, []) or any(row["key"] == key for row in found)


def read_typed(post: Mapping[str, str], stored: Sections, *, on: Any) -> Typed:
    """The sections in what a browser sent; a number that came back as its mask is the stored one."""
    typed = Typed({})
    rows = _rows(post)
    for name, section in SECTIONS.items():
        own = _own_fields(post, name, section, stored.get(name, {}), on)
        lists = {
            each: _list(rows.get(each, {}), row_class, stored.get(name, {}).get(each, []), typed, each, on)
            for each, row_class in section.rows.items()
        }
        present = any(key.startswith(f"{name}-") for key in post) or any(each in rows for each in lists)
        if present:
            typed.sections[name] = own | {each: found for each, found in lists.items() if found}
    return typed


def without(sections: Sections, row: str) -> Sections:
    """The sections without one row, named ``list-key``."""
    each, _, key = row.partition("-")
    section = SECTION_OF.get(each)
    if section is None or section not in sections:
        return sections
    kept = [found for found in sections[section].get(each, []) if found["key"] != key]
    data = {name: value for name, value in sections[section].items() if name != each}
    return {**sections, section: data | ({each: kept} if kept else {})}


def _rows(post: Mapping[str, str]) -> dict[str, dict[str, dict[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = {}
    for name, value in post.items():
        match = _ROW_FIELD.fullmatch(name)
        if match and match[1] in SECTION_OF:
            found.setdefault(match[1], {}).setdefault(match[2], {})[match[3]] = value
    return found


def _own_fields(
    post: Mapping[str, str], name: str, section: Section, stored: Mapping[str, Any], on: Any
) -> dict[str, Any]:
    if section.form is None:
        return {}
    return _values(
        {each: post.get(f"{name}-{each}", "") for each in section.form.base_fields}, section.form, stored, on
    )


def _list(
    sent: Mapping[str, dict[str, str]],
    row_class: type[Row],
    stored: list[dict[str, Any]],
    typed: Typed,
    name: str,
    on: Any,
) -> list[dict[str, Any]]:
    before = {row["key"]: row for row in stored}
    found = []
    for key, fields in list(sent.items())[:MOST_ROWS]:
        old = before.get(key, {})
        values = row_class.read(_values(fields, row_class, old, on))
        kept = {each: old[each] for each in row_class.kept if each in old}
        if row_class.is_blank(values) and "person" not in kept:
            typed.empty.setdefault(name, []).append(key)
        else:
            found.append({"key": key, **values, **kept})
            if key not in before:
                typed.begun[name] = None
    return found


def _values(sent: Mapping[str, str], part: type[Part], stored: Mapping[str, Any], on: Any) -> dict[str, Any]:
    values = {}
    for name, form_field in part.base_fields.items():
        value = sent.get(name, "")[:LONGEST]
        if value.strip():
            values[name] = _unmasked(form_field, value, stored.get(name), on)
    return values


def _unmasked(form_field: Field, value: str, stored: Any, on: Any) -> str:
    if not isinstance(form_field, MaskedField) or "*" not in value or not isinstance(stored, str):
        return value
    form_field.on = on  # type: ignore[attr-defined]
    return stored if form_field.mask(stored) == value.strip() else value

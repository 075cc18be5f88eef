"""The register of provisions as officials read it: each sentence of the documents, and the function that applies it."""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from apps.eligibility.parameters import applies_to, places_of, standing_row
from apps.eligibility.policy import decide  # noqa: F401 - importing the rules registers their clauses
from apps.eligibility.policy.clause import PROVISIONS
from apps.eligibility.policy.clause import Provision as Clause
from apps.eligibility.policy.standards import Law, Parameter, Row, shipped_parameters

_POLICY = "apps.eligibility.policy."


@dataclass(frozen=True)
class Place:
    """Where a function stands."""

    name: str
    file: str
    line: int


@dataclass(frozen=True)
class Figure:
    """One value in words: the parameter's name, to whom it applies (empty for everybody), the value with its unit."""

    label: str
    applies: str
    value: str


@dataclass(frozen=True)
class Provision:
    """One sentence of a document in plain words, with the function that applies it or the reason why none does.

    ``also`` names further functions without which the sentence is not carried out: a choice, an order, a date.
    ``named`` are the parameters whose values the sentence gives, as name or name:key; ``reading`` says how the words
    are read where the document leaves it open.
    """

    number: str
    says: str
    code: str
    reason: str
    also: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    reading: str = ""

    @property
    def rule(self) -> str:
        """The name under which explanations cite the function; empty for what is no clause of the rules."""
        name = self.code.removeprefix(_POLICY)
        return name if name in PROVISIONS else ""

    @property
    def clause(self) -> Clause | None:
        """The clause as the explanation states it."""
        return PROVISIONS.get(self.rule)

    @property
    def place(self) -> Place | None:
        """File and line of the function; None without one."""
        return place_of(self.code) if self.code else None

    @property
    def places(self) -> list[Place]:
        """The function's place, then those of the functions named besides."""
        return [place_of(code) for code in (self.code, *self.also) if code]

    @property
    def parameters(self) -> list[Parameter]:
        """The dated parameters the clause reads."""
        return [shipped_parameters()[name] for name in self.clause.uses] if self.clause else []

    def figures(self, law: Law, day: date) -> list[Figure]:
        """The values of the named parameters in force on a day; a place without one is left out."""
        return [figure for name in self.named for figure in _figures(name, law, day)]


@dataclass(frozen=True)
class Item:
    """A numbered item of a document."""

    citation: str
    title: str
    provisions: tuple[Provision, ...]


@dataclass(frozen=True)
class Document:
    """A policy document with its items in order."""

    name: str
    title: str
    source: str
    items: tuple[Item, ...]


@cache
def register() -> tuple[Document, ...]:
    """All documents the rules rest on, the county's own first."""
    folder = files("apps.eligibility.policy") / "provisions"
    entries = sorted((e for e in folder.iterdir() if e.name.endswith(".yaml")), key=lambda entry: entry.name)
    return tuple(_document(yaml.safe_load(entry.read_text(encoding="utf-8"))) for entry in entries)


def provisions() -> Iterator[tuple[Item, Provision]]:
    """Every provision with the item it belongs to."""
    for document in register():
        for item in document.items:
            for provision in item.provisions:
                yield item, provision


def function_of(code: str) -> Any:
    """The function a dotted name means; ImportError or AttributeError when there is none."""
    module, _, name = code.rpartition(".")
    return getattr(import_module(module), name)


@cache
def place_of(code: str) -> Place:
    """File (from the project's root) and line of a function."""
    function = inspect.unwrap(function_of(code))
    file = Path(inspect.getsourcefile(function) or "").relative_to(settings.BASE_DIR)
    return Place(function.__name__, str(file), inspect.getsourcelines(function)[1])


def _document(written: dict[str, Any]) -> Document:
    items = tuple(
        Item(
            item["item"],
            item["title"],
            tuple(_provision(written) for written in item["provisions"]),
        )
        for item in written["items"]
    )
    return Document(written["document"], written["title"], written["source"], items)


def _provision(written: dict[str, Any]) -> Provision:
    return Provision(
        written["number"],
        written["says"],
        written.get("code", ""),
        written.get("none", ""),
        also=tuple(written.get("also", ())),
        named=tuple(written.get("parameters", ())),
        reading=written.get("reading", ""),
    )


def _figures(named: str, law: Law, day: date) -> Iterator[Figure]:
    name, _, wanted = named.partition(":")
    parameter = shipped_parameters()[name]
    for area, key in places_of(name, law):
        row = standing_row(law, name, (area, key), day)
        if row is not None and wanted in ("", key):
            yield Figure(parameter.label, applies_to(area, key), _worded(row, parameter.unit))


def _worded(row: Row, unit: str) -> str:
    if row.value is None:
        return "未启用"
    if unit.startswith(("比例", "同比")):
        return f"{(Decimal(row.value) * 100).normalize():f}%"
    plain = unit.partition("（")[0]
    return f"{row.value} {'元/年' if row.months == 12 else plain}"

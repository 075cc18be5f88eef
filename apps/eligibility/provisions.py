"""The register of provisions as officials read it: each sentence of the documents, and the function that applies it."""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from apps.eligibility.policy import decide  # noqa: F401 - importing the rules registers their clauses
from apps.eligibility.policy.clause import PROVISIONS
from apps.eligibility.policy.clause import Provision as Clause
from apps.eligibility.policy.standards import Parameter, shipped_parameters

_POLICY = "apps.eligibility.policy."


@dataclass(frozen=True)
class Place:
    """Where a function stands."""

    name: str
    file: str
    line: int


@dataclass(frozen=True)
class Provision:
    """One sentence of a document in plain words, with the function that applies it or the reason why none does."""

    number: str
    says: str
    code: str
    reason: str

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
    def parameters(self) -> list[Parameter]:
        """The dated parameters the clause reads."""
        return [shipped_parameters()[name] for name in self.clause.uses] if self.clause else []


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
            tuple(Provision(p["number"], p["says"], p.get("code", ""), p.get("none", "")) for p in item["provisions"]),
        )
        for item in written["items"]
    )
    return Document(written["document"], written["title"], written["source"], items)

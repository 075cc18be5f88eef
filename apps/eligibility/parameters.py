"""The shipped parameters as officials read them: name, clause, unit and the dated rows."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from apps.eligibility.policy.enums import AreaKind, PartKind, Support
from apps.eligibility.policy.standards import Row, rows_of

KEYS = {
    **{kind.value: kind.label for kind in (*AreaKind, *PartKind, *Support)},
    "CPI": "居民消费价格",
    "FOOD": "食品价格",
    "ORDINARY": "一般家庭",
    "DISABLED": "残疾人家庭",
    "PRIORITY": "重点对象",
    "GENERAL": "一般对象",
}


@dataclass(frozen=True)
class Parameter:
    """One parameter of the document with its rows, newest first."""

    name: str
    label: str
    clause: str
    unit: str
    rows: tuple[Row, ...]

    @property
    def shown(self) -> list[tuple[Row, str]]:
        """The rows, each with whom or what it applies to in words."""
        return [(row, " ".join(filter(None, (row.area.label if row.area else "", _key(row.key))))) for row in self.rows]


def _key(key: str) -> str:
    return f"第 {key} 个月起" if key.isdigit() else KEYS.get(key, key)


@cache
def shipped_parameters() -> tuple[Parameter, ...]:
    """All parameters delivered with the program, in the order of their clauses."""
    folder = files("apps.eligibility.policy") / "standards"
    documents = [
        yaml.safe_load(entry.read_text(encoding="utf-8")) for entry in folder.iterdir() if entry.name.endswith(".yaml")
    ]
    parameters = [
        Parameter(
            name=document["parameter"],
            label=document["label"],
            clause=document["clause"],
            unit=document["unit"],
            rows=tuple(sorted(rows_of(document), key=lambda row: (row.start, row.area or "", row.key), reverse=True)),
        )
        for document in documents
    ]
    return tuple(sorted(parameters, key=lambda p: (int("".join(c for c in p.clause if c.isdigit()) or 99), p.name)))

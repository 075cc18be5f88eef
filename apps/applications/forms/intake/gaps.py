"""What is missing or wrong in one form or row, and where it is mended."""

from collections.abc import Iterator
from dataclasses import dataclass

from apps.applications.forms.intake.base import Part, Row
from apps.core.formlook import anchor, told


@dataclass(frozen=True)
class Gap:
    """Something still missing or wrong: in words, and where it is mended."""

    text: str
    anchor: str
    section: str
    wrong: bool = False


def gaps_of(section: str, part: Part) -> Iterator[Gap]:
    """The gaps of one form or row, in the order of its fields."""
    whose = f"{part.label}的" if isinstance(part, Row) else ""
    row = f"row-{part.prefix}" if isinstance(part, Row) else f"sec-{section}"
    for text in part.non_field_errors():
        yield Gap(f"{whose}登记：{text}", row, section, wrong=True)
    for bound in part:
        name = whose + part.short.get(bound.name, str(bound.label))
        if bound.name in part.unfilled or (not part.is_bound and bound.field.required):
            yield Gap(name, anchor(bound), section)
        elif bound.errors:
            yield Gap(f"{name}：{' '.join(told(bound))}", anchor(bound), section, wrong=True)

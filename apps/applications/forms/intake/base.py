"""What every section and row of the intake form has in common."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from apps.accounts.models import Area
from apps.applications.forms.intake.fields import LetteredSelect
from apps.applications.models import Applied
from apps.core.formlook import told
from apps.households.models import BankAccount, Household, Person

BLANK = ("", "请选择")
SOME, NONE = "SOME", "NONE"
GONE = "这位成员已不在名单里，请重新选择。"
ANSWER = [(SOME, "有"), (NONE, "没有")]


def words(enum: Any) -> list[tuple[str, str]]:
    """Choices of a policy enum, with nothing chosen first."""
    return [BLANK, *((item.value, item.label) for item in enum)]


@dataclass(frozen=True)
class Setting:
    """What the forms have to know besides what was typed: the day, the township, in a review the family's file."""

    on: date
    township: Area
    villages: tuple[Area, ...] = ()
    household: Household | None = None
    people: Mapping[int, Person] = field(default_factory=dict)
    account: BankAccount | None = None
    scheme: Applied = Applied.DIBAO


class Part(forms.Form):
    """A group of fields of the draft: a section's own fields, or one row of a list.

    In a draft an empty required field is no error but something still missing: ``unfilled`` names those fields.
    """

    use_required_attribute = False
    # What a row says before anybody typed: alone it does not make a row.
    starting: Mapping[str, str] = {}
    # What a field is called in a list of what is missing, where its label would be too long or too bare.
    short: Mapping[str, str] = {}

    def __init__(self, typed: Mapping[str, str] | None, *, prefix: str, setting: Setting, complete: bool) -> None:
        self.setting, self.complete, self.unfilled = setting, complete, ()
        self.typed = dict(typed or {})
        data = None
        if typed is not None or complete:
            data = {f"{prefix}-{name}": value for name, value in self.typed.items()}
        super().__init__(data, prefix=prefix, initial=dict(self.starting))
        for each in self.fields.values():
            if type(each.widget) is forms.Select:
                each.widget = LetteredSelect(attrs=each.widget.attrs, choices=each.widget.choices)
        for bound in self:
            self._dress(bound)

    @staticmethod
    def _dress(bound: BoundField) -> None:
        widget = bound.field.widget
        kind = "form-select" if isinstance(widget, forms.Select) else "form-control"
        if isinstance(widget, forms.CheckboxInput):
            kind = "form-check-input"
        if not isinstance(widget, forms.RadioSelect):
            widget.attrs.setdefault("class", kind)
        widget.attrs.setdefault("autocomplete", "off")
        if not bound.field.required:
            # The Enter key passes over it on its way to what is still missing.
            widget.attrs["data-optional"] = ""
        widget.attrs["aria-describedby"] = f"{bound.auto_id}-says"
        if isinstance(bound.field, forms.DateField):
            widget.input_type, widget.format = "date", "%Y-%m-%d"  # type: ignore[attr-defined]

    def full_clean(self) -> None:
        super().full_clean()
        if not self.is_bound:
            return
        empty = [name for name, errors in self.errors.as_data().items() if any(e.code == "required" for e in errors)]
        self.unfilled = tuple(empty)
        if not self.complete:
            for name in empty:
                del self.errors[name]

    def is_filled(self) -> bool:
        """Whether everything asked here is there and right."""
        return self.is_bound and self.is_valid() and not self.unfilled

    @cached_property
    def cells(self) -> dict[str, dict[str, Any]]:
        """Each field with what stands under it: its error, or a hint made of what was typed."""
        return {
            bound.name: {
                "f": bound,
                "error": " ".join(told(bound)),
                "hint": "" if bound.errors else self.hint(bound.name),
                "group": isinstance(bound.field.widget, forms.RadioSelect),
                "check": isinstance(bound.field.widget, forms.CheckboxInput),
            }
            for bound in self
        }

    def hint(self, name: str) -> str:
        """A remark under a field without error."""
        return ""

    @classmethod
    def is_blank(cls, typed: Mapping[str, str]) -> bool:
        """Whether a row says nothing beyond what it said from the start."""
        return all(
            value in ("", cls.starting.get(name, "")) for name, value in typed.items() if name in cls.base_fields
        )


class Row(Part):
    """One line of a list, known by a key that does not move when others come and go."""

    letter = "r"
    noun = "一行"
    # Kept by the server from save to save; never taken from a browser.
    kept: tuple[str, ...] = ()
    # Where it stands in its list; 0 for an empty row.
    place = 0

    def __init__(
        self, typed: Mapping[str, str] | None, *, key: str, name: str, setting: Setting, complete: bool
    ) -> None:
        self.key = key
        super().__init__(typed, prefix=f"{name}-{key}", setting=setting, complete=complete)

    @classmethod
    def read(cls, values: dict[str, Any]) -> dict[str, Any]:
        """What was typed into this row, where one field says what belongs into another."""
        return values

    @property
    def label(self) -> str:
        """What to call this row in a message."""
        return f"第 {self.place} 项{self.noun}" if self.place else self.noun

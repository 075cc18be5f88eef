"""How a form field is dressed for the page: classes, ties for screen readers, and what its error says to do."""

from django import forms
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

GROUPS = (forms.RadioSelect, forms.CheckboxSelectMultiple)


def kind(widget: forms.Widget) -> str:
    """group (radios, check boxes), check (one box) or line."""
    if isinstance(widget, GROUPS):
        return "group"
    return "check" if isinstance(widget, forms.CheckboxInput) else "line"


def dressed(bound: BoundField, unit: str = "") -> SafeString:
    """The input itself, pointing to its help and error; dates use the browser's picker."""
    widget = bound.field.widget
    if isinstance(widget, forms.DateInput) and widget.format is None:
        # The picker reads and writes ISO dates only.
        widget.input_type, widget.format = "date", "%Y-%m-%d"
    attrs = {"class": _css_class(bound), "aria-describedby": _described_by(bound)}
    if bound.errors:
        attrs["aria-invalid"] = "true"
    if unit and "inputmode" not in widget.attrs:
        attrs["inputmode"] = "decimal"
    return bound.as_widget(attrs={key: value for key, value in attrs.items() if value})


def told(bound: BoundField) -> list[str]:
    """The field's errors; a bare "required" becomes what to do."""
    said = []
    for error in bound.errors.as_data():
        own_words = error.message != forms.Field.default_error_messages["required"]
        said += error.messages if own_words else [_asked_for(bound)]
    return said


def anchor(bound: BoundField) -> str:
    """The id an error summary links to: the input, or the first of a group."""
    return f"{bound.auto_id}_0" if isinstance(bound.field.widget, GROUPS) else bound.id_for_label


def _asked_for(bound: BoundField) -> str:
    widget = bound.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "请勾选这一项后再提交。"
    if isinstance(widget, (forms.Select, *GROUPS)):
        return f"请选择{bound.label}。"
    return f"请上传{bound.label}。" if isinstance(widget, forms.FileInput) else f"请填写{bound.label}。"


def _css_class(bound: BoundField) -> str:
    widget = bound.field.widget
    if isinstance(widget, GROUPS):
        # Django puts a group's class on the box around it, not on the inputs.
        return ""
    base = {"check": "form-check-input", "line": "form-control"}[kind(widget)]
    if isinstance(widget, forms.Select):
        base = "form-select"
    parts = (base, widget.attrs.get("class", ""), "is-invalid" if bound.errors else "")
    return " ".join(part for part in parts if part)


def _described_by(bound: BoundField) -> str:
    ends = [end for end, there in (("help", bound.help_text), ("error", bound.errors)) if there]
    return " ".join(f"{bound.auto_id}-{end}" for end in ends)

"""What is asked about the gate's findings: which lines, and why."""

from typing import Any

from django import forms


def _why(label: str, help_text: str = "") -> forms.CharField:
    """A reason; its Enter begins a new line and sends nothing."""
    lines = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=label, max_length=200, help_text=help_text, widget=lines)


class PickForm(forms.Form):
    """Some of the lines shown."""

    picked = forms.TypedMultipleChoiceField(
        label="选择",
        coerce=int,
        error_messages={"required": "请至少选一行。", "invalid_choice": "所选的行已经变化，请刷新页面后重选。"},
    )

    def __init__(self, *args: Any, choices: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["picked"].choices = choices


class ClearForm(PickForm):
    """Why they may be paid."""

    ground = _why("理由", help_text="查过什么，结果如何；所选的各行用同一条理由。")


class DeclineForm(PickForm):
    """Why not."""

    reason = _why("理由")


class TakeOutForm(PickForm):
    """Why they are not paid now."""

    reason = _why("移出理由")

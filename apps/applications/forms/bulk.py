"""Which of the listed cases a step is done for."""

from uuid import UUID

from django import forms

MOST = 200


class Picked(forms.Field):
    """The ticked lines: the case's uuid, and behind a colon what was seen of it."""

    widget = forms.SelectMultiple

    def clean(self, value: list[str] | None) -> dict[str, str]:
        """uuid → what was seen."""
        picked = dict(line.partition(":")[::2] for line in value or ())
        if not picked:
            raise forms.ValidationError("请至少选一件。", code="required")
        if len(picked) > MOST:
            raise forms.ValidationError(f"一次最多 {MOST} 件。", code="too_many")
        try:
            return {str(UUID(uuid)): seen for uuid, seen in picked.items()}
        except ValueError as error:
            raise forms.ValidationError("选择有误，请刷新页面再选。", code="invalid") from error


class PlainForm(forms.Form):
    """The cases to confirm."""

    picked = Picked(label="选中的案件")


class NoticesForm(forms.Form):
    """The cases to post, and where."""

    picked = Picked(label="选中的案件")
    place = forms.CharField(label="张贴地点", max_length=100, help_text="例如：红星社区公示栏。")

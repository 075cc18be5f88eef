"""Files chosen for a case."""

from typing import Any

from django import forms

from apps.applications.models import OF_AN_HEIR, DocumentKind

OF_A_CASE = [(kind.value, kind.label) for kind in DocumentKind if kind not in OF_AN_HEIR]


class FilesInput(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Cleans to a list of uploads."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        chosen = data if isinstance(data, list | tuple) and data else [data or None]
        return [super(FilesField, self).clean(one, initial) for one in chosen]


class AttachForm(forms.Form):
    """What kind of paper, whose, and the files."""

    kind = forms.ChoiceField(label="材料种类", choices=[("", "请选择"), *OF_A_CASE])
    member = forms.ChoiceField(label="哪位成员", required=False)
    files = FilesField(
        label="文件", max_length=1000, help_text="可以一次选几个；JPG、PNG 图片或 PDF，每个不超过 10 MB。"
    )

    def __init__(self, *args: Any, names: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].choices = [("", "全家"), *((name, name) for name in names)]  # type: ignore[attr-defined]
        self.fields["files"].widget.attrs |= {"accept": "image/jpeg,image/png,application/pdf"}

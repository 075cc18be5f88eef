"""What is typed on the office's own pages."""

from typing import Any

from django import forms

from apps.office.steps import Step


class AdvanceForm(forms.Form):
    """Which step; and the day that was on the page, so that a second click does not move twice."""

    step = forms.ChoiceField(label="推进", choices=Step.choices)
    seen = forms.DateField(widget=forms.HiddenInput)


class PasswordForm(forms.Form):
    """The old password once, the new one twice."""

    old = forms.CharField(
        label="原密码", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    new = forms.CharField(
        label="新密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="至少 12 个字符；不要全是数字，不要用常见密码或自己的账号姓名。",
    )
    again = forms.CharField(
        label="再输一次新密码", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean(self) -> dict[str, Any]:
        """The two must agree."""
        typed: dict[str, Any] = super().clean() or {}
        if {"new", "again"} <= typed.keys() and typed["new"] != typed["again"]:
            self.add_error("again", "两次输入的新密码不一样，请重新输入。")
        return typed


class PeopleFilter(forms.Form):
    """Narrow the list of colleagues by name."""

    q = forms.CharField(
        label="姓名或账号",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"placeholder": "姓名或账号"}),
    )

"""Accounts and passwords."""

import secrets
from typing import Any

from django import forms
from django.core.validators import RegexValidator

# Without letters and digits that are mistaken for each other when read out.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def suggested_password() -> str:
    """A password to read out once: three groups of five."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(3))


class OneTimePasswordForm(forms.Form):
    """The password for one login, suggested by the office; it is on the screen once and kept nowhere readable."""

    password = forms.CharField(
        label="一次性密码",
        strip=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="当面或打电话告诉本人，离开本页后不再显示。只能用来登录一次，登录后须立即改成自己的密码。",
    )


class NewUserForm(OneTimePasswordForm):
    """Somebody new."""

    name = forms.CharField(label="姓名", max_length=40)
    username = forms.CharField(
        label="账号",
        max_length=60,
        help_text="登录时输入，用小写字母、数字和下划线，例如姓名拼音 lixiaomei。开设后不能更改。",
        validators=[
            RegexValidator(r"^[a-z][a-z0-9_]{2,}$", "账号以小写字母开头，只用小写字母、数字和下划线，至少 3 位。")
        ],
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    field_order = ("name", "username", "password")


class SwitchOffForm(forms.Form):
    """Why an account is closed."""

    reason = forms.CharField(label="停用理由", max_length=500, help_text="例如：退休、调离、长期病假。")


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

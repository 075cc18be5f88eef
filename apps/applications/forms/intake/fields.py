"""Fields of the intake form: what people write on paper, read kindly and judged strictly."""

import re
from datetime import date
from functools import lru_cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from pypinyin import Style, lazy_pinyin

from apps.core.money import fen
from apps.households.forms import read_account_number
from apps.households.idnumber import Certificate, IdNumber, NotAnIdNumber, normalise, read, read_certificate

_HALF_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {ord("。"): ".", ord("　"): " "}
_TOO_FINE = re.compile(r"[0-9]+\.[0-9]{3,}")
_PHONE = re.compile(r"1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}")


def half_width(text: str) -> str:
    """Full-width digits and signs as an input method leaves them, in half width, without spaces."""
    return re.sub(r"\s", "", text.translate(_HALF_WIDTH))


@lru_cache(maxsize=4096)
def initials(text: str) -> str:
    """The first letters of the words' sounds, by which a keyboard chooses: 工资性收入 → gzxsr."""
    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER, errors=lambda other: other[:1])).lower()


class LetteredSelect(forms.Select):
    """A select whose options can be chosen by typing the first letters of their sound."""

    def create_option(self, name: str, value: Any, label: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, label, *args, **kwargs)
        if value:
            option["attrs"]["data-keys"] = initials(str(label))
        return option


class MaskedField(forms.CharField):
    """A personal number: once it is valid the page shows only its mask, and the mask coming back means "unchanged"."""

    def mask(self, text: str) -> str | None:
        """The mask of a valid number; None for one still to be corrected, which stays readable."""
        raise NotImplementedError

    def prepare_value(self, value: Any) -> Any:
        return (self.mask(value) or value) if isinstance(value, str) and value else value


class IdNumberField(MaskedField):
    """An identity number; cleans to IdNumber. ``on`` is set by the form: nobody is born later."""

    on: date

    def mask(self, text: str) -> str | None:
        try:
            return read(text, on=self.on).mask
        except NotAnIdNumber:
            return None

    def clean(self, value: Any) -> IdNumber | None:  # type: ignore[override]
        text = super().clean(value)
        if not text:
            return None
        try:
            return read(text, on=self.on)
        except NotAnIdNumber as wrong:
            raise ValidationError(str(wrong), code="number") from wrong


class CertificateField(MaskedField):
    """A disability certificate number; cleans to Certificate."""

    def mask(self, text: str) -> str | None:
        try:
            found = read_certificate(text)
        except NotAnIdNumber:
            return None
        return f"{found.id_number[:6]}********{normalise(text)[14:]}"

    def clean(self, value: Any) -> Certificate | None:  # type: ignore[override]
        text = super().clean(value)
        if not text:
            return None
        try:
            return read_certificate(text)
        except NotAnIdNumber as wrong:
            raise ValidationError(str(wrong), code="certificate") from wrong


class PhoneField(MaskedField):
    """A mobile or a landline with its area code."""

    def mask(self, text: str) -> str | None:
        number = half_width(text)
        return f"{number[:3]}****{number[-4:]}" if _PHONE.fullmatch(number) else None

    def clean(self, value: Any) -> str:
        number = half_width(super().clean(value))
        if number and not _PHONE.fullmatch(number):
            raise ValidationError("请填 11 位手机号，或带区号的座机号，例如 0432-67210000。", code="phone")
        return number


class AccountNumberField(MaskedField):
    """A card or passbook number, read as everywhere else."""

    def mask(self, text: str) -> str | None:
        try:
            return f"**** {read_account_number(text)[-4:]}"
        except ValidationError:
            return None

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        return read_account_number(text) if text else text


class YuanField(forms.CharField):
    """An amount in yuan with at most two decimals; cleans to fen. Commas and full-width digits are read too."""

    def clean(self, value: Any) -> int | None:  # type: ignore[override]
        text = half_width(super().clean(value)).replace(",", "").removesuffix("元").removeprefix("¥")
        if not text:
            return None
        if _TOO_FINE.fullmatch(text):
            raise ValidationError(f"最多两位小数（到分），现在是 {len(text.partition('.')[2])} 位。", code="yuan")
        try:
            amount = fen(text)
        except ValueError as wrong:
            raise ValidationError("请填写金额，单位元，最多两位小数，例如 1355.00。", code="yuan") from wrong
        if amount > 10**12:
            raise ValidationError("金额大得不合情理，请核对单位是否为元。", code="yuan")
        return amount

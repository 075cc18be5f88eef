"""What questions have in common."""

import re
from typing import Any, Never

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.month import Month
from apps.households.idnumber import IdNumber, NotAnIdNumber, read
from apps.partners.actions.disclosing import Why
from apps.partners.enums import Purpose

MONTH = "^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$"
TEXT = r"^[^\x00-\x1f]*[0-9A-Za-z\u3400-\u9fff][^\x00-\x1f]*$"
CURSOR = "^[A-Za-z0-9_:.-]+$"
REMARK = r"^[^\x00-\x09\x0b-\x1f]*$"
RAW = r"^[^\x00]*$"
LINES = TEXT.replace(r"\x00-\x1f", r"\x00-\x09\x0b-\x1f")


@extend_schema_field({"type": "string", "format": "resident-id", "pattern": "^[0-9]{17}[0-9Xx]$"})
class IdNumberField(serializers.CharField):
    """A resident identity number of 18 characters with the right check digit; in the body only, never in an address."""

    def to_internal_value(self, data: Any) -> IdNumber:  # type: ignore[override]
        """The number and what it says."""
        try:
            return read(super().to_internal_value(data), on=self.context["today"])
        except NotAnIdNumber as error:
            raise serializers.ValidationError(str(error)) from error


@extend_schema_field({"type": "string", "pattern": MONTH})
class MonthField(serializers.CharField):
    """A month written 2024-05."""

    def to_internal_value(self, data: Any) -> Month:  # type: ignore[override]
        """The month."""
        said = super().to_internal_value(data)
        if not re.fullmatch(MONTH, said):
            raise serializers.ValidationError("月份应写成 2024-05 的样子。")
        return Month.parse(said)


class RemarkField(serializers.RegexField):
    """Words that may be left out, of several lines, up to 1,000 characters, without control characters."""

    pattern, most = REMARK, 1000

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(self.pattern, max_length=self.most, default="", **kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Nothing is as good as left out; allow_blank would describe it as a second kind of text."""
        empty = isinstance(data, str) and not data.strip() and re.match(self.pattern, data)
        return "" if empty else super().run_validation(data)


class RawField(RemarkField):
    """What another system wrote, as it wrote it: anything but the character that no text column holds."""

    pattern, most = RAW, 20_000


class CursorField(serializers.RegexField):
    """Where to go on, as the page before said it: signed text, none of ours as long as this allows."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(CURSOR, max_length=200, required=False, **kwargs)


class OneOf(serializers.ChoiceField):
    """One of some words; a wrong one is answered with those there are."""

    def fail(self, key: str, **kwargs: Any) -> Never:
        """As of any field, with the words."""
        if key == "invalid_choice":
            raise serializers.ValidationError(f"须是其中之一：{'、'.join(self.choices)}。", key)
        super().fail(key, **kwargs)
        raise AssertionError(key)


class TextField(serializers.RegexField):
    """A line of text with something in it: a letter, a figure or a character, and nothing that cannot be printed."""

    default_error_messages = {"invalid": "须有文字，不能有控制字符。"}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(TEXT, **kwargs)


class LinesField(TextField):
    """The same over several lines."""

    def __init__(self, **kwargs: Any) -> None:
        serializers.RegexField.__init__(self, LINES, **kwargs)


class Question(serializers.Serializer):
    """A question of a program; what it does not name is refused rather than ignored."""

    def to_internal_value(self, data: Any) -> Any:
        """Names that do not belong here are said to be wrong: a misspelt field would otherwise be silently dropped.

        So is a number where a text belongs: an identity number written as one may have lost its last digits.
        """
        if unknown := sorted(set(data) - set(self.fields)):
            raise serializers.ValidationError({str(name)[:60]: ["没有这个字段。"] for name in unknown})
        texts = [name for name, field in self.fields.items() if isinstance(field, serializers.CharField)]
        if numbers := [name for name in texts if isinstance(data.get(name), int | float)]:
            raise serializers.ValidationError({name: ["须是文字，请加引号。"] for name in numbers})
        return super().to_internal_value(data)


class Personal(Question):
    """A question about particular people says why it is asked."""

    purpose = OneOf(Purpose.choices, help_text="用途，须在授权之内")
    approval = TextField(max_length=100, help_text="本单位的审批编号或业务编号")


def why_of(asked: dict[str, Any]) -> Why:
    """The reason given with a question."""
    return Why(Purpose(asked["purpose"]), asked["approval"])

"""What questions have in common."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.month import Month
from apps.households.idnumber import IdNumber, NotAnIdNumber, read
from apps.partners.actions.disclosing import Why
from apps.partners.enums import Purpose


@extend_schema_field({"type": "string", "pattern": "^[0-9]{17}[0-9Xx]$"})
class IdNumberField(serializers.CharField):
    """A resident identity number of 18 characters with the right check digit; in the body only, never in an address."""

    def to_internal_value(self, data: Any) -> IdNumber:  # type: ignore[override]
        """The number and what it says."""
        try:
            return read(super().to_internal_value(data), on=self.context["today"])
        except NotAnIdNumber as error:
            raise serializers.ValidationError(str(error)) from error


@extend_schema_field({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"})
class MonthField(serializers.CharField):
    """A month written 2024-05."""

    def to_internal_value(self, data: Any) -> Month:  # type: ignore[override]
        """The month."""
        try:
            return Month.parse(super().to_internal_value(data))
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from error


class Question(serializers.Serializer):
    """A question of a program; what it does not name is refused rather than ignored."""

    def to_internal_value(self, data: Any) -> Any:
        """Names that do not belong here are said to be wrong: a misspelt field would otherwise be silently dropped."""
        if unknown := sorted(set(data) - set(self.fields)):
            raise serializers.ValidationError({str(name)[:60]: ["没有这个字段。"] for name in unknown})
        return super().to_internal_value(data)


class Personal(Question):
    """A question about particular people says why it is asked."""

    purpose = serializers.ChoiceField(Purpose.choices, help_text="用途，须在授权之内")
    approval = serializers.CharField(max_length=100, help_text="本单位的审批编号或业务编号")


def why_of(asked: dict[str, Any]) -> Why:
    """The reason given with a question."""
    return Why(Purpose(asked["purpose"]), asked["approval"])

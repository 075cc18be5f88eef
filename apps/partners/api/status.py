"""POST /api/v1/partners/status/: what somebody receives."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.month import Month
from apps.partners.actions import tell_status
from apps.partners.api.base import PartnerView
from apps.partners.api.questions import IdNumberField, MonthField, Personal, TextField, why_of
from apps.partners.enums import Benefit, Dataset, Kind


class StatusQuestion(Personal):
    """Whose status; number and name must belong together."""

    id_number = IdNumberField(help_text="身份证号，18 位")
    name = TextField(max_length=60, help_text="姓名，须与身份证号相符")
    month = MonthField(required=False, help_text="哪个月，如 2024-05；不填为本月")


class AreaAnswer(serializers.Serializer):
    """A township."""

    code = serializers.CharField(help_text="区划代码")
    name = serializers.CharField(help_text="名称")


class BenefitAnswer(serializers.Serializer):
    """One benefit, in the fields granted; the others are absent."""

    scheme = serializers.ChoiceField(Benefit.choices, required=False, help_text="待遇")
    category = serializers.ChoiceField(Kind.choices, required=False, help_text="待遇怎么给")
    since = serializers.CharField(required=False, help_text="起始月份 2024-05")
    until = serializers.CharField(required=False, allow_null=True, help_text="截止月份；null 为仍在享受")
    area = AreaAnswer(required=False, help_text="乡镇（街道）")


class StatusAnswer(serializers.Serializer):
    """found is false alike for somebody unknown, misspelt, outside the granted area or without a benefit."""

    found = serializers.BooleanField(help_text="这个月有没有待遇；查无此人等情形也是 false")
    benefits = BenefitAnswer(many=True, help_text="待遇，一项一条")


class PersonStatus(PartnerView):
    """What a person receives in a month."""

    dataset = Dataset.STATUS

    @extend_schema(
        operation_id="person_status", summary="查询个人待遇状态", request=StatusQuestion, responses=StatusAnswer
    )
    def post(self, request: Request) -> Response:
        """The benefits running in that month, or decided and waiting."""
        asked = self.asked(StatusQuestion)
        month = asked.get("month") or Month.of(self.today)
        return Response(
            tell_status(
                self.access,
                number=asked["id_number"],
                name=asked["name"],
                month=month.first(),
                why=why_of(asked),
                acting_user=self.access.client.user,
                on=self.today,
            )
        )

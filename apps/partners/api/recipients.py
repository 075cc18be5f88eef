"""GET /api/v1/partners/recipients/: who receives what in a month, page by page."""

from typing import Any

from django.core import signing
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.month import Month
from apps.partners.actions import tell_recipients
from apps.partners.api.base import PartnerView
from apps.partners.api.errors import Rejected
from apps.partners.api.questions import CursorField, MonthField, OneOf, Personal, why_of
from apps.partners.api.status import AreaAnswer
from apps.partners.enums import Benefit, Dataset, Kind

SALT = "partners.recipients"
MOST_UNITS = 500


class RecipientsQuestion(Personal):
    """Which month, which schemes, which township, and where to go on."""

    month = MonthField(help_text="哪个月，如 2024-05；须已核定")
    scheme = OneOf(Benefit.choices, required=False, help_text="只要一种待遇；不填为全部")
    area = serializers.RegexField(
        "^[0-9]{9}([0-9]{3})?$", required=False, help_text="只要一个乡镇（街道），区划代码 9 位，后面添 000 也行"
    )
    limit = serializers.IntegerField(min_value=1, max_value=MOST_UNITS, default=200, help_text="一页多少户（人）待遇")
    cursor = CursorField(help_text="上一页的 next，其余参数不变")


class RecipientAnswer(serializers.Serializer):
    """One person, in the fields granted; the others are absent."""

    id_number = serializers.CharField(required=False, help_text="身份证号")
    name = serializers.CharField(required=False, help_text="姓名")
    scheme = serializers.ChoiceField(Benefit.choices, required=False, help_text="待遇")
    category = serializers.ChoiceField(Kind.choices, required=False, help_text="待遇怎么给")
    area = AreaAnswer(required=False, help_text="乡镇（街道）")


class RecipientsAnswer(serializers.Serializer):
    """A page; ``next`` is null on the last one."""

    month = serializers.CharField(help_text="哪个月")
    items = RecipientAnswer(many=True, help_text="每人一项")
    next = serializers.CharField(allow_null=True, help_text="下一页的 cursor；null 为最后一页")


class Recipients(PartnerView):
    """The list of a month."""

    dataset = Dataset.RECIPIENTS

    @extend_schema(
        operation_id="recipients", summary="按月名单", parameters=[RecipientsQuestion], responses=RecipientsAnswer
    )
    def get(self, request: Request) -> Response:
        """The next page."""
        asked = self.asked(RecipientsQuestion)
        month: Month = asked["month"]
        place = self.place_of(asked)
        told, place = tell_recipients(
            self.access,
            month=month.first(),
            benefits=[Benefit(asked["scheme"])] if "scheme" in asked else list(Benefit),
            area=asked.get("area", ""),
            place=place,
            size=asked["limit"],
            why=why_of(asked),
            acting_user=self.access.client.user,
            on=self.today,
        )
        following = signing.dumps([*place, *self.bound(asked)], salt=SALT) if place else None
        return Response({"month": str(month), "items": told, "next": following})

    def bound(self, asked: dict[str, Any]) -> list[Any]:
        """What a cursor is good for: this program, month, scheme and township only."""
        return [self.access.client.pk, str(asked["month"]), asked.get("scheme", ""), asked.get("area", "")]

    def place_of(self, asked: dict[str, Any]) -> tuple[int, int] | None:
        """Run and award of the cursor; Rejected for one that is not ours or of another question."""
        if "cursor" not in asked:
            return None
        try:
            run, award, *bound = signing.loads(asked["cursor"], salt=SALT)
        except signing.BadSignature:
            bound = []
        if bound != self.bound(asked):
            raise Rejected(404, "bad_cursor", "cursor 不是这次查询的：请原样带回上一页的 next。", field="cursor")
        return run, award

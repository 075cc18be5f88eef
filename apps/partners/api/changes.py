"""GET /api/v1/partners/changes/: what changed for whom, by cursor."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.partners.actions import tell_changes
from apps.partners.api.base import PartnerView
from apps.partners.api.questions import Personal, why_of
from apps.partners.api.status import AreaAnswer
from apps.partners.enums import Dataset, Kind
from apps.partners.models import ChangeKind

SCHEMES = ("TEKUN", "DIBAO", "LOW_INCOME", "EXPENDITURE")
MOST = 500
NEXT, MORE = "下次的 after", "后面还有，接着取"


class ByCursor(Personal):
    """After which place, and how many at most."""

    after = serializers.IntegerField(
        default=0, min_value=0, max_value=2**63 - 1, help_text="上次的 next；首次为 0，超过现有的末尾回答 404"
    )
    limit = serializers.IntegerField(default=MOST, min_value=1, max_value=MOST, help_text=f"最多 {MOST} 条")


class ChangedPerson(serializers.Serializer):
    """Who, in the fields granted; the others are absent."""

    name = serializers.CharField(required=False, help_text="姓名")
    id_number = serializers.CharField(required=False, help_text="身份证号")
    scheme = serializers.ChoiceField(SCHEMES, required=False, help_text="待遇或认定的身份")
    category = serializers.ChoiceField(
        Kind.choices, required=False, allow_null=True, help_text="低保怎么给；其他为 null"
    )
    since = serializers.DateField(required=False, help_text="从这天起是这样")
    until = serializers.DateField(required=False, allow_null=True, help_text="已知的截止日（不含）")
    area = AreaAnswer(required=False, help_text="乡镇（街道）")
    amount = serializers.CharField(required=False, allow_null=True, help_text="月金额变动时的新金额，元")


class ChangeAnswer(serializers.Serializer):
    """One change of one person; apply them in their order, each id once."""

    id = serializers.UUIDField(help_text="这条变化的编号，与推送的相同，只算一次")
    sequence = serializers.IntegerField(help_text="次序")
    kind = serializers.ChoiceField(ChangeKind.choices, help_text="新增、变更或终止")
    household = serializers.CharField(help_text="家庭编号；同一家的变化先后不乱")
    person_id = serializers.UUIDField(help_text="与推送中的 person 相同")
    person = ChangedPerson(help_text="只有授权的字段")


class ChangesAnswer(serializers.Serializer):
    """The changes, and from where to go on."""

    changes = ChangeAnswer(many=True, help_text="按次序")
    next = serializers.IntegerField(help_text=NEXT)
    more = serializers.BooleanField(help_text=MORE)


class Changes(PartnerView):
    """The change feed."""

    dataset = Dataset.CHANGES

    @extend_schema(operation_id="changes", summary="待遇变化", parameters=[ByCursor], responses=ChangesAnswer)
    def get(self, request: Request) -> Response:
        """What is new, changed and ended after a cursor, in order; asked again, the same answer."""
        asked = self.asked(ByCursor)
        return Response(
            tell_changes(
                self.access,
                after=asked["after"],
                limit=asked["limit"],
                why=why_of(asked),
                acting_user=self.access.client.user,
                on=self.today,
            )
        )

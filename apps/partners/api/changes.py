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


class ByCursor(Personal):
    """After which place, and how many at most."""

    after = serializers.IntegerField(
        default=0, min_value=0, max_value=2**63 - 1, help_text="上次的 next；首次为 0，超过现有的末尾回答 404"
    )
    limit = serializers.IntegerField(default=MOST, min_value=1, max_value=MOST, help_text=f"最多 {MOST} 条")


class ChangedPerson(serializers.Serializer):
    """Who, in the fields granted; the others are absent."""

    name = serializers.CharField(required=False)
    id_number = serializers.CharField(required=False)
    scheme = serializers.ChoiceField(SCHEMES, required=False)
    category = serializers.ChoiceField(Kind.choices, required=False, allow_null=True)
    since = serializers.DateField(required=False, help_text="从这天起是这样")
    until = serializers.DateField(required=False, allow_null=True, help_text="已知的截止日（不含）")
    area = AreaAnswer(required=False)
    amount = serializers.CharField(required=False, allow_null=True, help_text="月金额变动时的新金额，元")


class ChangeAnswer(serializers.Serializer):
    """One change of one person; apply them in their order, each id once."""

    id = serializers.UUIDField()
    sequence = serializers.IntegerField()
    kind = serializers.ChoiceField(ChangeKind.choices)
    household = serializers.CharField()
    person_id = serializers.UUIDField(help_text="与推送中的 person 相同")
    person = ChangedPerson()


class ChangesAnswer(serializers.Serializer):
    """The changes, and from where to go on."""

    changes = ChangeAnswer(many=True)
    next = serializers.IntegerField()
    more = serializers.BooleanField()


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

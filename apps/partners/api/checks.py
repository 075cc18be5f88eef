"""核对: GET what a bureau is asked, POST what it answers."""

from typing import Any

from django.core import signing
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.applications.models import CheckScope, Outcome
from apps.partners.actions import deliver_check, tell_checks
from apps.partners.actions.checks import answer_told
from apps.partners.api.base import PartnerView
from apps.partners.api.errors import Rejected
from apps.partners.api.questions import CursorField, OneOf, Personal, Question, RawField, why_of
from apps.partners.api.writing import PartnerWrite
from apps.partners.enums import Dataset

SALT = "partners.checks"
MOST_FEN = 10**13
MOST_ID = 2**63 - 1


class ChecksQuestion(Personal):
    """Where to go on."""

    limit = serializers.IntegerField(min_value=1, max_value=200, default=100, help_text="一页多少人")
    cursor = CursorField(help_text="上一页的 next")


class ConsentAnswer(serializers.Serializer):
    """On whose word the bureau may look."""

    signed_on = serializers.DateField(help_text="签署日期")
    signed_by = serializers.CharField(help_text="签署人")
    text_version = serializers.CharField(help_text="授权书的版本")


class CheckItem(serializers.Serializer):
    """One person, and what is still to be answered."""

    item = serializers.IntegerField(help_text="答复时带回")
    scopes = serializers.ListField(child=serializers.ChoiceField(CheckScope.choices), help_text="还没有答复的项目")
    requested_on = serializers.DateField(help_text="提出核对的日期")
    due_on = serializers.DateField(help_text="应答复日期")
    consent = ConsentAnswer(help_text="当事人的核对授权")
    name = serializers.CharField(required=False, help_text="姓名")
    id_number = serializers.CharField(required=False, help_text="身份证号")


class ChecksAnswer(serializers.Serializer):
    """A page; ``next`` is null on the last one."""

    items = CheckItem(many=True, help_text="每人一项")
    next = serializers.CharField(allow_null=True, help_text="下一页的 cursor；null 为最后一页")


class Checks(PartnerView):
    """What this bureau is asked."""

    dataset = Dataset.CHECKS

    @extend_schema(operation_id="checks", summary="待答复的核对", parameters=[ChecksQuestion], responses=ChecksAnswer)
    def get(self, request: Request) -> Response:
        """What is still open."""
        asked = self.asked(ChecksQuestion)
        told, last = tell_checks(
            self.access,
            after=self.place_of(asked),
            size=asked["limit"],
            why=why_of(asked),
            acting_user=self.access.client.user,
            on=self.today,
        )
        following = signing.dumps([self.access.client.pk, last], salt=SALT) if last else None
        return Response({"items": told, "next": following})

    def place_of(self, asked: dict[str, Any]) -> int:
        """After whom to go on; Rejected for a cursor that is not ours."""
        if "cursor" not in asked:
            return 0
        try:
            client, last = signing.loads(asked["cursor"], salt=SALT)
        except signing.BadSignature:
            client = None
        if client != self.access.client.pk:
            raise Rejected(404, "bad_cursor", "cursor 不是这次查询的：请原样带回上一页的 next。", field="cursor")
        return int(last)


class CheckMessage(Question):
    """What the bureau found about one person in one matter."""

    item = serializers.IntegerField(min_value=1, max_value=MOST_ID, help_text="待答复清单里的 item")
    scope = OneOf(CheckScope.choices, help_text="核对的项目，须在 scopes 里")
    outcome = OneOf(Outcome.choices, help_text="FAILED 是没有查到结果，不等于无记录")
    amount_fen = serializers.IntegerField(min_value=0, max_value=MOST_FEN, required=False, help_text="金额，分")
    as_of = serializers.DateField(help_text="数据日期")
    raw = RawField(help_text="本单位系统的原始答复，加密保存")


class CheckTaken(serializers.Serializer):
    """The answer as it was taken."""

    answer = serializers.UUIDField(help_text="这条答复的编号")
    scope = serializers.ChoiceField(CheckScope.choices, help_text="答复的项目")
    valid_until = serializers.DateField(help_text="这一结果用于审核的最后一天")


class CheckAnswers(PartnerWrite):
    """What this bureau answers."""

    dataset = Dataset.CHECKS

    @extend_schema(
        operation_id="check_answers", summary="答复一项核对", request=CheckMessage, responses={201: CheckTaken}
    )
    def post(self, request: Request) -> Response:
        """Once under its key."""
        return self.done_once(request)

    def write(self, request: Request, **kwargs: Any) -> tuple[int, Any]:
        """Put the answer into the case."""
        answered = self.asked(CheckMessage)
        answer = deliver_check(
            self.access,
            item=answered.pop("item"),
            answered=answered,
            acting_user=self.access.client.user,
            on=self.today,
        )
        return 201, answer_told(answer, on=self.today)

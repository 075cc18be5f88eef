"""/api/v1/partners/referrals/: what this office asks of the bureau, and what the bureau answers."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.partners import actions
from apps.partners.api.base import PartnerView
from apps.partners.api.changes import MORE, NEXT, ByCursor
from apps.partners.api.questions import LinesField, OneOf, Question, TextField, why_of
from apps.partners.api.status import AreaAnswer
from apps.partners.api.writing import PartnerWrite
from apps.partners.enums import Dataset
from apps.partners.facts.telling import referral_of, standing_told
from apps.partners.models import Referral, ReferralResult
from apps.partners.transitions import ReferralState


class VillageAnswer(AreaAnswer):
    """A township, and the village in it."""

    village = serializers.CharField(help_text="村（社区）")


class ReferredPerson(serializers.Serializer):
    """Who help is asked for: what the family agreed to pass on, of the fields granted."""

    name = serializers.CharField(required=False, help_text="姓名")
    id_number = serializers.CharField(required=False, help_text="身份证号")
    phone = serializers.CharField(required=False, allow_blank=True, help_text="联系电话，没有时是户主的")
    area = VillageAnswer(required=False, help_text="乡镇（街道）和村（社区）")
    address = serializers.CharField(required=False, allow_blank=True, help_text="住址")
    scheme = serializers.ListField(child=serializers.CharField(), required=False, help_text="现有的待遇和身份")
    need = serializers.CharField(required=False, help_text="需要什么帮助")
    student = serializers.CharField(required=False, allow_null=True, help_text="在读阶段")
    disability = serializers.CharField(required=False, allow_null=True, help_text="残疾类别和等级")


class Standing(serializers.Serializer):
    """How a referral stands, and by when the bureau owes its next step."""

    id = serializers.UUIDField(help_text="受理、不予受理、办结时放进地址")
    number = serializers.CharField(help_text="转办编号，家庭和民政局看到的就是它")
    sequence = serializers.IntegerField(help_text="次序，按它往后取")
    item = serializers.CharField(help_text="事项的代码")
    label = serializers.CharField(help_text="事项的名称")
    state = serializers.ChoiceField(ReferralState.choices, help_text="办到哪一步")
    referred_on = serializers.DateField(help_text="转办日期")
    accept_by = serializers.DateField(help_text="受理或不予受理的期限")
    answered_on = serializers.DateField(allow_null=True, help_text="受理或不予受理的日期")
    finish_by = serializers.DateField(allow_null=True, help_text="受理后算出的办结期限")
    finished_on = serializers.DateField(allow_null=True, help_text="办结日期")
    result = serializers.ChoiceField(ReferralResult.choices, allow_blank=True, help_text="办结的结果；没有办结为空")


class ReferralAnswer(Standing):
    """A referral with whom it is for."""

    person = ReferredPerson(help_text="不予受理、办结、撤回以后不再给出，为 {}")


class ReferralsAnswer(serializers.Serializer):
    """The referrals, and from where to go on."""

    referrals = ReferralAnswer(many=True, help_text="按次序")
    next = serializers.IntegerField(help_text=NEXT)
    more = serializers.BooleanField(help_text=MORE)


class Refusal(Question):
    """Why it is not taken on."""

    reason = TextField(max_length=300, help_text="不予受理的原因")


class Finish(Question):
    """What came of it."""

    result = OneOf(ReferralResult.choices, help_text="结果")
    note = LinesField(max_length=500, help_text="办理结果，例如金额、起止时间")
    finished_on = serializers.DateField(help_text="办结日期：受理当天或以后，不晚于今天")


class Nothing(Question):
    """No more is asked."""


class Referrals(PartnerView):
    """What was sent to this bureau."""

    dataset = Dataset.REFERRALS

    @extend_schema(operation_id="referrals", summary="转来的事项", parameters=[ByCursor], responses=ReferralsAnswer)
    def get(self, request: Request) -> Response:
        """The referrals after a cursor; what was handed over stands as fetched. Asked again, the same answer."""
        asked = self.asked(ByCursor)
        return Response(
            actions.hand_over_referrals(
                self.access,
                after=asked["after"],
                limit=asked["limit"],
                why=why_of(asked),
                acting_user=self.access.client.user,
                on=self.today,
            )
        )


class ReferralStep(PartnerWrite):
    """One answer of the bureau about one referral."""

    dataset = Dataset.REFERRALS
    question: type[Question] = Nothing

    def step(self, referral: Referral, **told: Any) -> Referral:
        """The action."""
        raise NotImplementedError

    def write(self, request: Request, **kwargs: Any) -> tuple[int, Any]:
        """Do it; how the referral stands then."""
        asked, client = self.asked(self.question), self.access.client
        told = asked | {"acting_user": client.user, "on": self.today, "partner": str(client.partner)}
        return 200, standing_told(self.step(referral_of(self.access, kwargs["uuid"]), **told))


class Accept(ReferralStep):
    """The bureau takes it on."""

    @extend_schema(operation_id="referral_accept", summary="受理转办", request=Nothing, responses=Standing)
    def post(self, request: Request, **kwargs: Any) -> Response:
        """The answer says by when it is to be finished."""
        return self.done_once(request, **kwargs)

    def step(self, referral: Referral, **told: Any) -> Referral:
        return actions.accept_referral(referral, **told)


class Refuse(ReferralStep):
    """The bureau does not."""

    question = Refusal

    @extend_schema(operation_id="referral_refuse", summary="不予受理", request=Refusal, responses=Standing)
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Why, in the bureau's words."""
        return self.done_once(request, **kwargs)

    def step(self, referral: Referral, **told: Any) -> Referral:
        return actions.refuse_referral(referral, **told)


class Finished(ReferralStep):
    """The bureau is done."""

    question = Finish

    @extend_schema(operation_id="referral_finish", summary="办结转办", request=Finish, responses=Standing)
    def post(self, request: Request, **kwargs: Any) -> Response:
        """What came of it."""
        return self.done_once(request, **kwargs)

    def step(self, referral: Referral, **told: Any) -> Referral:
        return actions.finish_referral(referral, **told | {"result": ReferralResult(told["result"])})

"""/api/v1/partners/referrals/: what this office asks of the bureau, and what the bureau answers."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.partners import actions
from apps.partners.api.base import PartnerView
from apps.partners.api.changes import ByCursor
from apps.partners.api.questions import Question, why_of
from apps.partners.api.status import AreaAnswer
from apps.partners.enums import Dataset
from apps.partners.facts.telling import referral_of, standing_told
from apps.partners.models import Referral, ReferralResult
from apps.partners.transitions import ReferralState


class VillageAnswer(AreaAnswer):
    """A township, and the village in it."""

    village = serializers.CharField()


class ReferredPerson(serializers.Serializer):
    """Who help is asked for: what the family agreed to pass on, of the fields granted."""

    name = serializers.CharField(required=False)
    id_number = serializers.CharField(required=False)
    phone = serializers.CharField(required=False, allow_blank=True)
    area = VillageAnswer(required=False)
    address = serializers.CharField(required=False, allow_blank=True)
    scheme = serializers.ListField(child=serializers.CharField(), required=False)
    need = serializers.CharField(required=False)
    student = serializers.CharField(required=False, allow_null=True)
    disability = serializers.CharField(required=False, allow_null=True)


class Standing(serializers.Serializer):
    """How a referral stands, and by when the bureau owes its next step."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    sequence = serializers.IntegerField()
    item = serializers.CharField()
    label = serializers.CharField()
    state = serializers.ChoiceField(ReferralState.choices)
    referred_on = serializers.DateField()
    accept_by = serializers.DateField(help_text="受理或不予受理的期限")
    finish_by = serializers.DateField(allow_null=True, help_text="受理后算出的办结期限")
    finished_on = serializers.DateField(allow_null=True)


class ReferralAnswer(Standing):
    """A referral with whom it is for."""

    person = ReferredPerson()


class ReferralsAnswer(serializers.Serializer):
    """The referrals, and from where to go on."""

    referrals = ReferralAnswer(many=True)
    next = serializers.IntegerField()
    more = serializers.BooleanField()


class Refusal(Question):
    """Why it is not taken on."""

    reason = serializers.CharField(max_length=300)


class Finish(Question):
    """What came of it."""

    result = serializers.ChoiceField(ReferralResult.choices)
    note = serializers.CharField(max_length=500, help_text="办理结果，例如金额、起止时间")
    finished_on = serializers.DateField()


class Nothing(Question):
    """No more is asked."""


class Referrals(PartnerView):
    """What was sent to this bureau."""

    dataset = Dataset.REFERRALS

    @extend_schema(operation_id="referrals_fetch", request=ByCursor, responses=ReferralsAnswer)
    def post(self, request: Request) -> Response:
        """The referrals after a cursor; those not fetched before count as fetched now. Asked again, the same answer."""
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


class ReferralStep(PartnerView):
    """One answer of the bureau about one referral; said twice, it counts once."""

    dataset = Dataset.REFERRALS
    question: type[Question] = Nothing
    reached = ReferralState.ACCEPTED

    def step(self, referral: Referral, asked: dict[str, Any], told: dict[str, Any]) -> Referral:
        """The action."""
        raise NotImplementedError

    def said_before(self, referral: Referral, asked: dict[str, Any]) -> bool:
        """Whether exactly this was said before."""
        return referral.state == self.reached

    def answer(self, uuid: UUID) -> Response:
        """Do it, unless it is done."""
        asked, referral = self.asked(self.question), referral_of(self.access, uuid)
        if not self.said_before(referral, asked):
            client = self.access.client
            told = {"acting_user": client.user, "on": self.today, "partner": str(client.partner)}
            referral = self.step(referral, asked, told)
        return Response(standing_told(referral))


class Accept(ReferralStep):
    """The bureau takes it on."""

    @extend_schema(operation_id="referral_accept", request=Nothing, responses=Standing)
    def post(self, request: Request, uuid: UUID) -> Response:
        """Take a referral on; the answer says by when it is to be finished."""
        return self.answer(uuid)

    def step(self, referral: Referral, asked: dict[str, Any], told: dict[str, Any]) -> Referral:
        return actions.accept_referral(referral, **told)


class Refuse(ReferralStep):
    """The bureau does not."""

    question, reached = Refusal, ReferralState.REFUSED

    @extend_schema(operation_id="referral_refuse", request=Refusal, responses=Standing)
    def post(self, request: Request, uuid: UUID) -> Response:
        """Do not take a referral on, and say why."""
        return self.answer(uuid)

    def said_before(self, referral: Referral, asked: dict[str, Any]) -> bool:
        return super().said_before(referral, asked) and referral.refusal == asked["reason"].strip()

    def step(self, referral: Referral, asked: dict[str, Any], told: dict[str, Any]) -> Referral:
        return actions.refuse_referral(referral, **asked, **told)


class Finished(ReferralStep):
    """The bureau is done."""

    question, reached = Finish, ReferralState.FINISHED

    @extend_schema(operation_id="referral_finish", request=Finish, responses=Standing)
    def post(self, request: Request, uuid: UUID) -> Response:
        """Say what came of a referral."""
        return self.answer(uuid)

    def said_before(self, referral: Referral, asked: dict[str, Any]) -> bool:
        same = (referral.result, referral.result_note, referral.finished_on) == (
            asked["result"],
            asked["note"].strip(),
            asked["finished_on"],
        )
        return super().said_before(referral, asked) and same

    def step(self, referral: Referral, asked: dict[str, Any], told: dict[str, Any]) -> Referral:
        return actions.finish_referral(referral, **asked | {"result": ReferralResult(asked["result"])}, **told)

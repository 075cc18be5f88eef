"""The data contract for programs of partners: the same questions, answered by the same code. Nothing is stored."""

from rest_framework.request import Request
from rest_framework.response import Response

from apps.eligibility.api import Assessments, ContractParser, ContractRenderer, Timelines
from apps.partners.api.base import PartnerView
from apps.partners.api.schema import contract
from apps.partners.enums import Dataset


class PartnerAssessments(PartnerView, Assessments):
    """POST /api/v1/partners/assessments/."""

    dataset = Dataset.POLICY
    parser_classes = (ContractParser,)
    renderer_classes = (ContractRenderer,)

    @contract("partner_assessments", "测算资格与金额，不保存")
    def post(self, request: Request) -> Response:
        """Answer in the order asked."""
        return super().post(request)


class PartnerTimelines(PartnerView, Timelines):
    """POST /api/v1/partners/timelines/."""

    dataset = Dataset.POLICY
    parser_classes = (ContractParser,)
    renderer_classes = (ContractRenderer,)

    @contract("partner_timelines", "逐月推演金额，不保存")
    def post(self, request: Request) -> Response:
        """Answer in the order asked."""
        return super().post(request)

"""Pages of explanation, provisions and standards."""

from apps.eligibility.views.assessments import AssessmentSheet, ProvisionList
from apps.eligibility.views.standards import ApproveStandard, NewStandard, RejectStandard, StandardDetail, StandardList

__all__ = [
    "ApproveStandard",
    "AssessmentSheet",
    "NewStandard",
    "ProvisionList",
    "RejectStandard",
    "StandardDetail",
    "StandardList",
]

"""Pages of explanation, provisions, standards, and the calculator for anyone."""

from apps.eligibility.views.assessments import AssessmentSheet, ProvisionList
from apps.eligibility.views.calculator import CalculatorPage
from apps.eligibility.views.standards import NewStandard, RejectStandard, StandardDetail, StandardList

__all__ = [
    "AssessmentSheet",
    "CalculatorPage",
    "NewStandard",
    "ProvisionList",
    "RejectStandard",
    "StandardDetail",
    "StandardList",
]

"""Assessments that were relied on, and the dated parameters they rest on."""

from apps.eligibility.models.assessment import Assessment
from apps.eligibility.models.parameter import ParameterChange, ParameterValue

__all__ = ["Assessment", "ParameterChange", "ParameterValue"]

"""What can be done with the rules: apply them to a family, and change their dated values."""

from apps.eligibility.actions.assessing import advice, assess, assessed, assessment_of, digest, preview
from apps.eligibility.actions.standards import approve_standard, load_standards, propose_standard, reject_standard

__all__ = [
    "advice",
    "approve_standard",
    "assess",
    "assessed",
    "assessment_of",
    "digest",
    "load_standards",
    "preview",
    "propose_standard",
    "reject_standard",
]

"""The eligibility app: assessments, and the policy document as pure code."""

from django.apps import AppConfig


class EligibilityConfig(AppConfig):
    """救助认定."""

    name = "apps.eligibility"
    label = "eligibility"
    verbose_name = "救助认定"

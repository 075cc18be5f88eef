"""Addresses of the interface; every name begins with partner-api-."""

from django.urls import path

from apps.partners.api.changes import Changes
from apps.partners.api.checks import CheckAnswers, Checks
from apps.partners.api.hearing import Alerts, Leads
from apps.partners.api.policy import PartnerAssessments, PartnerTimelines
from apps.partners.api.recipients import Recipients
from apps.partners.api.referrals import Accept, Finished, Referrals, Refuse
from apps.partners.api.status import PersonStatus
from apps.partners.api.token import Token

urlpatterns = [
    path("token/", Token.as_view(), name="partner-token"),
    path("assessments/", PartnerAssessments.as_view(), name="partner-api-assessments"),
    path("timelines/", PartnerTimelines.as_view(), name="partner-api-timelines"),
    path("checks/", Checks.as_view(), name="partner-api-checks"),
    path("checks/answers/", CheckAnswers.as_view(), name="partner-api-check-answers"),
    path("recipients/", Recipients.as_view(), name="partner-api-recipients"),
    path("status/", PersonStatus.as_view(), name="partner-api-status"),
    path("changes/", Changes.as_view(), name="partner-api-changes"),
    path("referrals/", Referrals.as_view(), name="partner-api-referrals"),
    path("referrals/<uuid:uuid>/accept/", Accept.as_view(), name="partner-api-referral-accept"),
    path("referrals/<uuid:uuid>/refuse/", Refuse.as_view(), name="partner-api-referral-refuse"),
    path("referrals/<uuid:uuid>/finish/", Finished.as_view(), name="partner-api-referral-finish"),
    path("leads/", Leads.as_view(), name="partner-api-lead"),
    path("alerts/", Alerts.as_view(), name="partner-api-alert"),
]

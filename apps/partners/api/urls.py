"""Addresses of the interface; every name begins with partner-api-."""

from django.urls import path

from apps.partners.api.status import PersonStatus
from apps.partners.api.token import Token

urlpatterns = [
    path("token/", Token.as_view(), name="partner-token"),
    path("status/", PersonStatus.as_view(), name="partner-api-status"),
]

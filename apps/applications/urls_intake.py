"""Addresses of intake. Identity numbers travel in the bodies of POSTs only."""

from django.urls import path

from apps.applications.views import intake

urlpatterns = [
    path("cases/new/", intake.NewPage.as_view(), name="application-new"),
    path("cases/<uuid:uuid>/draft/", intake.DraftPage.as_view(), name="application-draft"),
    path("cases/<uuid:uuid>/missing/", intake.MissingPage.as_view(), name="application-missing"),
    path("households/<uuid:uuid>/review/", intake.ReviewStart.as_view(), name="review-start"),
]

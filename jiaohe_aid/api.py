"""All interfaces under /api/v1/: each app brings its own list, in the order of the stairs."""

from django.urls import include, path

urlpatterns = [
    path("", include("apps.eligibility.api")),
    path("partners/", include("apps.partners.api.urls")),
]

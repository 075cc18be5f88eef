"""All addresses: each app brings its own list, in the order of the stairs."""

from django.urls import include, path

urlpatterns = [
    path("api/v1/", include("jiaohe_aid.api")),
    path("", include("apps.operations.urls")),
    path("", include("apps.office.urls")),
    path("", include("apps.takeover.urls")),
    path("", include("apps.partners.urls")),
    path("", include("apps.reports.urls")),
    path("", include("apps.applications.urls")),
    path("", include("apps.payments.urls")),
    path("", include("apps.awards.urls")),
    path("", include("apps.eligibility.urls")),
    path("", include("apps.households.urls")),
    path("", include("apps.accounts.urls")),
    path("", include("apps.audit.urls")),
]

handler500 = "apps.core.unavailable.failed"
handler404 = "apps.core.absent.absent"

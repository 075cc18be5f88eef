"""Addresses of intake. Identity numbers travel in the bodies of POSTs only."""

from django.urls import path

from apps.applications.views import documents, intake, leads

urlpatterns = [
    path("cases/new/", intake.NewPage.as_view(), name="application-new"),
    path("cases/<uuid:uuid>/draft/", intake.DraftPage.as_view(), name="application-draft"),
    path("cases/<uuid:uuid>/missing/", intake.MissingPage.as_view(), name="application-missing"),
    path("cases/<uuid:uuid>/consent/", intake.ConsentPage.as_view(), name="application-consent"),
    path("cases/<uuid:uuid>/documents/", documents.PapersPage.as_view(), name="application-documents"),
    path("cases/<uuid:uuid>/documents/new/", documents.AttachPage.as_view(), name="document-attach"),
    path("documents/<uuid:uuid>/", documents.OpenPage.as_view(), name="document-open"),
    path("documents/<uuid:uuid>/preview/", documents.PreviewPage.as_view(), name="document-preview"),
    path("documents/<uuid:uuid>/remove/", documents.RemovePage.as_view(), name="document-remove"),
    path("leads/", leads.LeadList.as_view(), name="lead-list"),
    path("leads/new/", leads.LeadNew.as_view(), name="lead-new"),
    path("leads/<uuid:uuid>/", leads.LeadPage.as_view(), name="lead-detail"),
    path("leads/<uuid:uuid>/phone/", leads.PhonePage.as_view(), name="lead-phone"),
    path("leads/<uuid:uuid>/contact/", leads.ContactPage.as_view(), name="lead-contact"),
    path("leads/<uuid:uuid>/apply/", leads.ApplyPage.as_view(), name="lead-apply"),
    path("leads/<uuid:uuid>/close/", leads.ClosePage.as_view(), name="lead-close"),
    path("households/<uuid:uuid>/review/", intake.ReviewStart.as_view(), name="review-start"),
]

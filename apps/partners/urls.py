"""Addresses of the pages about partners; those of the interface itself are in api/urls.py."""

from django.urls import path

from apps.partners import urls_casework
from apps.partners.views import access, certificates, disclosures, docs

urlpatterns = [
    *urls_casework.urlpatterns,
    path("partners/", access.PartnerList.as_view(), name="partner-list"),
    path("partners/new/", access.PartnerNew.as_view(), name="partner-new"),
    path("partners/<int:pk>/", access.PartnerPage.as_view(), name="partner-detail"),
    path("partners/<int:pk>/clients/new/", access.ClientNew.as_view(), name="client-new"),
    path("partners/clients/<uuid:uuid>/renew/", access.ClientRenew.as_view(), name="client-renew"),
    path("partners/clients/<uuid:uuid>/close/", access.ClientClose.as_view(), name="client-close"),
    path("partners/clients/<uuid:uuid>/grants/new/", access.GrantNew.as_view(), name="grant-new"),
    path("partners/grants/", access.GrantsWaiting.as_view(), name="grants-waiting"),
    path("partners/grants/<int:pk>/approve/", access.GrantApprove.as_view(), name="grant-approve"),
    path("partners/grants/<int:pk>/reject/", access.GrantReject.as_view(), name="grant-reject"),
    path("partners/grants/<int:pk>/revoke/", access.GrantRevoke.as_view(), name="grant-revoke"),
    path(
        "partners/clients/<uuid:uuid>/certificates/new/", certificates.CertificateNew.as_view(), name="certificate-new"
    ),
    path(
        "partners/certificates/<int:pk>/approve/", certificates.CertificateApprove.as_view(), name="certificate-approve"
    ),
    path("partners/certificates/<int:pk>/reject/", certificates.CertificateReject.as_view(), name="certificate-reject"),
    path("partners/certificates/<int:pk>/revoke/", certificates.CertificateRevoke.as_view(), name="certificate-revoke"),
    path("partners/disclosures/", disclosures.DisclosureList.as_view(), name="disclosure-list"),
    path("partners/disclosures/<int:pk>/", disclosures.DisclosurePage.as_view(), name="disclosure-detail"),
    path("households/<uuid:uuid>/disclosures/", disclosures.FamilyDisclosures.as_view(), name="household-disclosures"),
    path("api/docs/", docs.ApiDocs.as_view(), name="api-docs"),
    path("api/schema/", docs.ApiSchema.as_view(), name="api-schema"),
]

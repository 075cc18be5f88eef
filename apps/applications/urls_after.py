"""Addresses of what follows a decision, and of what the public may read."""

from django.urls import path

from apps.applications.views import after, complaints, disclosure, endings, letters, revocations

CASE = "cases/<uuid:uuid>/"
COMPLAINT = "complaints/<uuid:uuid>/"
REVOCATION = "revocations/<uuid:uuid>/"
ENDING = "endings/<uuid:uuid>/"
LIST = "disclosure/<int:pk>/"

urlpatterns = [
    path(f"{CASE}acceptance/", letters.AcceptanceLetter.as_view(), name="application-acceptance"),
    path(f"{CASE}receipt/", letters.ReceiptForm.as_view(), name="application-receipt"),
    path(f"{CASE}deliver/", after.DeliverPage.as_view(), name="application-deliver"),
    path("deliveries/", after.DeliveryList.as_view(), name="delivery-list"),
    path(f"{CASE}complain/", complaints.ComplaintNew.as_view(), name="complaint-new"),
    path("complaints/", complaints.ComplaintList.as_view(), name="complaint-list"),
    path(COMPLAINT, complaints.ComplaintPage.as_view(), name="complaint-detail"),
    path(f"{COMPLAINT}answer/", complaints.DismissPage.as_view(), name="complaint-dismiss"),
    path(f"{COMPLAINT}reopen/", complaints.ReopenPage.as_view(), name="complaint-reopen"),
    path(f"{COMPLAINT}complainant/", complaints.RevealComplainant.as_view(), name="complaint-complainant"),
    path(f"{CASE}revoke/", revocations.RevocationNew.as_view(), name="revocation-new"),
    path("revocations/", revocations.RevocationList.as_view(), name="revocation-list"),
    path(REVOCATION, revocations.RevocationPage.as_view(), name="revocation-detail"),
    path(f"{REVOCATION}confirm/", revocations.RevokePage.as_view(), name="revocation-confirm"),
    path(f"{REVOCATION}reject/", revocations.RejectPage.as_view(), name="revocation-reject"),
    path(f"{REVOCATION}letter/", letters.RevocationLetter.as_view(), name="revocation-letter"),
    path("awards/<uuid:uuid>/end/", endings.EndingNew.as_view(), name="ending-new"),
    path("endings/", endings.EndingList.as_view(), name="ending-list"),
    path(ENDING, endings.EndingPage.as_view(), name="ending-detail"),
    path(f"{ENDING}notice/", endings.PostPage.as_view(), name="ending-post"),
    path(f"{ENDING}poster/", endings.EndingPoster.as_view(), name="ending-poster"),
    path(f"{ENDING}confirm/", endings.ConfirmEndingPage.as_view(), name="ending-confirm"),
    path(f"{ENDING}drop/", endings.DropPage.as_view(), name="ending-drop"),
    path(f"{ENDING}deliver/", endings.DeliverEndingPage.as_view(), name="ending-deliver"),
    path(f"{ENDING}letter/", letters.EndingLetter.as_view(), name="ending-letter"),
    path("disclosure/", disclosure.DisclosureIndex.as_view(), name="disclosure-index"),
    path(LIST, disclosure.DisclosureSheet.as_view(), name="disclosure-sheet"),
    path(f"{LIST}table/", disclosure.DisclosureTable.as_view(), name="disclosure-table"),
    path(f"{LIST}displayed/", disclosure.DisplayPage.as_view(), name="disclosure-displayed"),
]

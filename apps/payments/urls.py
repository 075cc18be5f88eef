"""Addresses of payments."""

from django.urls import path

from apps.payments.views import accounts, acts, bank, batch, findings, lists

BATCH = "payments/batches/<int:pk>/"

urlpatterns = [
    path("households/<uuid:uuid>/account/", accounts.AccountNew.as_view(), name="account-new"),
    path("accounts/<uuid:uuid>/approve/", accounts.AccountApprove.as_view(), name="account-approve"),
    path("accounts/<uuid:uuid>/reject/", accounts.AccountReject.as_view(), name="account-reject"),
    path("payments/batches/", lists.BatchList.as_view(), name="batch-list"),
    path(BATCH, batch.BatchPage.as_view(), name="batch-detail"),
    path(f"{BATCH}lines/", lists.BatchLines.as_view(), name="batch-lines"),
    path(f"{BATCH}findings/", findings.FindingsPage.as_view(), name="batch-findings"),
    path(f"{BATCH}clear/", findings.ClearPage.as_view(), name="batch-clear"),
    path(f"{BATCH}override/", findings.OverridePage.as_view(), name="batch-override"),
    path(f"{BATCH}decline/", findings.DeclinePage.as_view(), name="batch-decline"),
    path(f"{BATCH}take-out/", findings.TakeOutPage.as_view(), name="batch-take-out"),
    path(f"{BATCH}freeze/", acts.FreezePage.as_view(), name="batch-freeze"),
    path(f"{BATCH}refresh/", acts.RefreshPage.as_view(), name="batch-refresh"),
    path(f"{BATCH}approve/", acts.ApprovePage.as_view(), name="batch-approve"),
    path(f"{BATCH}send-back/", acts.SendBackPage.as_view(), name="batch-send-back"),
    path(f"{BATCH}release/", acts.ReleasePage.as_view(), name="batch-release"),
    path(f"{BATCH}cancel/", acts.CancelPage.as_view(), name="batch-cancel"),
    path(f"{BATCH}close/", acts.ClosePage.as_view(), name="batch-close"),
    path(f"{BATCH}download/", bank.DownloadPage.as_view(), name="batch-download"),
    path(f"{BATCH}submit/", bank.SubmitPage.as_view(), name="batch-submit"),
    path(f"{BATCH}return/", bank.ReturnPage.as_view(), name="batch-return"),
    path(f"{BATCH}simulate/", bank.SimulatePage.as_view(), name="batch-simulate"),
    path("payments/returns/<int:pk>/", bank.ReturnFilePage.as_view(), name="return-file"),
    path("payments/failed/", lists.FailedList.as_view(), name="failed-list"),
    path("payments/reissue/", lists.ReissuePage.as_view(), name="payment-reissue"),
    path("months/<int:pk>/draw/", acts.DrawPage.as_view(), name="month-draw"),
    path("months/<int:pk>/draw-rest/", acts.DrawRestPage.as_view(), name="month-draw-rest"),
    path("households/<uuid:uuid>/payments/", lists.HouseholdPayments.as_view(), name="household-payments"),
]

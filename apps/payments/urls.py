"""Addresses of payments."""

from django.urls import path

from apps.payments.views import accounts, acts, bank, batch, corrections, lists, receivables, statement

BATCH = "payments/batches/<int:pk>/"
CORRECTION = "payments/corrections/<int:pk>/"
RECEIVABLE = "payments/receivables/<int:pk>/"

urlpatterns = [
    path("households/<uuid:uuid>/account/", accounts.AccountNew.as_view(), name="account-new"),
    path("accounts/<uuid:uuid>/approve/", accounts.AccountApprove.as_view(), name="account-approve"),
    path("accounts/<uuid:uuid>/reject/", accounts.AccountReject.as_view(), name="account-reject"),
    path("payments/batches/", lists.BatchList.as_view(), name="batch-list"),
    path(BATCH, batch.BatchPage.as_view(), name="batch-detail"),
    path(f"{BATCH}lines/", lists.BatchLines.as_view(), name="batch-lines"),
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
    path("payments/corrections/", corrections.RecalculationList.as_view(), name="recalculation-list"),
    path("payments/corrections/new/", corrections.ProposeManyPage.as_view(), name="correction-new-many"),
    path("households/<uuid:uuid>/correction/", corrections.ProposePage.as_view(), name="correction-new"),
    path(CORRECTION, corrections.CorrectionPage.as_view(), name="correction-detail"),
    path(f"{CORRECTION}confirm/", corrections.ConfirmPage.as_view(), name="correction-confirm"),
    path(f"{CORRECTION}reject/", corrections.RejectPage.as_view(), name="correction-reject"),
    path("payments/receivables/", receivables.ReceivableList.as_view(), name="receivable-list"),
    path(RECEIVABLE, receivables.ReceivableDetail.as_view(), name="receivable-detail"),
    path(f"{RECEIVABLE}letter/", receivables.NoticeLetter.as_view(), name="receivable-letter"),
    path(f"{RECEIVABLE}notify/", receivables.NotifyPage.as_view(), name="receivable-notify"),
    path(f"{RECEIVABLE}hear/", receivables.HearPage.as_view(), name="receivable-hear"),
    path(f"{RECEIVABLE}plan/", receivables.PlanPage.as_view(), name="receivable-plan"),
    path(f"{RECEIVABLE}repay/", receivables.RepayPage.as_view(), name="receivable-repay"),
    path(f"{RECEIVABLE}offset/", receivables.OffsetPage.as_view(), name="receivable-offset"),
    path(f"{RECEIVABLE}write-off/", receivables.WriteOffPage.as_view(), name="receivable-write-off"),
    path(
        f"{RECEIVABLE}write-off/approve/",
        receivables.ApproveWriteOffPage.as_view(),
        name="receivable-write-off-approve",
    ),
    path(
        f"{RECEIVABLE}write-off/reject/", receivables.RejectWriteOffPage.as_view(), name="receivable-write-off-reject"
    ),
    path("households/<uuid:uuid>/statement/", statement.StatementPage.as_view(), name="household-statement"),
    path(
        "households/<uuid:uuid>/statement/print/",
        statement.StatementPrint.as_view(),
        name="household-statement-print",
    ),
    path(
        "households/<uuid:uuid>/statement/export/",
        statement.StatementExport.as_view(),
        name="household-statement-export",
    ),
]

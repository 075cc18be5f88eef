"""Addresses of referrals, alerts and what is sent to other bureaus."""

from django.urls import path

from apps.partners.views import alerts, assistance, referrals, webhooks

FAMILY = "households/<uuid:uuid>/"
REFERRAL = "referrals/<uuid:uuid>/"
ALERT = "alerts/<uuid:uuid>/"
WEBHOOK = "webhooks/<uuid:uuid>/"
LETTER = "webhooks/letters/<int:pk>/"

urlpatterns = [
    path(f"{FAMILY}assistance/", assistance.FamilyAssistance.as_view(), name="family-assistance"),
    path(f"{FAMILY}assistance/<slug:item>/refer/", assistance.ReferPage.as_view(), name="referral-new"),
    path(
        f"{FAMILY}assistance/<slug:item>/<int:person>/refer/",
        assistance.ReferPage.as_view(),
        name="referral-new-person",
    ),
    path("assistance/", assistance.AssistanceList.as_view(), name="assistance-list"),
    path("assistance/export/", assistance.AssistanceExport.as_view(), name="assistance-export"),
    path("referrals/", referrals.ReferralList.as_view(), name="referral-list"),
    path(REFERRAL, referrals.ReferralPage.as_view(), name="referral-detail"),
    path(f"{REFERRAL}fetched/", referrals.FetchedPage.as_view(), name="referral-fetched"),
    path(f"{REFERRAL}accept/", referrals.AcceptPage.as_view(), name="referral-accept"),
    path(f"{REFERRAL}refuse/", referrals.RefusePage.as_view(), name="referral-refuse"),
    path(f"{REFERRAL}finish/", referrals.FinishPage.as_view(), name="referral-finish"),
    path(f"{REFERRAL}take-back/", referrals.TakeBackPage.as_view(), name="referral-take-back"),
    path("alerts/", alerts.AlertList.as_view(), name="alert-list"),
    path(ALERT, alerts.AlertPage.as_view(), name="alert-detail"),
    path(f"{ALERT}settle/", alerts.SettlePage.as_view(), name="alert-settle"),
    path("checks/overdue/", alerts.OverdueChecks.as_view(), name="check-overdue"),
    path("webhooks/", webhooks.WebhookList.as_view(), name="webhook-list"),
    path("webhooks/new/", webhooks.WebhookNew.as_view(), name="webhook-new"),
    path(WEBHOOK, webhooks.WebhookPage.as_view(), name="webhook-detail"),
    path(f"{WEBHOOK}approve/", webhooks.ApproveWebhook.as_view(), name="webhook-approve"),
    path(f"{WEBHOOK}key/", webhooks.HandOverKey.as_view(), name="webhook-key"),
    path(f"{WEBHOOK}try/", webhooks.TryWebhook.as_view(), name="webhook-try"),
    path(f"{WEBHOOK}stop/", webhooks.StopWebhook.as_view(), name="webhook-stop"),
    path(f"{LETTER}resend/", webhooks.ResendPage.as_view(), name="delivery-resend"),
    path(f"{LETTER}drop/", webhooks.DropPage.as_view(), name="delivery-drop"),
]

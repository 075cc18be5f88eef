"""Addresses of the check, the township's work, objections, delegations and spot checks."""

from django.urls import path

from apps.applications.views import acts, checking, delegations, objections, spot_checks, township

CASE = "cases/<uuid:uuid>/"

urlpatterns = [
    path(f"{CASE}check/", checking.RequestCheckPage.as_view(), name="application-check"),
    path(f"{CASE}check/answer/", checking.AnswerCheckPage.as_view(), name="application-check-answer"),
    path(f"{CASE}check/rest/", checking.AnswerRestPage.as_view(), name="application-check-rest"),
    path(f"{CASE}difference/", checking.DifferencePage.as_view(), name="application-difference"),
    path("check-answers/<uuid:uuid>/", checking.RevealAnswer.as_view(), name="check-answer-raw"),
    path(f"{CASE}visit-form/", township.VisitForm.as_view(), name="application-visit-form"),
    path(f"{CASE}skip-visit/", township.SkipVisitPage.as_view(), name="application-skip-visit"),
    path(f"{CASE}appraisal/", township.AppraisalPage.as_view(), name="application-appraisal"),
    path(f"{CASE}skip-appraisal/", township.SkipAppraisalPage.as_view(), name="application-skip-appraisal"),
    path(f"{CASE}ask-collective/", township.AskCollectivePage.as_view(), name="application-ask-collective"),
    path(f"{CASE}collective/", township.CollectivePage.as_view(), name="application-collective"),
    path(f"{CASE}extend/", township.ExtendPage.as_view(), name="application-extend"),
    path(f"{CASE}objection/", objections.ObjectionPage.as_view(), name="application-objection"),
    path("objections/<int:pk>/uphold/", objections.UpholdPage.as_view(), name="objection-uphold"),
    path("objections/<int:pk>/dismiss/", objections.DismissPage.as_view(), name="objection-dismiss"),
    path(f"{CASE}confirm-delegated/", acts.ConfirmDelegatedPage.as_view(), name="application-confirm-delegated"),
    path(f"{CASE}refuse-delegated/", acts.RefuseDelegatedPage.as_view(), name="application-refuse-delegated"),
    path("delegations/", delegations.DelegationList.as_view(), name="delegation-list"),
    path("delegations/new/", delegations.DelegatePage.as_view(), name="delegation-new"),
    path("delegations/<int:pk>/end/", delegations.EndDelegationPage.as_view(), name="delegation-end"),
    path("spot-checks/", spot_checks.SpotCheckList.as_view(), name="spot-check-list"),
    path("spot-checks/draw/", spot_checks.DrawPage.as_view(), name="spot-check-draw"),
    path("spot-checks/<int:pk>/", spot_checks.DrawDetail.as_view(), name="spot-check"),
    path("spot-checks/cases/<int:pk>/", spot_checks.SpotCheckPage.as_view(), name="spot-check-record"),
]

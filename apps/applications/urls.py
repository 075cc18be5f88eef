"""Addresses of cases."""

from django.urls import include, path

from apps.applications.views import acts, case, household, lists

CASE = "cases/<uuid:uuid>/"

urlpatterns = [
    path("", include("apps.applications.urls_intake")),
    path("", include("apps.applications.urls_life")),
    path("", lists.Worklist.as_view(), name="worklist"),
    path("search/", lists.Search.as_view(), name="search"),
    path("notices/", lists.NoticeList.as_view(), name="notice-list"),
    path("notices/<int:pk>/poster/", lists.NoticePoster.as_view(), name="notice-poster"),
    path("households/", household.HouseholdList.as_view(), name="household-list"),
    path("households/accounts/", household.AccountList.as_view(), name="account-list"),
    path("households/<uuid:uuid>/", household.HouseholdPage.as_view(), name="household-detail"),
    path(CASE, case.CasePage.as_view(), name="application-detail"),
    path(f"{CASE}accept/", acts.AcceptPage.as_view(), name="application-accept"),
    path(f"{CASE}return/", acts.ReturnPage.as_view(), name="application-return"),
    path(f"{CASE}withdraw/", acts.WithdrawPage.as_view(), name="application-withdraw"),
    path(f"{CASE}investigate/", acts.InvestigatePage.as_view(), name="application-investigate"),
    path(f"{CASE}propose/", acts.ProposePage.as_view(), name="application-propose"),
    path(f"{CASE}notice/", acts.NoticePage.as_view(), name="application-notice"),
    path(f"{CASE}poster/", lists.PosterPreview.as_view(), name="poster-preview"),
    path(f"{CASE}confirm/", acts.ConfirmPage.as_view(), name="application-confirm"),
    path(f"{CASE}refuse/", acts.RefusePage.as_view(), name="application-refuse"),
    path(f"{CASE}survey/", acts.SurveyPage.as_view(), name="application-survey"),
    path(f"{CASE}letter/", acts.LetterPage.as_view(), name="application-letter"),
]

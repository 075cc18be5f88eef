"""Addresses of cases."""

from django.urls import include, path

from apps.applications.views import acts, bulk, case, clock, handing_over, household, letters, lists, search, worklist

CASE = "cases/<uuid:uuid>/"

urlpatterns = [
    path("", include("apps.applications.urls_intake")),
    path("", include("apps.applications.urls_life")),
    path("", include("apps.applications.urls_after")),
    path("", include("apps.applications.urls_workflow")),
    path("", worklist.Worklist.as_view(), name="worklist"),
    path("worklist/filters/", worklist.SavedFilters.as_view(), name="saved-filters"),
    path("worklist/confirm/", bulk.PlainPage.as_view(), name="plain-confirm"),
    path("worklist/notices/", bulk.NoticesPage.as_view(), name="notices-post"),
    path("search/", search.Search.as_view(), name="search"),
    path("notices/", lists.NoticeList.as_view(), name="notice-list"),
    path("notices/<int:pk>/seen/", lists.NoticeSeen.as_view(), name="notice-seen"),
    path("notices/<int:pk>/poster/", lists.NoticePoster.as_view(), name="notice-poster"),
    path("hand-over/", handing_over.HandOverList.as_view(), name="hand-over"),
    path("hand-over/<int:area>/<int:pk>/", handing_over.HandOverPage.as_view(), name="hand-over-from"),
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
    path(f"{CASE}pause/", clock.PausePage.as_view(), name="application-pause"),
    path(f"{CASE}resume/", clock.ResumePage.as_view(), name="application-resume"),
    path(f"{CASE}letter/", letters.LetterPage.as_view(), name="application-letter"),
]

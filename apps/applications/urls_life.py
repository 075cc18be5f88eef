"""Addresses of what happens to a family on benefit."""

from django.urls import path

from apps.applications.views import handing, heirs, life, looking_back, reviews

CASE = "cases/<uuid:uuid>/"
FAMILY = "households/<uuid:uuid>/"

urlpatterns = [
    path(f"{FAMILY}change/", life.ChangePage.as_view(), name="family-change"),
    path(f"{FAMILY}correction/", life.CorrectionPage.as_view(), name="family-correction"),
    path(f"{FAMILY}death/", life.DeathPage.as_view(), name="family-death"),
    path(f"{FAMILY}heir/", heirs.HeirPage.as_view(), name="family-heir"),
    path(f"{FAMILY}work-refusal/", life.WorkRefusalPage.as_view(), name="family-work-refusal"),
    path(f"{FAMILY}relocate/", life.RelocatePage.as_view(), name="family-relocate"),
    path(f"{FAMILY}split/", life.SplitPage.as_view(), name="family-split"),
    path(f"{FAMILY}merge/", life.MergePage.as_view(), name="family-merge"),
    path(f"{FAMILY}interruption/", life.InterruptionPage.as_view(), name="family-interruption"),
    path(f"{FAMILY}as-of/", looking_back.AsOfPage.as_view(), name="family-as-of"),
    path(f"{CASE}changes/", looking_back.ChangesPage.as_view(), name="application-changes"),
    path(f"{FAMILY}differences/", looking_back.DifferencesPage.as_view(), name="family-differences"),
    path("relocations/", handing.RelocationList.as_view(), name="relocation-list"),
    path("relocations/ask/", handing.AskRelocationPage.as_view(), name="relocation-ask"),
    path("relocations/<uuid:uuid>/agree/", handing.AgreeToRelocationPage.as_view(), name="relocation-agree"),
    path("relocations/<uuid:uuid>/accept/", handing.AcceptRelocationPage.as_view(), name="relocation-accept"),
    path("relocations/<uuid:uuid>/decline/", handing.DeclineRelocationPage.as_view(), name="relocation-decline"),
    path("interruptions/", handing.InterruptionList.as_view(), name="interruption-list"),
    path("interruptions/<uuid:uuid>/approve/", handing.ApproveInterruptionPage.as_view(), name="interruption-approve"),
    path("interruptions/<uuid:uuid>/decline/", handing.DeclineInterruptionPage.as_view(), name="interruption-decline"),
    path("reviews/", reviews.ReviewsDue.as_view(), name="reviews-due"),
    path("reviews/start/", reviews.StartReviews.as_view(), name="reviews-start"),
    path("watch/", reviews.WatchList.as_view(), name="watch-list"),
]

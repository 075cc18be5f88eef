"""Addresses of awards and months."""

from django.urls import path

from apps.awards import views

urlpatterns = [
    path("awards/", views.AwardList.as_view(), name="award-list"),
    path("awards/<uuid:uuid>/", views.AwardPage.as_view(), name="award-detail"),
    path("months/", views.MonthList.as_view(), name="month-list"),
    path("months/open/", views.OpenMonth.as_view(), name="month-open"),
    path("months/<int:pk>/", views.MonthPage.as_view(), name="month-detail"),
    path("months/<int:pk>/progress/", views.MonthProgress.as_view(), name="month-progress"),
    path("months/<int:pk>/confirm/", views.ConfirmMonth.as_view(), name="month-confirm"),
    path("months/<int:pk>/void/", views.VoidMonth.as_view(), name="month-void"),
    path("chunks/<int:pk>/retry/", views.RetryChunk.as_view(), name="chunk-retry"),
]

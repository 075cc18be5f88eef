"""Addresses of awards and months."""

from django.urls import path

from apps.awards import views

urlpatterns = [
    path("awards/", views.AwardList.as_view(), name="award-list"),
    path("awards/birthdays/", views.BirthdayList.as_view(), name="birthday-list"),
    path("awards/<uuid:uuid>/", views.AwardPage.as_view(), name="award-detail"),
    path("months/", views.MonthList.as_view(), name="month-list"),
    path("months/open/", views.OpenMonth.as_view(), name="month-open"),
    path("months/<int:pk>/", views.MonthPage.as_view(), name="month-detail"),
    path("months/<int:pk>/progress/", views.MonthProgress.as_view(), name="month-progress"),
    path("months/<int:pk>/confirm/", views.ConfirmMonth.as_view(), name="month-confirm"),
    path("months/<int:pk>/void/", views.VoidMonth.as_view(), name="month-void"),
    path("months/<int:pk>/set-aside/", views.SetAsideList.as_view(), name="month-set-aside"),
    path("months/<int:pk>/set-aside/retry/", views.RetryAll.as_view(), name="month-retry"),
    path("set-aside/<int:pk>/retry/", views.RetryUnit.as_view(), name="unit-retry"),
    path("set-aside/<int:pk>/exclude/", views.ExcludeUnit.as_view(), name="unit-exclude"),
    path("months/<int:pk>/looked/", views.MarkLooked.as_view(), name="month-looked"),
    path("months/<int:pk>/lines/<int:award>/", views.LinePage.as_view(), name="month-line"),
    path("months/<int:pk>/lines/<int:award>/hold/", views.HoldUnit.as_view(), name="unit-hold"),
    path("set-aside/<int:pk>/release/", views.ReleaseUnit.as_view(), name="unit-release"),
    path("months/<int:pk>/recompute/", views.Recompute.as_view(), name="month-recompute"),
    path("standards/<int:pk>/approve/", views.ApproveStandard.as_view(), name="standard-approve"),
    path("what-if/", views.WhatIfList.as_view(), name="what-if-list"),
    path("what-if/new/", views.NewWhatIf.as_view(), name="what-if-new"),
    path("what-if/<int:pk>/", views.WhatIfPage.as_view(), name="what-if-detail"),
    path("what-if/<int:pk>/progress/", views.WhatIfProgress.as_view(), name="what-if-progress"),
    path("what-if/<int:pk>/export/", views.WhatIfExport.as_view(), name="what-if-export"),
]

"""Addresses of explanation and standards."""

from django.urls import path

from apps.eligibility import views

urlpatterns = [
    path("assessments/<int:pk>/", views.AssessmentSheet.as_view(), name="assessment-sheet"),
    path("standards/", views.StandardList.as_view(), name="standard-list"),
    path("standards/new/", views.NewStandard.as_view(), name="standard-new"),
    path("standards/<int:pk>/", views.StandardDetail.as_view(), name="standard-detail"),
    path("standards/<int:pk>/reject/", views.RejectStandard.as_view(), name="standard-reject"),
    path("provisions/", views.ProvisionList.as_view(), name="provision-list"),
    path("calculator/", views.CalculatorPage.as_view(), name="calculator"),
]

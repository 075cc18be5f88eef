"""Addresses of explanation and standards."""

from django.urls import path

from apps.eligibility import views

urlpatterns = [
    path("assessments/<int:pk>/", views.AssessmentSheet.as_view(), name="assessment-sheet"),
    path("standards/", views.StandardList.as_view(), name="standard-list"),
    path("provisions/", views.ProvisionList.as_view(), name="provision-list"),
]

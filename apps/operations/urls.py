"""Addresses of the machinery."""

from django.urls import path

from apps.operations import views

urlpatterns = [
    path("healthz", views.Healthz.as_view(), name="healthz"),
    path("operations/", views.OperationsPage.as_view(), name="operations"),
]

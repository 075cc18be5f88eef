"""Addresses of the family's file."""

from django.urls import path

from apps.households import views

urlpatterns = [
    path("households/<uuid:uuid>/address/", views.RevealAddress.as_view(), name="household-address"),
    path("persons/<uuid:uuid>/id-number/", views.RevealIdNumber.as_view(), name="person-id-number"),
    path("accounts/<uuid:uuid>/holder/", views.RevealHolder.as_view(), name="account-holder"),
    path("accounts/<uuid:uuid>/number/", views.RevealAccount.as_view(), name="account-number"),
]

"""Addresses of the family's file."""

from django.urls import path

from apps.households import views

urlpatterns = [
    path("households/<uuid:uuid>/address/", views.RevealAddress.as_view(), name="household-address"),
    path("households/<uuid:uuid>/account/", views.AccountNew.as_view(), name="account-new"),
    path("persons/<uuid:uuid>/id-number/", views.RevealIdNumber.as_view(), name="person-id-number"),
    path("accounts/<uuid:uuid>/number/", views.RevealAccount.as_view(), name="account-number"),
    path("accounts/<uuid:uuid>/approve/", views.AccountApprove.as_view(), name="account-approve"),
    path("accounts/<uuid:uuid>/reject/", views.AccountReject.as_view(), name="account-reject"),
]

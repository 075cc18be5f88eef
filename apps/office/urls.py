"""Addresses of the office's own pages."""

from django.urls import path

from apps.office import views

urlpatterns = [
    path("office-date/", views.OfficeDatePage.as_view(), name="office-date"),
    path("users/", views.UserList.as_view(), name="user-list"),
    path("password/", views.PasswordPage.as_view(), name="password-change"),
]

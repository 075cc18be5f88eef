"""Addresses of the office's own pages."""

from django.urls import path

from apps.office.views import accounts, date, people, postings

USER, POSTING = "users/<int:pk>/", "postings/<int:pk>/"

urlpatterns = [
    path("office-date/", date.OfficeDatePage.as_view(), name="office-date"),
    path("password/", accounts.PasswordPage.as_view(), name="password-change"),
    path("users/", people.UserList.as_view(), name="user-list"),
    path("users/new/", accounts.NewUser.as_view(), name="user-new"),
    path("users/locked/", people.LockoutList.as_view(), name="lockout-list"),
    path(USER, people.UserPage.as_view(), name="user-detail"),
    path(f"{USER}off/", accounts.SwitchOff.as_view(), name="user-off"),
    path(f"{USER}on/", accounts.SwitchOn.as_view(), name="user-on"),
    path(f"{USER}password/", accounts.ResetPassword.as_view(), name="user-password"),
    path(f"{USER}unlock/", accounts.ResetLockout.as_view(), name="user-unlock"),
    path(f"{USER}appoint/", postings.Appoint.as_view(), name="user-appoint"),
    path(f"{POSTING}end/", postings.EndPosting.as_view(), name="posting-end"),
    path(f"{POSTING}move/", postings.MovePosting.as_view(), name="posting-move"),
    path(f"{POSTING}deputise/", postings.Deputise.as_view(), name="posting-deputise"),
]

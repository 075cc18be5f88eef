"""All interfaces under /api/v1/: each app brings its own list, in the order of the stairs."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

APPS = ("office", "applications", "payments", "awards", "eligibility", "households", "accounts", "audit")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(f"apps.{app}.api")) for app in APPS if find_spec(f"apps.{app}.api")
]

"""All addresses: each app brings its own list, in the order of the stairs."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from jiaohe_aid.api import APPS

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("jiaohe_aid.api")),
    *(path("", include(f"apps.{app}.urls")) for app in APPS if find_spec(f"apps.{app}.urls")),
]

"""All addresses: each app brings its own list, in the order of the stairs."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []

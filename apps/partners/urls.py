"""Addresses of what passes between this office and other bureaus."""

from apps.partners import urls_casework

urlpatterns = [*urls_casework.urlpatterns]

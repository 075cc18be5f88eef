"""Addresses of statistics."""

urlpatterns: list = []

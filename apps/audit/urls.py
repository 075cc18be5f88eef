"""Addresses of the book of acts."""

from django.urls import path

from apps.audit.views import RecordList

urlpatterns = [path("records/", RecordList.as_view(), name="record-list")]

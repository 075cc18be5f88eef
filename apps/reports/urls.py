"""Addresses of statistics."""

from django.urls import path

from apps.reports import views

urlpatterns = [
    path("reports/", views.MonthPage.as_view(), name="report-month"),
    path("reports/trends/", views.TrendsPage.as_view(), name="report-trends"),
    path("reports/casework/", views.CaseworkPage.as_view(), name="report-casework"),
    path("reports/cases/", views.CaseList.as_view(), name="report-cases"),
    path("reports/cases/export/", views.CaseExport.as_view(), name="report-cases-export"),
    path("reports/<int:pk>/print/", views.MonthPrint.as_view(), name="report-print"),
    path("reports/<int:pk>/sheet/", views.MonthSheet.as_view(), name="report-sheet"),
    path("reports/<int:pk>/lines/", views.LineList.as_view(), name="report-lines"),
    path("reports/<int:pk>/lines/export/", views.LineExport.as_view(), name="report-lines-export"),
]

"""The pages of statistics: the month's table, how it went on, how cases are handled, and the lists behind it all."""

from apps.reports.views.casework import CaseworkPage
from apps.reports.views.lists import CaseExport, CaseList, LineExport, LineList
from apps.reports.views.months import MonthPage, MonthPrint, MonthSheet
from apps.reports.views.trends import TrendsPage

__all__ = [
    "CaseExport",
    "CaseList",
    "CaseworkPage",
    "LineExport",
    "LineList",
    "MonthPage",
    "MonthPrint",
    "MonthSheet",
    "TrendsPage",
]

"""Pages of awards and months."""

from apps.awards.views.awards import AwardList, AwardPage
from apps.awards.views.months import ConfirmMonth, MonthList, MonthPage, MonthProgress, OpenMonth, RetryChunk, VoidMonth

__all__ = [
    "AwardList",
    "AwardPage",
    "ConfirmMonth",
    "MonthList",
    "MonthPage",
    "MonthProgress",
    "OpenMonth",
    "RetryChunk",
    "VoidMonth",
]

"""Pages of awards and months."""

from apps.awards.views.aside import ExcludeUnit, RetryAll, RetryUnit, SetAsideList
from apps.awards.views.awards import AwardList, AwardPage
from apps.awards.views.birthdays import BirthdayList
from apps.awards.views.looking import HoldUnit, LinePage, MarkLooked, ReleaseUnit
from apps.awards.views.months import ConfirmMonth, MonthList, MonthPage, MonthProgress, OpenMonth, VoidMonth
from apps.awards.views.recompute import Recompute
from apps.awards.views.standards import ApproveStandard
from apps.awards.views.what_if import NewWhatIf, WhatIfExport, WhatIfList, WhatIfPage, WhatIfProgress

__all__ = [
    "ApproveStandard",
    "AwardList",
    "AwardPage",
    "BirthdayList",
    "ConfirmMonth",
    "ExcludeUnit",
    "HoldUnit",
    "LinePage",
    "MarkLooked",
    "MonthList",
    "MonthPage",
    "MonthProgress",
    "NewWhatIf",
    "OpenMonth",
    "Recompute",
    "ReleaseUnit",
    "RetryAll",
    "RetryUnit",
    "SetAsideList",
    "VoidMonth",
    "WhatIfExport",
    "WhatIfList",
    "WhatIfPage",
    "WhatIfProgress",
]

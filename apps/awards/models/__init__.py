"""What units are due: decisions, awards, and the month's calculation."""

from apps.awards.models.aside import SetAside
from apps.awards.models.award import Award, AwardMember
from apps.awards.models.decision import Decision
from apps.awards.models.line import CalcLine
from apps.awards.models.look import Look
from apps.awards.models.month import Chunk, MonthRun
from apps.awards.models.recognition import Recognition
from apps.awards.models.what_if import WhatIf, WhatIfChunk, WhatIfLine

__all__ = [
    "Award",
    "AwardMember",
    "CalcLine",
    "Chunk",
    "Decision",
    "Look",
    "MonthRun",
    "Recognition",
    "SetAside",
    "WhatIf",
    "WhatIfChunk",
    "WhatIfLine",
]

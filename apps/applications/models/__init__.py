"""The case: application, check, investigation, opinion, notice, objections, and who decides."""

from apps.applications.models.application import (
    Application,
    Applied,
    Cause,
    CollectiveGround,
    DecidedLevel,
    Kind,
    RefusalGround,
    SpecialGround,
)
from apps.applications.models.checks import (
    CheckAnswer,
    CheckedPerson,
    CheckRequest,
    CheckScope,
    DifferenceGround,
    Outcome,
)
from apps.applications.models.delegation import Delegation
from apps.applications.models.fieldwork import Appraisal, CollectiveDecision, Step, Waiver
from apps.applications.models.objection import Objection
from apps.applications.models.papers import Investigation, Notice, Opinion
from apps.applications.models.pause import Pause
from apps.applications.models.saved import SavedFilter
from apps.applications.models.spot_check import SpotCheck, SpotCheckDraw

__all__ = [
    "Application",
    "Applied",
    "Appraisal",
    "Cause",
    "CheckAnswer",
    "CheckRequest",
    "CheckScope",
    "CheckedPerson",
    "CollectiveDecision",
    "CollectiveGround",
    "DecidedLevel",
    "Delegation",
    "DifferenceGround",
    "Investigation",
    "Kind",
    "Notice",
    "Objection",
    "Opinion",
    "Outcome",
    "Pause",
    "RefusalGround",
    "SavedFilter",
    "SpecialGround",
    "SpotCheck",
    "SpotCheckDraw",
    "Step",
    "Waiver",
]

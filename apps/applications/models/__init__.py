"""The case: application, investigation, opinion, notice."""

from apps.applications.models.application import Application, Applied, Cause, Kind, RefusalGround
from apps.applications.models.interruption import Interruption, InterruptionGround, InterruptionKind
from apps.applications.models.papers import Investigation, Notice, Opinion

__all__ = [
    "Application",
    "Applied",
    "Cause",
    "Interruption",
    "InterruptionGround",
    "InterruptionKind",
    "Investigation",
    "Kind",
    "Notice",
    "Opinion",
    "RefusalGround",
]

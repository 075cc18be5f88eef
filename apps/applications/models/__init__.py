"""The case: application, investigation, opinion, notice."""

from apps.applications.models.application import Application, Applied, Cause, Kind, RefusalGround
from apps.applications.models.papers import Investigation, Notice, Opinion
from apps.applications.models.pause import Pause, PauseGround, PauseKind

__all__ = [
    "Application",
    "Applied",
    "Cause",
    "Investigation",
    "Kind",
    "Notice",
    "Opinion",
    "Pause",
    "PauseGround",
    "PauseKind",
    "RefusalGround",
]

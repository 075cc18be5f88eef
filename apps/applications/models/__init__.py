"""The case: application, investigation, opinion, notice."""

from apps.applications.models.application import Application, Kind, RefusalGround
from apps.applications.models.papers import Investigation, Notice, Opinion

__all__ = ["Application", "Investigation", "Kind", "Notice", "Opinion", "RefusalGround"]

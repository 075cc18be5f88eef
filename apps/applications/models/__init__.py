"""The case: application, papers, attachments; and the leads that come before it."""

from apps.applications.models.application import Application, Applied, Cause, Kind, RefusalGround
from apps.applications.models.document import Document, DocumentKind
from apps.applications.models.lead import Lead, LeadResult, LeadSource
from apps.applications.models.papers import Investigation, Notice, Opinion, Promise

__all__ = [
    "Application",
    "Applied",
    "Cause",
    "Document",
    "DocumentKind",
    "Investigation",
    "Kind",
    "Lead",
    "LeadResult",
    "LeadSource",
    "Notice",
    "Opinion",
    "Promise",
    "RefusalGround",
]

"""The case: application, investigation, opinion, notice; and what follows its decision."""

from apps.applications.models.after import (
    Complaint,
    ComplaintKind,
    Delivery,
    Letter,
    Revocation,
    RevocationGround,
    Way,
)
from apps.applications.models.application import Application, Applied, Cause, Kind, RefusalGround
from apps.applications.models.ending import MAY_NEED_OTHER_HELP, Display, Ending, EndingGround
from apps.applications.models.papers import Investigation, Notice, Opinion

__all__ = [
    "MAY_NEED_OTHER_HELP",
    "Application",
    "Applied",
    "Cause",
    "Complaint",
    "ComplaintKind",
    "Delivery",
    "Display",
    "Ending",
    "EndingGround",
    "Investigation",
    "Kind",
    "Letter",
    "Notice",
    "Opinion",
    "RefusalGround",
    "Revocation",
    "RevocationGround",
    "Way",
]

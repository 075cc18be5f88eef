"""The case, its papers and notice, what follows its decision, leads, and the life of the family."""

from apps.applications.models.after import Complaint, ComplaintKind, Delivery, Letter, Revocation, RevocationGround, Way
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
from apps.applications.models.document import OF_AN_HEIR, Document, DocumentKind
from apps.applications.models.ending import MAY_NEED_OTHER_HELP, Display, Ending, EndingGround
from apps.applications.models.fieldwork import Appraisal, CollectiveDecision, Step, Waiver
from apps.applications.models.interruption import Interruption, InterruptionGround, InterruptionKind
from apps.applications.models.lead import Lead, LeadResult, LeadSource
from apps.applications.models.objection import Objection
from apps.applications.models.papers import Investigation, Notice, Opinion, Promise
from apps.applications.models.pause import Pause
from apps.applications.models.saved import SavedFilter
from apps.applications.models.spot_check import SpotCheck, SpotCheckDraw

__all__ = [
    "MAY_NEED_OTHER_HELP",
    "OF_AN_HEIR",
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
    "Complaint",
    "ComplaintKind",
    "DecidedLevel",
    "Delegation",
    "Delivery",
    "DifferenceGround",
    "Display",
    "Document",
    "DocumentKind",
    "Ending",
    "EndingGround",
    "Interruption",
    "InterruptionGround",
    "InterruptionKind",
    "Investigation",
    "Kind",
    "Lead",
    "LeadResult",
    "LeadSource",
    "Letter",
    "Notice",
    "Objection",
    "Opinion",
    "Outcome",
    "Pause",
    "Promise",
    "RefusalGround",
    "Revocation",
    "RevocationGround",
    "SavedFilter",
    "SpecialGround",
    "SpotCheck",
    "SpotCheckDraw",
    "Step",
    "Waiver",
    "Way",
]

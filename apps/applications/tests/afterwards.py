"""What may follow a decision, made by the office's own acts: deliveries, complaints, revocations, 特困 endings."""

from dataclasses import replace
from datetime import date
from typing import Any

from apps.applications import actions
from apps.applications.forms.intake.review import sections_on_file
from apps.applications.models import (
    Application,
    Complaint,
    ComplaintKind,
    Delivery,
    Ending,
    EndingGround,
    Revocation,
    RevocationGround,
    Way,
)
from apps.applications.tests import factories as f
from apps.awards.models import Award
from apps.eligibility.policy.enums import AssetKind, Relation, Willingness
from apps.households.family import FinancialAssetEntry

COMPLAINED = date(2024, 5, 30)
HANDED = actions.Handover(f.DECIDED, Way.IN_PERSON, "赵甲", "本人")


def delivered(o: f.Office, case: Application, on: date = f.DECIDED, **told: Any) -> Delivery:
    """The letter in the applicant's hands."""
    return actions.deliver(case, handover=replace(HANDED, delivered_on=on, **told), acting_user=o.caseworker, on=on)


def complained(o: f.Office, case: Application, **told: Any) -> Complaint:
    """A neighbour has telephoned."""
    given = {"kind": ComplaintKind.COMPLAINT, "received_on": COMPLAINED, "text": "有固定工资收入。"}
    return actions.file_complaint(
        case, **{**given, "complainant": "邻居吴某", **told}, acting_user=o.caseworker, on=COMPLAINED
    )


def reopened(o: f.Office, complaint: Complaint, on: date = COMPLAINED) -> Application:
    """The chief has it looked into again."""
    sections = sections_on_file(complaint.application.household, on=on)
    return actions.reopen_case(
        complaint, answer="反映的情况需要核实，重新审查。", sections=sections, acting_user=o.chief, on=on
    )


def doubted(o: f.Office, case: Application, on: date = f.REVOKED_ON) -> Revocation:
    """The township has found out that a confirmation was wrong."""
    return actions.propose_revocation(
        case, ground=RevocationGround.UNTRUE, text="隐瞒一辆营运货车。", acting_user=o.caseworker, on=on
    )

"""Which bank pays out, from which day, in which format: proposed by one, approved by another, never edited."""

from datetime import date

from django.db.models import Q

from apps.accounts.models import User
from apps.accounts.roles import different_person, require
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.refusal import Refused
from apps.payments.bankformat import formats
from apps.payments.enums import Proposal
from apps.payments.models import AgencyBank
from apps.payments.transitions import PROPOSAL_MOVES


def propose_agency(
    *, bank: str, name: str, layout: str, since: date, ground: str, acting_user: User, on: date
) -> AgencyBank:
    """Propose the paying bank from a day on; files made from then on are its.

    Refused("unknown_format"), ("in_the_past"), ("taken_day") when that day already has one.
    """
    require(acting_user, Verb.PROPOSE_AGENCY, on=on)
    if layout not in formats():
        raise Refused("unknown_format", "没有这样的文件格式。", field="layout")
    if since < on:
        raise Refused("in_the_past", "启用日期不能早于今天：已经生成的文件不会改变。", field="since")
    if AgencyBank.objects.filter(~Q(state=Proposal.REJECTED), since=since).exists():
        raise Refused("taken_day", "这一天启用的代发银行已有一条，请另选日期。", field="since")
    made = AgencyBank(bank=bank, name=name, layout=layout, since=since, ground=ground)
    made.proposed_by, made.proposed_on = acting_user, on
    with act(Verb.PROPOSE_AGENCY, acting_user=acting_user, on=on, bank=bank, layout=layout, since=since.isoformat()):
        made.save()
    return made


def approve_agency(agency: AgencyBank, *, acting_user: User, on: date) -> AgencyBank:
    """Take the bank over as proposed, by another person ("own_work")."""
    require(acting_user, Verb.APPROVE_AGENCY, on=on)
    return _decide(agency, Verb.APPROVE_AGENCY, Proposal.APPROVED, reason="", acting_user=acting_user, on=on)


def reject_agency(agency: AgencyBank, *, reason: str, acting_user: User, on: date) -> AgencyBank:
    """Leave the bank as it is, and say why."""
    require(acting_user, Verb.REJECT_AGENCY, on=on)
    if not reason.strip():
        raise Refused("reason_needed", "请写明退回的理由。", field="reason")
    return _decide(agency, Verb.REJECT_AGENCY, Proposal.REJECTED, reason=reason.strip(), acting_user=acting_user, on=on)


def _decide(agency: AgencyBank, verb: Verb, to: Proposal, *, reason: str, acting_user: User, on: date) -> AgencyBank:
    with act(verb, acting_user=acting_user, on=on, subject=agency, reason=reason):
        agency = AgencyBank.objects.select_for_update(no_key=True, of=("self",)).get(pk=agency.pk)
        agency.state = PROPOSAL_MOVES.target(to, agency.state)
        different_person(acting_user, agency.proposed_by_id, what="核准代发银行")
        agency.decided_by, agency.decided_on = acting_user, on
        agency.save(update_fields=["state", "decided_by", "decided_on"])
        return agency

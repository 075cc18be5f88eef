"""主动发现: reporting a family in need, speaking to it, taking it in."""

from contextlib import AbstractContextManager
from datetime import date

from apps.accounts.models import Area, User
from apps.accounts.roles import Level, Role, require
from apps.applications.actions.intake import open_application, save_draft
from apps.applications.models import Applied, Lead, LeadResult, LeadSource
from apps.applications.transitions import LEAD_MOVES
from apps.audit.actions import act
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core.refusal import Refused, said


def report_lead(
    village: Area,
    *,
    name: str,
    phone: str = "",
    address: str = "",
    circumstances: str,
    source: LeadSource,
    acting_user: User,
    on: date,
) -> Lead:
    """Tell the township of a family that may need help.

    Refused("other_village") when a village assistant names a village that is not the own one.
    """
    require(acting_user, Verb.REPORT_LEAD, on=on, area=village)
    if village not in villages_of(acting_user, on=on):
        raise Refused("other_village", "只能上报本人所在村（社区）的线索。", field="village")
    with act(Verb.REPORT_LEAD, acting_user=acting_user, on=on, area=village.township):
        lead = Lead(village=village, name=name.strip(), source=source, reported_by=acting_user, reported_on=on)
        lead.set_told(phone=phone, address=address.strip(), circumstances=circumstances.strip())
        lead.save()
        return lead


def villages_of(user: User, *, on: date) -> list[Area]:
    """The villages for which this user may report: an assistant's own, a caseworker's whole township."""
    postings = [p for p in user.postings_on(on) if user.may(Verb.REPORT_LEAD, on=on, area=p.area)]
    own = [p.area_id for p in postings if p.role == Role.ASSISTANT]
    towns = [p.area.township.pk for p in postings if p.role != Role.ASSISTANT]
    villages = Area.objects.filter(level=Level.VILLAGE, is_active=True).select_related("parent").order_by("code")
    return list(villages.filter(pk__in=own) | villages.filter(parent__in=towns))


def contact_lead(lead: Lead, *, note: str, acting_user: User, on: date) -> Lead:
    """Write down that somebody spoke to the family, and what it said."""
    with _acting(lead, Verb.CONTACT_LEAD, acting_user=acting_user, on=on, reason=note.strip()):
        locked = _locked(lead, Verb.CONTACT_LEAD)
        locked.contacted_by, locked.contacted_on, locked.contact_note = acting_user, on, note.strip()
        locked.save()
        return locked


def apply_from_lead(lead: Lead, *, scheme: Applied = Applied.DIBAO, acting_user: User, on: date) -> Lead:
    """Open an application for the family with what is known of it."""
    with _acting(lead, Verb.APPLY_FROM_LEAD, acting_user=acting_user, on=on):
        locked = _locked(lead, Verb.APPLY_FROM_LEAD)
        case = open_application(lead.township, scheme=scheme, acting_user=acting_user, on=on)
        told = {"phone": lead.full_phone(), "address": lead.address()}
        home = {"village": str(lead.village_id)} | {name: said for name, said in told.items() if said}
        head = {"key": "m1", "name": lead.name, "relation": "HEAD", "residence": "TOGETHER"}
        sections = {"family": home, "members": {"members": [head]}}
        locked.application = save_draft(case, sections, applicant_name=lead.name, acting_user=acting_user, on=on)
        locked.closed_on = on
        locked.save()
        return locked


def close_lead(lead: Lead, *, result: LeadResult, note: str, acting_user: User, on: date) -> Lead:
    """End a lead without an application, saying why."""
    note = said(note, field="note", ask="请写明情况，村里会看到。")
    with _acting(lead, Verb.CLOSE_LEAD, acting_user=acting_user, on=on, reason=note):
        locked = _locked(lead, Verb.CLOSE_LEAD)
        locked.result, locked.result_note, locked.closed_on = result, note, on
        locked.save()
        return locked


def _acting(lead: Lead, verb: Verb, *, acting_user: User, on: date, reason: str = "") -> AbstractContextManager[Record]:
    """Permission and declared act around one step of a lead."""
    require(acting_user, verb, on=on, area=lead.village)
    return act(verb, acting_user=acting_user, on=on, subject=lead, reason=reason)


def _locked(lead: Lead, verb: Verb) -> Lead:
    """The row under lock, moved; Refused("illegal_move") when a colleague was faster."""
    found = Lead.objects.select_for_update(of=("self",)).select_related("village__parent").get(pk=lead.pk)
    found.state = LEAD_MOVES.target(verb, found.state)
    return found

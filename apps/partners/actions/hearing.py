"""What another bureau tells this office: somebody in need, or that something happened to somebody on file.

Neither changes a benefit: the one opens a lead, the other an alert, and a caseworker looks into both.
"""

import json
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from apps.accounts.models import Area, User
from apps.accounts.roles import Level, require
from apps.applications.models import Lead, LeadSource
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.crypto import blind_index
from apps.core.refusal import Refused
from apps.core.workdays import add_workdays
from apps.households.idnumber import IdNumber
from apps.households.models import Household, Membership, Person
from apps.partners.enums import Bureau
from apps.partners.facts.access import Access
from apps.partners.facts.status import same_name
from apps.partners.models import Alert, AlertKind, AlertReference, AlertResult
from apps.partners.transitions import ALERT_MOVES

# Management deadlines of the office; a death stops a payment, so it is looked into at once.
SETTLE_WITHIN = dict.fromkeys(AlertKind, 10) | {AlertKind.DEATH: 2, AlertKind.CUSTODY: 5, AlertKind.DISASTER: 1}


def receive_lead(
    village: Area, *, bureau: Bureau, name: str, phone: str = "", circumstances: str, acting_user: User, on: date
) -> Lead:
    """A bureau names somebody who may need help: a lead like any other, to be contacted within its days."""
    with act(Verb.RECEIVE_LEAD, acting_user=acting_user, on=on, area=village.township, bureau=bureau):
        lead = Lead(
            village=village, name=name.strip(), source=LeadSource.BUREAU, reported_by=acting_user, reported_on=on
        )
        lead.set_told(phone=phone, circumstances=f"{bureau.label}转来：{circumstances.strip()}")
        lead.save()
        return lead


@dataclass(frozen=True)
class Told:
    """What a bureau says happened, under a number of its own."""

    reference: str
    kind: AlertKind
    happened_on: date | None
    text: str

    def index(self, number: str) -> bytes:
        """The keyed digest of all that was said, and of whom."""
        said = [self.kind, number, self.happened_on.isoformat() if self.happened_on else "", self.text.strip()]
        return blind_index(json.dumps(said), column="alert_reference.told")


def receive_alert(person: Person, *, bureau: Bureau, told: Told, acting_user: User, on: date) -> Alert | None:
    """A bureau says what happened to somebody on file: work for the township, nothing else.

    None for somebody who belongs to no family here. The same reference again is the same alert;
    Refused("reference_used") when it said something else then.
    """
    household = _family_of(person)
    if household is None:
        return None
    alert = Alert(
        bureau=bureau,
        reference=told.reference,
        kind=told.kind,
        household=household,
        person=person,
        happened_on=told.happened_on,
        received_on=on,
        due_on=add_workdays(on, SETTLE_WITHIN[told.kind]),
    )
    alert.set_text(told.text.strip())
    with transaction.atomic():
        reference = _reference(bureau, told, person.full_id_number())
        if standing := Alert.objects.filter(bureau=bureau, reference=told.reference).first():
            return standing
        with act(Verb.RECEIVE_ALERT, acting_user=acting_user, on=on, subject=household, bureau=bureau, kind=told.kind):
            alert.save()
            _keep(reference)
            return alert


def _reference(bureau: Bureau, told: Told, number: str) -> AlertReference:
    """What was said under this number of the bureau, or a new row to keep; whoever else uses the number waits.

    Refused("reference_used") when it was something else.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"alerts {bureau} {told.reference}"])
    index = told.index(number)
    standing = AlertReference.objects.filter(bureau=bureau, reference=told.reference).first()
    if standing is not None and bytes(standing.told_index) != index:
        said = "这个编号已经报过别的内容：内容要改，请换一个编号再报。"
        raise Refused("reference_used", said, field="reference")
    return standing or AlertReference(bureau=bureau, reference=told.reference, told_index=index)


def _keep(reference: AlertReference) -> None:
    if reference.pk is None:
        reference.save()


def _family_of(person: Person) -> Household | None:
    rows = Membership.objects.filter(person=person).select_related("household__township", "household__head")
    last = rows.order_by("-since", "-pk").first()
    return last.household if last else None


def receive_named_lead(
    access: Access,
    *,
    bureau: Bureau,
    village: str,
    name: str,
    phone: str,
    circumstances: str,
    acting_user: User,
    on: date,
) -> Lead:
    """A lead from a program, about a village by its code; Refused("village") where its grants do not reach."""
    places = Area.objects.filter(code=village, level=Level.VILLAGE, is_active=True)
    place = places.select_related("parent").first()
    if place is None or not access.covers(place.township):
        raise Refused("village", "没有这个村（社区），或不在授权区域内。", field="village")
    told = {"name": name, "phone": phone, "circumstances": circumstances}
    return receive_lead(place, bureau=bureau, **told, acting_user=acting_user, on=on)


def hear_alert(
    access: Access, *, bureau: Bureau, id_number: IdNumber, name: str, told: Told, acting_user: User, on: date
) -> Alert | None:
    """An alert from a program; None, and the program cannot tell, for whoever is not on file where its grants reach.

    Refused("happened_on") for a day to come; ("reference_used") alike for whoever is on file and whoever is not.
    """
    if told.happened_on is not None and told.happened_on > on:
        raise Refused("happened_on", "发生日期不能晚于今天。", field="happened_on")
    person = Person.objects.with_id_number(id_number).first()
    household = _family_of(person) if person is not None and same_name(person.name, name) else None
    if person is None or household is None or not access.covers(household.township):
        with transaction.atomic():
            reference = _reference(bureau, told, id_number.text)
            with act(Verb.RECEIVE_ALERT, acting_user=acting_user, on=on, bureau=bureau, kind=told.kind, on_file=False):
                _keep(reference)
        return None
    return receive_alert(person, bureau=bureau, told=told, acting_user=acting_user, on=on)


def settle_alert(alert: Alert, *, result: AlertResult, note: str, acting_user: User, on: date) -> Alert:
    """Say what looking into it showed.

    Refused("not_recorded") when a death is called true and recorded though none is on file: recording it is an act of
    its own, which stops the payment.
    """
    require(acting_user, Verb.SETTLE_ALERT, on=on, area=alert.township)
    if not note.strip():
        raise Refused("note_needed", "请写明怎么核实的、结果如何。", field="note")
    with act(Verb.SETTLE_ALERT, acting_user=acting_user, on=on, subject=alert, reason=note.strip(), result=result):
        locked = Alert.objects.select_for_update(of=("self",)).select_related("person", "household").get(pk=alert.pk)
        locked.state = ALERT_MOVES.target(Verb.SETTLE_ALERT, locked.state)
        true = result in (AlertResult.RECORDED, AlertResult.KNOWN)
        if true and locked.kind == AlertKind.DEATH and locked.person.died_on is None:
            raise Refused("not_recorded", "档案里还没有登记死亡：属实的请先“登记死亡”，再来核销。", field="result")
        locked.result, locked.note = result, note.strip()
        locked.settled_by, locked.settled_on = acting_user, on
        locked.save()
        return locked

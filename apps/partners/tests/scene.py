"""What the sweep finds of other bureaus on either side; its scene is handed in, so that nothing here imports it."""

from datetime import date
from typing import Any

from apps.applications.tests import factories as f
from apps.applications.transitions import State
from apps.households.models import Household
from apps.partners.actions import Told, hand_over_key, propose_webhook, receive_alert, refer
from apps.partners.enums import Bureau, Dataset
from apps.partners.models import Alert, AlertKind, Certificate, Change, Client, Delivery, Referral, Webhook
from apps.partners.relay import publish_changes
from apps.partners.tests import certificates
from apps.partners.tests.factories import granted, program

BUREAU = "蛟河市医疗保障局"
NEED = "孩子上学的路费"


def on_benefit(s: Any, side: str) -> Household:
    """The family of that side that receives 低保."""
    return Household.objects.select_related("head", "township").get(pk=s.case(side, State.CONFIRMED).household_id)


def family(s: Any, side: str) -> dict[str, Any]:
    """A family on file."""
    return {"uuid": s.case(side, State.PUBLICISED).household.uuid}


def family_s_item(s: Any, side: str) -> dict[str, Any]:
    """What a whole family may claim."""
    return {"uuid": on_benefit(s, side).uuid, "item": "electricity"}


def member_s_item(s: Any, side: str) -> dict[str, Any]:
    """What one member may claim."""
    household = on_benefit(s, side)
    return {"uuid": household.uuid, "item": "insurance_fixed", "person": household.head_id}


def referral_of(household: Household, acting_user: Any, on: date) -> Referral:
    """The head's insurance subsidy, asked for."""
    return refer(
        household,
        item="insurance_fixed",
        person_id=household.head_id,
        need=NEED,
        agreed_by=household.head.name,
        agreed_on=on,
        acting_user=acting_user,
        on=on,
    )


def referral(s: Any, side: str) -> dict[str, Any]:
    """One that was sent."""
    household = on_benefit(s, side)
    standing = household.referrals.first()
    worker = (s.o if s.o.town.pk == household.township_id else s.o.elsewhere()).caseworker
    return {"uuid": (standing or referral_of(household, worker, f.PAY_DAY)).uuid}


def alert_about(person: Any, on: date, **given: Any) -> Alert:
    """The police say that somebody died."""
    told = {"reference": f"公-{person.pk}", "kind": AlertKind.DEATH, "happened_on": on, "text": "户籍已注销"} | given
    made = receive_alert(person, bureau=Bureau.POLICE, told=Told(**told), acting_user=f.User.objects.system(), on=on)
    assert made is not None
    return made


def alert(s: Any, side: str) -> dict[str, Any]:
    """Said of somebody of that side."""
    return {"uuid": alert_about(on_benefit(s, side).head, f.PAY_DAY).uuid}


def webhook_of(
    o: f.Office, *, area: Any = None, fields: Any = None, name: str = "蛟河市医疗保障局", **given: Any
) -> Webhook:
    """Proposed for a program that may read changes."""
    asking = program(o, name, ready=False)
    granted(o, asking, Dataset.CHANGES, area=area, fields=fields)
    told = {"url": "http://127.0.0.1:9/", "statuses": ["DIBAO"], "purpose": "参保资助"} | given
    proposed = propose_webhook(asking.client, acting_user=o.admin, on=f.PAY_DAY, **told)
    return hand_over_key(proposed, acting_user=o.admin, on=f.PAY_DAY)[0]


def webhook(s: Any, side: str) -> dict[str, Any]:
    """One that waits for the second administrator."""
    return {"uuid": (Webhook.objects.first() or webhook_of(s.o)).uuid}


def certificate(s: Any, side: str) -> dict[str, Any]:
    """One that waits for the chief."""
    waiting = Certificate.objects.filter(state="PROPOSED").first()
    return {"pk": (waiting or certificates.proposed(s.o, _client(s), certificates.issued(), on=f.PAY_DAY)).pk}


def standing_certificate(s: Any, side: str) -> dict[str, Any]:
    """One that a program has to show."""
    standing = Certificate.objects.filter(state="APPROVED").first()
    return {"pk": (standing or certificates.bound(s.o, _client(s), certificates.issued(), on=f.PAY_DAY)).pk}


def _client(s: Any) -> Client:
    return Client.objects.first() or program(s.o, BUREAU, ready=False).client


def letter(s: Any, side: str) -> dict[str, Any]:
    """A change that did not arrive."""
    publish_changes(f.PAY_DAY)
    there = Webhook.objects.get(**webhook(s, side))
    change = Change.objects.published().first()
    assert change is not None
    made, _ = Delivery.objects.get_or_create(
        webhook=there, change=change, household_id=change.household_id, position=change.position
    )
    Delivery.objects.filter(pk=made.pk).update(state="DEAD", attempts=9, error="HTTP 500")
    return {"pk": made.pk}

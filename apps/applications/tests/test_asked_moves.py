"""A family that lives here already: its new township asks, the old one agrees, and only then it is taken."""

from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from apps.applications import actions
from apps.applications.tests import factories as f
from apps.applications.tests.life import JUNE_3, on_benefit
from apps.audit.actions import act
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core.refusal import Refused
from apps.eligibility.policy.enums import AreaKind
from apps.households.idnumber import IdNumber, read
from apps.households.models import Household, Relocation, RelocationState

pytestmark = pytest.mark.django_db


@pytest.fixture
def o() -> f.Office:
    return f.office(JUNE_3)


@pytest.fixture
def family(o: f.Office) -> Household:
    return on_benefit(o)


def number_of(family: Household) -> IdNumber:
    return read(family.head.full_id_number(), on=JUNE_3)


def ask(o: f.Office, family: Household, **told: Any) -> Relocation:
    """The other township's caseworker has the family at the counter."""
    given = {"name": family.head.name, "to_township": o.other_town, "moved_on": JUNE_3, "reason": "已在本镇定居"}
    return actions.ask_relocation(number_of(family), **{**given, **told}, acting_user=o.stranger, on=JUNE_3)


def refused(what: Any) -> str:
    with pytest.raises(Refused) as raised:
        what()
    return raised.value.code


def test_asked_agreed_and_taken(o: f.Office, family: Household) -> None:
    asked = ask(o, family)
    assert (asked.state, asked.from_township, asked.proposed_by) == (RelocationState.ASKED, o.town, None)
    taking: dict[str, Any] = {"village": o.other_village, "area_kind": AreaKind.URBAN, "address": "天北路 1 号"}
    assert refused(
        lambda: actions.accept_relocation(asked, **taking, sections={}, acting_user=o.stranger, on=JUNE_3)
    ) == ("illegal_move")
    offered = actions.agree_to_relocation(asked, acting_user=o.caseworker, on=JUNE_3)
    assert (offered.state, offered.asked_by, offered.proposed_by) == ("PROPOSED", o.stranger, o.caseworker)
    actions.accept_relocation(offered, **taking, sections={}, acting_user=o.stranger, on=JUNE_3)
    assert Household.objects.get(pk=family.pk).township == o.other_town
    # The township whose file was looked for reads who asked.
    assert Record.objects.get(verb=Verb.ASK_RELOCATION).area == o.town


def test_only_who_knows_number_and_name_learns_anything(o: f.Office, family: Household) -> None:
    assert refused(lambda: ask(o, family, name="赵某")) == "not_on_file"
    assert not Relocation.objects.exists()
    assert refused(lambda: ask(o, family, to_township=o.town)) == "not_permitted"
    ask(o, family)
    assert refused(lambda: ask(o, family)) == "relocation_proposed"
    for user in (o.stranger, o.leader):
        agree = partial(actions.agree_to_relocation, Relocation.objects.get(), acting_user=user, on=JUNE_3)
        assert refused(agree) == "not_permitted"


def test_the_old_township_may_say_no_and_then_somebody_may_ask_again(o: f.Office, family: Household) -> None:
    asked = ask(o, family)
    no = {"reason": "仍住在本镇", "on": JUNE_3}
    assert refused(lambda: actions.decline_relocation(asked, **no, acting_user=o.stranger)) == "not_permitted"
    declined = actions.decline_relocation(asked, **no, acting_user=o.caseworker)
    assert (declined.state, declined.answer, declined.proposed_by) == ("DECLINED", "仍住在本镇", None)
    assert ask(o, family).state == RelocationState.ASKED


def test_the_database_keeps_two_people_apart(o: f.Office, family: Household) -> None:
    asked = ask(o, family)
    declared = act(Verb.PROPOSE_RELOCATION, acting_user=o.stranger, on=JUNE_3, subject=family)
    with pytest.raises(IntegrityError, match="asked_and_offered_by_two"), transaction.atomic(), declared:
        Relocation.objects.filter(pk=asked.pk).update(
            state=RelocationState.PROPOSED, proposed_by=o.stranger, proposed_on=JUNE_3
        )


def test_by_the_pages(o: f.Office, family: Household) -> None:
    here, there = Client(), Client()
    for client, user in ((here, o.caseworker), (there, o.stranger)):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    typed = {"number": number_of(family).text, "name": family.head.name, "to_township": o.other_town.pk}
    typed |= {"moved_on": "2024-06-01", "reason": "已在本镇定居"}
    assert there.post(reverse("relocation-ask"), typed | {"name": "别人"}).status_code == 409
    assert there.post(reverse("relocation-ask"), typed).status_code == 302
    asked = Relocation.objects.get()
    shown = here.get(reverse("relocation-list")).content.decode()
    assert reverse("relocation-agree", args=[asked.uuid]) in shown
    assert reverse("relocation-agree", args=[asked.uuid]) not in there.get(reverse("relocation-list")).content.decode()
    assert here.post(reverse("relocation-agree", args=[asked.uuid])).status_code == 302
    shown = there.get(reverse("relocation-list")).content.decode()
    assert reverse("relocation-accept", args=[asked.uuid]) in shown

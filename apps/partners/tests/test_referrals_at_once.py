"""转办 asked at the same moment, by real threads on a database of its own."""

import threading
import time
from typing import Any

import pytest
from django.db import connection

from apps.applications.tests import factories as f
from apps.partners import actions
from apps.partners.enums import Dataset
from apps.partners.models import Referral
from apps.partners.tests.factories import WHY, granted, program
from jiaohe_aid.testing.own import OwnDatabase

ON = f.PAY_DAY


def test_of_two_referred_at_the_same_moment_a_reader_by_cursor_misses_none(
    own_database: OwnDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first has its number and is not yet done when the second begins: the second must not be seen before it."""
    o = f.office(ON)
    home = f.confirmed(o).household
    asking = program(o)
    granted(o, asking, Dataset.REFERRALS)
    numbered, done, saved = threading.Event(), [], Referral.save

    def save_slowly(referral: Referral, *args: Any, **kwargs: Any) -> None:
        saved(referral, *args, **kwargs)
        if referral.state == "SENT" and not numbered.is_set():
            numbered.set()
            time.sleep(0.4)

    def refer(person_id: int) -> None:
        consent = {"need": "参保", "agreed_by": "赵甲", "agreed_on": ON}
        done.append(
            actions.refer(
                home, item="insurance_fixed", person_id=person_id, **consent, acting_user=o.caseworker, on=ON
            ).pk
        )
        connection.close()

    monkeypatch.setattr(Referral, "save", save_slowly)
    people = home.memberships.values_list("person", flat=True)[:2]
    first, second = (threading.Thread(target=refer, args=[pk]) for pk in people)
    first.start()
    assert numbered.wait(10)
    second.start()
    seen, after = [], 0
    while True:
        over = not (first.is_alive() or second.is_alive())
        page = asking.get("partner-api-referrals", WHY | {"after": after}).json()
        seen, after = [*seen, *(one["sequence"] for one in page["referrals"])], page["next"]
        if over:
            break
    assert seen == sorted(done) == list(Referral.objects.order_by("pk").values_list("pk", flat=True))
    assert len(seen) == 2

"""The relay killed, doubled and kept waiting: nothing is lost, nothing done twice, no page waits."""

import itertools
import os
import random
import signal
import statistics
import threading
import time
import traceback
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections
from django.test import Client as Browser
from django.urls import reverse

from apps.applications.tests import factories as f
from apps.audit.actions import act
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.households.models import Household
from apps.partners.actions import approve_webhook
from apps.partners.models import Change, Delivery, Webhook
from apps.partners.relay import publish_changes, work_lane
from apps.partners.tests.scene import webhook_of
from apps.partners.tests.simulator import FAILS_AT_RANDOM, Bureau, bureau
from apps.partners.tests.test_relay import changes, deliver, families
from jiaohe_aid.testing.own import OwnDatabase

SEED = 20240603


def lane_to(o: f.Office, url: str) -> Webhook:
    return approve_webhook(webhook_of(o, url=url), acting_user=o.security, on=f.PAY_DAY)


def everything_once(there: Bureau, homes: int) -> None:
    """As many as were written, gapless, each once, in order per family."""
    written = Change.objects.count()
    assert sorted(Change.objects.values_list("position", flat=True)) == list(range(1, written + 1))
    assert len(there.kept) == written
    assert len({told["id"] for told in there.kept}) == written
    by_family = there.by_family()
    assert len(by_family) == homes
    assert all(places == sorted(places) for places in by_family.values())


def writes_publishes_and_sends(o: f.Office, home: Household, lane: int) -> None:
    """A program that does its business for ever: an act with its change, then the relay's work."""
    while True:
        with act(Verb.END_AWARD, acting_user=o.reviewer, on=f.PAY_DAY, subject=home):
            changes([home], 1)
        publish_changes(f.PAY_DAY)
        work_lane(lane, datetime.now(UTC))


def forget_inherited_connection() -> None:
    """A child has no event loop: after a browser test it would find the connection this thread had before the loop."""
    assert connections["default"] is not None
    del connections["default"]


def killed(o: f.Office, home: Household, lane: int, after: float) -> None:
    """Let it come to its first act in a process of its own, then kill it a moment later wherever it is."""
    acts = Record.objects.filter(verb=Verb.END_AWARD)
    before = acts.count()
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            forget_inherited_connection()
            writes_publishes_and_sends(o, home, lane)
        except BaseException:
            os.write(2, traceback.format_exc().encode())
            raise
        finally:
            os._exit(1)
    until = time.monotonic() + 10
    while acts.count() == before and time.monotonic() < until:
        time.sleep(0.002)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def kill_again_and_again(times: int) -> None:
    o, chance = f.office(f.PAY_DAY), random.Random(SEED)
    with bureau() as (there, url):
        lane = lane_to(o, url)
        there.secret = lane.secret()
        (home,) = families(o, 1)
        for _ in range(times):
            killed(o, home, lane.pk, chance.uniform(0, 0.08))
            # A lane whose worker died is free again when its lease is over; here the clock is moved, not waited for.
            Webhook.objects.filter(pk=lane.pk).update(leased_until=None, next_at=None)
        publish_changes(f.PAY_DAY)
        deliver(lane, datetime.now(UTC) + timedelta(days=1))
        acts = Record.objects.filter(verb=Verb.END_AWARD).count()
        assert acts == Change.objects.count()
        assert acts >= times
        everything_once(there, 1)


def test_killed_between_the_act_and_its_telling_nothing_is_lost(own_database: OwnDatabase) -> None:
    kill_again_and_again(12)


@pytest.mark.slow
def test_killed_two_hundred_times_nothing_is_lost(own_database: OwnDatabase) -> None:
    kill_again_and_again(200)


def test_three_relays_beside_each_other(own_database: OwnDatabase) -> None:
    o = f.office(f.PAY_DAY)
    with bureau(FAILS_AT_RANDOM) as (there, url):
        lane = lane_to(o, url)
        changes(families(o, 6), 20)

        def work() -> None:
            # Their clocks differ: one of them will think that another's lease is over.
            for turn in range(40):
                publish_changes(f.PAY_DAY)
                work_lane(lane.pk, datetime(2024, 6, 3, tzinfo=UTC) + timedelta(seconds=30 * turn))
            connection.close()

        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        deliver(lane, datetime(2024, 6, 4, tzinfo=UTC))
        everything_once(there, 6)


class Pages:
    """Three pages of a caseworker, loaded one after the other, with the seconds each took."""

    def __init__(self, o: f.Office, home: Household) -> None:
        self.browser = Browser()
        self.browser.force_login(o.caseworker, backend="django.contrib.auth.backends.ModelBackend")
        there = (reverse("worklist"), reverse("family-assistance", args=[home.uuid]), reverse("referral-list"))
        self.addresses = itertools.cycle(there)

    def load(self) -> float:
        """The next one."""
        begun = time.perf_counter()
        assert self.browser.get(next(self.addresses)).status_code == 200
        return time.perf_counter() - begun


def while_it_hangs(lane: Webhook, pages: Pages) -> list[float]:
    """The loads that began and ended while the relay stood before a bureau that says nothing."""
    Webhook.objects.filter(pk=lane.pk).update(next_at=None)  # no rest: stand there again at once
    Delivery.objects.filter(webhook=lane).update(next_at=None)

    def relay() -> None:
        work_lane(lane.pk, datetime.now(UTC))
        connection.close()

    thread, took = threading.Thread(target=relay), []
    thread.start()
    while Webhook.objects.get(pk=lane.pk).leased_until is None and thread.is_alive():
        time.sleep(0.005)
    while thread.is_alive():
        took.append(pages.load())
    thread.join()
    return took[:-1]  # in the last one it may have given up


def test_a_bureau_that_hangs_for_a_minute_leaves_the_pages_as_quick_as_they_were(
    own_database: OwnDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Loads with and without it take turns, so that whatever else runs on the machine slows both alike."""
    patience = 1.0  # of the relay; a page that waited with it would take as long
    monkeypatch.setattr("apps.partners.sending.TIMEOUT", patience)
    o = f.office(f.PAY_DAY)
    home = f.confirmed(o).household
    with bureau() as (there, url):
        there.hang = 60
        lane, pages = lane_to(o, url), Pages(o, home)
        changes([home], 5)
        publish_changes(f.PAY_DAY)
        for _ in range(6):
            pages.load()  # warm
        quiet, hanging = [], []
        for _ in range(3):
            hanging += (took := while_it_hangs(lane, pages))
            quiet += [pages.load() for _ in took]
        assert there.kept == []
        assert len(hanging) >= 9
        without, with_it = (statistics.median(took) * 1000 for took in (quiet, hanging))
        print(f"{len(hanging)} pages each: {without:.0f} ms without, {with_it:.0f} ms while the bureau hangs")  # noqa: T201
        assert with_it < 2 * without + 20 < patience * 1000, f"{with_it / without:.2f} times as long"

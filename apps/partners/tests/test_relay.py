"""Changes on their way to bureaus: each once in effect, in order per family, whatever the receiver does."""

import os
import secrets
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from apps.applications.tests import factories as f
from apps.audit.actions import act
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.awards.tests import factories as awards
from apps.core.refusal import Refused
from apps.households.models import Household
from apps.partners.actions import approve_webhook, drop_delivery, resend_delivery, try_webhook
from apps.partners.models import Change, Delivery, Webhook
from apps.partners.relay import publish_changes, try_out, work_lane
from apps.partners.tests.scene import webhook_of
from apps.partners.tests.simulator import FAILS_AT_RANDOM, bureau

NOW = datetime(2024, 6, 3, 9, tzinfo=UTC)


@pytest.fixture
def o(db: None) -> Iterator[f.Office]:
    return f.office(f.PAY_DAY)


def lane_to(o: f.Office, url: str, **given: Any) -> Webhook:
    """A receiver both administrators agreed on."""
    return approve_webhook(webhook_of(o, url=url, **given), acting_user=o.security, on=f.PAY_DAY)


def changes(families: list[Household], each: int) -> None:
    """Written as plain rows, family after family, round after round."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO partners_change (household_id, person_id, township_id, kind, before, status, since)
            SELECT h.id, h.head_id, h.township_id, CASE WHEN n = 1 THEN 'NEW' ELSE 'CHANGED' END,
                CASE WHEN n = 1 THEN '' ELSE 'DIBAO' END, 'DIBAO', '2024-06-01'
            FROM generate_series(1, %s) n, households_household h WHERE h.id = ANY(%s) ORDER BY n, h.id
            """,
            [each, [family.pk for family in families]],
        )


def families(o: f.Office, count: int) -> list[Household]:
    """Files of families, without awards."""
    made = [
        awards.on_file(o, awards.family((awards.member(f"甲{n}", f.HIRED.replace(year=1980)),)), on=f.OPENED)
        for n in range(count)
    ]
    publish_changes(f.PAY_DAY)
    return made


def deliver(lane: Webhook, now: datetime = NOW, rounds: int = 400) -> datetime:
    """Round after round as the clock would ring them, the hour moved on while a lane or a letter rests."""
    for _ in range(rounds):
        work_lane(lane.pk, now)
        if not Delivery.objects.filter(webhook=lane, state="WAITING").exists():
            return now
        now += timedelta(seconds=30)
    raise AssertionError("the lane never came to an end")


def test_nothing_goes_out_before_a_second_administrator_approved(o: f.Office) -> None:
    with bureau() as (there, url):
        proposed = webhook_of(o, url=url)
        changes(families(o, 1), 1)
        publish_changes(f.PAY_DAY)
        assert work_lane(proposed.pk, NOW) == 0
        with pytest.raises(Refused, match="不能办理"):
            approve_webhook(proposed, acting_user=o.admin, on=f.PAY_DAY)
        assert there.kept == []


def test_what_is_sent_carries_a_signature_and_no_personal_data(o: f.Office) -> None:
    with bureau() as (there, url):
        lane = lane_to(o, url)
        there.secret = lane.secret()
        (family,) = families(o, 1)
        changes([family], 2)
        assert publish_changes(f.PAY_DAY) == 2
        assert work_lane(lane.pk, NOW) == 2
        assert there.forged == 0
        assert [(told["kind"], told["status"], told["since"]) for told in there.kept] == [
            ("NEW", "DIBAO", "2024-06-01"),
            ("CHANGED", "DIBAO", "2024-06-01"),
        ]
        said = str(there.kept)
        assert family.head.name not in said
        assert family.head.full_id_number() not in said
        there.secret = "another"
        changes([family], 1)
        publish_changes(f.PAY_DAY)
        assert work_lane(lane.pk, NOW) == 0
        assert there.forged == 1


def test_a_trial_is_signed_tells_of_nobody_and_takes_no_place_in_the_line(o: f.Office) -> None:
    told = {"acting_user": o.admin, "on": f.PAY_DAY}
    with bureau() as (there, url):
        lane = webhook_of(o, url=url)
        with pytest.raises(Refused, match="核准以后"):
            try_webhook(lane, **told)
        approve_webhook(lane, acting_user=o.security, on=f.PAY_DAY)
        there.secret = lane.secret()
        changes(families(o, 1), 1)
        publish_changes(f.PAY_DAY)
        Webhook.objects.filter(pk=lane.pk).update(failures=3, next_at=NOW + timedelta(hours=1))  # its lane rests
        asked = try_webhook(lane, **told)
        try_out(lane.pk, NOW)
        try_out(lane.pk, NOW)  # rung twice
        assert there.heard == [{"id": str(asked.trial), "kind": "TRIAL"}]
        assert (there.forged, there.kept) == (0, [])
        after = Webhook.objects.get(pk=lane.pk)
        assert (after.trial_answer, after.failures, after.heard_until) == ("HTTP 200", 3, 1)
        assert Delivery.objects.filter(state="WAITING").count() == Change.objects.count() == 1
        with pytest.raises(Refused, match="20 秒"):
            try_webhook(lane, **told)
        there.chances = {"refuses": 100}
        assert answer_to_a_trial(lane, **told) == "HTTP 503"
    assert answer_to_a_trial(lane, **told) == "连接被拒绝"
    assert Record.objects.about(lane).filter(verb=Verb.TRY_WEBHOOK).count() == 3


def answer_to_a_trial(lane: Webhook, **told: Any) -> str:
    """Of the next one, some time later."""
    Webhook.objects.filter(pk=lane.pk).update(trial_asked_at=None)
    try_webhook(lane, **told)
    try_out(lane.pk, NOW)
    answer: str = Webhook.objects.get(pk=lane.pk).trial_answer
    return answer


def test_a_lane_hears_only_its_schemes_and_places_and_is_told_of_what_leaves_them(o: f.Office) -> None:
    here, there_ = families(o, 1)[0], awards.on_file(o.elsewhere(), awards.family(), on=f.OPENED)
    publish_changes(f.PAY_DAY)
    with bureau() as (there, url):
        lane = lane_to(o, url, area=o.town)
        for family, kind, before, status in (
            (here, "NEW", "", "DIBAO"),
            (here, "CHANGED", "DIBAO", "DIBAO_PHASE_OUT"),
            (here, "NEW", "", "TEKUN"),
            (here, "CHANGED", "TEKUN", "DIBAO"),
            (there_, "NEW", "", "DIBAO"),
        ):
            Change.objects.create(
                household=family, person=family.head, township=family.township, kind=kind, before=before,
                status=status, since=f.JUNE,
            )  # fmt: skip
        publish_changes(f.PAY_DAY)
        work_lane(lane.pk, NOW)
        # Left for a scheme it does not hear of: ended. Came from one: new.
        assert [(told["kind"], told["status"]) for told in there.kept] == [
            ("NEW", "DIBAO"),
            ("ENDED", "DIBAO"),
            ("NEW", "DIBAO"),
        ]


def test_a_receiver_that_fails_at_random_keeps_each_once_and_in_order(o: f.Office) -> None:
    with bureau(FAILS_AT_RANDOM) as (there, url):
        lane = lane_to(o, url)
        there.secret = lane.secret()
        homes = families(o, 12)
        changes(homes, 25)
        assert publish_changes(f.PAY_DAY) == 300
        deliver(lane)
        _exactly_once_in_order(there, lane, 300, 12)
        assert set(there.moods) == set(FAILS_AT_RANDOM)


def _exactly_once_in_order(there, lane: Webhook, count: int, homes: int) -> None:  # type: ignore[no-untyped-def]
    assert Delivery.objects.filter(webhook=lane, state="DELIVERED").count() == count
    assert len(there.kept) == len(there.seen) == count
    by_family = there.by_family()
    assert len(by_family) == homes
    assert all(places == sorted(places) for places in by_family.values())


@pytest.mark.slow
def test_ten_thousand_changes_each_once_in_effect_and_in_order(o: f.Office) -> None:
    seed = int(os.environ.get("SEED", secrets.randbelow(10**9)))
    print(f"\nSEED={seed}")  # noqa: T201
    with bureau(FAILS_AT_RANDOM, seed=seed) as (there, url):
        lane = lane_to(o, url)
        there.secret = lane.secret()
        homes = families(o, 100)
        changes(homes, 100)
        assert publish_changes(f.PAY_DAY) == 10_000
        begun = time.monotonic()
        last = deliver(lane, rounds=2000)
        took, office = time.monotonic() - begun, last - NOW
        sent = sum(there.moods.values())
        print(f"10000 in {took:.0f} s, {office} of the office's time; {sent} troubles: {dict(there.moods)}")  # noqa: T201
        _exactly_once_in_order(there, lane, 10_000, 100)


def test_a_refusal_holds_up_its_family_only_and_becomes_a_dead_letter(o: f.Office) -> None:
    with bureau() as (there, url):
        lane = lane_to(o, url)
        one, other = families(o, 2)
        there.refuses_household = one.number
        changes([one, other], 2)
        publish_changes(f.PAY_DAY)
        now = deliver_until_dead(lane)
        assert there.by_family() == {other.number: [2, 4]}
        dead, behind = Delivery.objects.filter(household_id=one.pk).order_by("position")
        assert (dead.state, dead.error, behind.state, behind.attempts) == ("DEAD", "HTTP 422", "WAITING", 0)
        there.refuses_household = ""
        resend_delivery(dead, reason="对方已修好", acting_user=o.admin, on=f.PAY_DAY)
        work_lane(lane.pk, now)
        assert there.by_family()[one.number] == [1, 3]


def deliver_until_dead(lane: Webhook) -> datetime:
    now = NOW
    for _ in range(12):
        work_lane(lane.pk, now)
        now += timedelta(hours=7)
    assert Delivery.objects.filter(webhook=lane, state="DEAD").exists()
    return now


def test_a_change_refused_or_answered_too_slowly_is_never_overtaken_by_the_next_of_its_family(
    o: f.Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not only in effect: the receiver does not even hear of a later change before it has taken the earlier one."""
    monkeypatch.setattr("apps.partners.sending.TIMEOUT", 0.2)
    with bureau() as (there, url):
        lane = lane_to(o, url)
        refused, slow, quick = families(o, 3)
        changes([refused, slow, quick], 3)  # 1, 4, 7 of the first, 2, 5, 8 of the second, 3, 6, 9 of the third
        publish_changes(f.PAY_DAY)
        there.refuses_times[1] = 3
        there.slow_once[5] = 0.5
        deliver(lane)
        heard: dict[str, list[int]] = {}
        for told in there.heard:
            heard.setdefault(told["household"], []).append(told["sequence"])
        assert heard[refused.number] == [1, 1, 1, 1, 4, 7]
        assert heard[slow.number] == [2, 5, 5, 8]
        assert heard[quick.number] == [3, 6, 9]
        # Only its own family waits: the third had everything before the first was taken.
        in_line = [told["sequence"] for told in there.kept]
        assert in_line.index(6) < in_line.index(1)
        _exactly_once_in_order(there, lane, 9, 3)


def test_a_letter_dropped_lets_those_behind_it_go(o: f.Office) -> None:
    with bureau() as (there, url):
        lane = lane_to(o, url)
        (one,) = families(o, 1)
        there.refuses_household = one.number
        changes([one], 2)
        publish_changes(f.PAY_DAY)
        now = deliver_until_dead(lane)
        there.refuses_household = ""
        dead = Delivery.objects.get(state="DEAD")
        with pytest.raises(Refused, match="怎么得知"):
            drop_delivery(dead, reason=" ", acting_user=o.admin, on=f.PAY_DAY)
        drop_delivery(dead, reason="已电话告知", acting_user=o.admin, on=f.PAY_DAY)
        work_lane(lane.pk, now)
        assert there.by_family() == {one.number: [2]}


def test_a_receiver_in_trouble_for_two_days_makes_no_dead_letters(o: f.Office) -> None:
    with bureau({"refuses": 100}) as (there, url):
        lane, now = lane_to(o, url), NOW
        changes(families(o, 6), 2)
        publish_changes(f.PAY_DAY)
        for _ in range(14):
            assert work_lane(lane.pk, now) == 0
            lane.refresh_from_db()
            assert lane.next_at is not None
            now = lane.next_at
        # 10.7 hours until the longest wait, then six times six hours.
        assert timedelta(hours=46) < now - NOW < timedelta(hours=47)
        # Five in a row, then one at a time to see whether somebody is back.
        assert there.moods["refuses"] == 5 + 13
        assert not Delivery.objects.filter(state="DEAD").exists()
        there.chances = {}
        deliver(lane, now)
        _exactly_once_in_order(there, lane, 12, 6)


def test_a_lane_that_is_away_rests_longer_each_time_and_loses_nothing(o: f.Office) -> None:
    with bureau() as (_, url):
        pass  # closed again: nobody listens there
    lane = lane_to(o, url)
    changes(families(o, 2), 1)
    publish_changes(f.PAY_DAY)
    waits = []
    now = NOW
    for _ in range(4):
        work_lane(lane.pk, now)
        lane.refresh_from_db()
        assert lane.next_at is not None
        waits.append(int((lane.next_at - now).total_seconds()))
        now = lane.next_at
    assert waits == [5, 30, 120, 600]
    assert Delivery.objects.filter(webhook=lane, state="WAITING", attempts=0).count() == 2
    assert lane.stands == ("推送受阻，自动重试", "bad")
    with bureau() as (there, again):
        with act(Verb.PROPOSE_WEBHOOK, acting_user=o.admin, on=f.PAY_DAY, subject=lane):
            Webhook.objects.filter(pk=lane.pk).update(url=again)
        deliver(lane, now)
        assert len(there.kept) == 2
    lane.refresh_from_db()
    assert (lane.failures, lane.next_at, lane.leased_until) == (0, None, None)


def test_a_lane_that_hangs_holds_up_no_other(o: f.Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.partners.sending.TIMEOUT", 1)
    with bureau() as (hanging, one), bureau() as (there, other):
        hanging.hang = 3
        slow, quick = lane_to(o, one), lane_to(o, other, name="蛟河市教育局")
        changes(families(o, 20), 1)
        publish_changes(f.PAY_DAY)
        begun = time.monotonic()
        work_lane(slow.pk, NOW)
        assert 1 <= time.monotonic() - begun < 2.5  # one attempt, then the lane rests
        assert work_lane(slow.pk, NOW) == 0
        assert work_lane(quick.pk, NOW) == 20
        assert len(there.kept) == 20

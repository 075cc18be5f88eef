"""The relay: gives committed changes their place in the line, hands them to the lanes, works a lane.

All state is in PostgreSQL: a relay that dies loses nothing, a second one beside it does nothing twice. What was sent
but not yet marked is sent again; the receiver knows it by its id.
"""

import time
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import connection, transaction

from apps.partners.models import Delivery, Webhook
from apps.partners.models.webhook import LEASE, WAITS
from apps.partners.sending import BROKE_OFF, Line, Unreachable
from apps.partners.transitions import DELIVERY_MOVES

_ONE_PUBLISHER = 0x6A68_0B0C
AT_ONCE = 20_000
_AT_A_TIME = 100
# No longer between two marks, well within the lease.
_BATCH = timedelta(seconds=10)
# So often in a row without success, and the receiver is taken to be away.
_IN_A_ROW = 5

_PUBLISH = """
    UPDATE partners_change c SET position = n.position FROM (
        SELECT id, row_number() OVER (ORDER BY id)
            + (SELECT coalesce(max(position), 0) FROM partners_change) AS position
        FROM (SELECT id FROM partners_change WHERE position IS NULL ORDER BY id LIMIT %s) waiting
    ) n WHERE n.id = c.id
"""
# A change between a scheme it hears of and one it does not is told too: as a beginning or an end.
_HAND_OUT = """
    WITH lane AS (SELECT id, client_id, heard_until, statuses FROM partners_webhook
        WHERE approved_on IS NOT NULL AND stopped_on IS NULL),
    opened AS (SELECT g.client_id, g.area_id, a.level = 'COUNTY' AS whole, 'AMOUNT' = ANY(g.fields) AS amounts
        FROM partners_grant g JOIN accounts_area a ON a.id = g.area_id JOIN partners_client c ON c.id = g.client_id
        WHERE g.dataset = 'CHANGES' AND g.state = 'APPROVED' AND g.since <= %(on)s AND g.until > %(on)s
            AND c.closed_on IS NULL),
    handed AS (
        INSERT INTO partners_delivery (webhook_id, change_id, household_id, position, state, attempts, error)
        SELECT l.id, c.id, c.household_id, c.position, 'WAITING', 0, ''
        FROM lane l JOIN partners_change c ON c.position > l.heard_until
        WHERE (l.statuses ? c.status OR l.statuses ? c.before)
            AND EXISTS (SELECT 1 FROM opened g WHERE g.client_id = l.client_id
                AND (g.whole OR g.area_id = c.township_id) AND (c.amount_fen IS NULL OR g.amounts))
        ORDER BY c.position
        ON CONFLICT DO NOTHING
    )
    UPDATE partners_webhook w SET heard_until = last.position
    FROM (SELECT max(position) AS position FROM partners_change) last
    WHERE w.approved_on IS NOT NULL AND w.stopped_on IS NULL AND w.heard_until < last.position
"""


def publish_changes(on: date, limit: int = AT_ONCE) -> int:
    """Give what has committed its place, in the order it was written, and hand it to the lanes; how many there were.

    A lane gets what the grants of its client open on that day, no more.

    Only one publisher at a time: a place, once visible, never gets a neighbour before it; a cursor misses nothing.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_ONE_PUBLISHER])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(_PUBLISH, [limit])
        published = cursor.rowcount
        cursor.execute(_HAND_OUT, {"on": on})
        return published


@dataclass
class Round:
    """What one round on a lane did; what is not written down yet is in ``delivered`` and ``failed``."""

    delivered: list[int] = field(default_factory=list)
    failed: list[Delivery] = field(default_factory=list)
    held: set[int] = field(default_factory=set)
    taken: int = 0
    in_a_row: int = 0

    def note(self, delivery: Delivery, status: int, now: datetime) -> None:
        """Taken, or to be tried again: the rest of its family waits for it."""
        if 200 <= status < 300:
            self.delivered.append(delivery.pk)
            self.taken, self.in_a_row = self.taken + 1, 0
            return
        delivery.failed(answer_of(status), now)
        self.failed.append(delivery)
        self.held.add(delivery.household_id)
        # A no to what it was told is an answer; breaking off and 5xx may mean that nobody is at home.
        self.in_a_row = self.in_a_row + 1 if status == BROKE_OFF or status >= 500 else 0

    def write(self, now: datetime) -> None:
        """Mark what was done; what another relay, taking over an overdue lane, has marked since stays as it is."""
        waiting = Delivery.objects.filter(state="WAITING")
        waiting.filter(pk__in=self.delivered).update(
            state=DELIVERY_MOVES.target("DELIVER", "WAITING"), delivered_at=now, error=""
        )
        for one in self.failed:
            waiting.filter(pk=one.pk).update(
                state=one.state, attempts=one.attempts, next_at=one.next_at, error=one.error
            )
        self.delivered, self.failed = [], []


def work_lane(pk: int, now: datetime, *, seconds: float = 60) -> int:
    """Send what may go on one lane for a while, family by family in order; how many the receiver took.

    An answer that says no holds up its family only. No answer at all, or trouble several times in a row, holds up the
    lane: a receiver that is away for days makes few dead letters.
    """
    lane = Webhook.objects.claim(pk, now)
    if lane is None:
        return 0
    done, clock = Round(), _Clock(now)
    resting = False
    with Line(lane) as line:
        while clock.seconds() < seconds and not resting:
            away = lane.failures > 0 and done.taken == 0
            ready = lane.deliveries.ready(now).values_list("pk", flat=True)
            batch = _with_what_is_told(lane.deliveries.probe(now) if away else list(ready[:_AT_A_TIME]))
            resting = _send_batch(line, lane, batch, done, clock)
            done.write(clock.now())
            if not _still_mine(lane, clock.now()):
                return done.taken
            if not batch:
                break
    _release(lane, resting, done.taken > 0)
    return done.taken


def try_out(pk: int, now: datetime) -> None:
    """Send the trial a receiver waits for, whatever its lane does, and keep what came back; sent twice, it is one."""
    there = Webhook.objects.trying().filter(pk=pk).first()
    if there is None:
        return
    with Line(there) as line:
        try:
            answer = answer_of(line.send_trial(str(there.trial), int(now.timestamp())))
        except Unreachable as error:
            answer = str(error)
    Webhook.objects.trying().filter(pk=pk, trial=there.trial).update(trial_answer=answer)


def answer_of(status: int) -> str:
    """A status in words."""
    return "连接中断" if status == BROKE_OFF else f"HTTP {status}"


def _with_what_is_told(chosen: list[int]) -> list[Delivery]:
    """The chosen ones in order, each with its change and whom it is about.

    Chosen first and fetched then: joined while choosing, all that waits is joined before one is taken.
    """
    rows = Delivery.objects.filter(pk__in=chosen).order_by("position")
    return list(rows.select_related("change__household", "change__person", "change__township"))


class _Clock:
    """The time of a round, from when it began."""

    def __init__(self, now: datetime) -> None:
        self._began, self._now = time.monotonic(), now

    def seconds(self) -> float:
        return time.monotonic() - self._began

    def now(self) -> datetime:
        return self._now + timedelta(seconds=self.seconds())


def _send_batch(line: Line, lane: Webhook, batch: list[Delivery], done: Round, clock: _Clock) -> bool:
    """Send until the batch or its time is over; whether the lane must rest."""
    begun, enough = clock.now(), 1 if lane.failures and not done.taken else _IN_A_ROW
    for delivery in batch:
        if delivery.household_id in done.held:
            continue
        if clock.now() - begun > _BATCH:
            return False
        try:
            done.note(delivery, line.send(delivery.change, int(clock.now().timestamp())), clock.now())
        except Unreachable as error:
            _rest(lane, clock.now(), afresh=done.taken > 0)
            Delivery.objects.filter(pk=delivery.pk, state="WAITING").update(error=str(error), next_at=lane.next_at)
            return True
        if done.in_a_row >= enough:
            _rest(lane, clock.now(), afresh=done.taken > 0)
            return True
    return False


def _rest(lane: Webhook, now: datetime, *, afresh: bool) -> None:
    """The receiver is away: wait longer each time in a row."""
    lane.failures = 1 if afresh else lane.failures + 1
    lane.next_at = now + timedelta(seconds=WAITS[min(lane.failures, len(WAITS)) - 1])


def _still_mine(lane: Webhook, now: datetime) -> bool:
    """Ask for more time; no when another relay has taken the lane over since."""
    longer = now + LEASE
    mine = Webhook.objects.filter(pk=lane.pk, leased_until=lane.leased_until).update(leased_until=longer)
    lane.leased_until = longer
    return bool(mine)


def _release(lane: Webhook, resting: bool, taken: bool) -> None:
    Webhook.objects.filter(pk=lane.pk, leased_until=lane.leased_until).update(
        leased_until=None,
        failures=0 if taken and not resting else lane.failures,
        next_at=lane.next_at if resting else None,
    )

"""The relay: gives committed changes their place in the line, hands them to the lanes, works a lane.

All state is in PostgreSQL: a relay that dies loses nothing, a second one beside it does nothing twice. What was sent
but not yet marked is sent again; the receiver knows it by its id.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import connection, transaction

from apps.partners.models import Change, Delivery, Webhook
from apps.partners.models.webhook import LEASE, WAITS
from apps.partners.sending import Line, Unreachable
from apps.partners.transitions import DELIVERY_MOVES

_ONE_PUBLISHER = 0x6A68_0B0C
AT_ONCE = 20_000
_BETWEEN_MARKS = 100

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
    """What one round on a lane did and has not written down yet."""

    delivered: list[int] = field(default_factory=list)
    failed: list[Delivery] = field(default_factory=list)
    held: set[int] = field(default_factory=set)

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


def work_lane(pk: int, now: datetime, *, limit: int = 2000) -> int:
    """Send what may go on one lane, family by family in order; how many the receiver took.

    An answer that says no holds up its family only. No answer at all holds up the lane, after one attempt.
    """
    lane = Webhook.objects.claim(pk, now)
    if lane is None:
        return 0
    done, taken = Round(), 0
    resting = False
    rows = lane.deliveries.ready(now).select_related("change__household", "change__person", "change__township")
    with Line(lane) as line:
        for number, delivery in enumerate(rows[:limit], start=1):
            if delivery.household_id in done.held:
                continue
            try:
                taken += _send(line, delivery, done, now)
            except Unreachable as error:
                resting = True
                _rest(lane, delivery, str(error), now, afresh=taken > 0)
                break
            if number % _BETWEEN_MARKS == 0:
                done.write(now)
                if not _still_mine(lane):
                    return taken
    done.write(now)
    _release(lane, resting)
    return taken


def _send(line: Line, delivery: Delivery, done: Round, now: datetime) -> bool:
    status = line.send(delivery.change, int(now.timestamp()))
    if 200 <= status < 300:
        done.delivered.append(delivery.pk)
        return True
    delivery.failed(f"HTTP {status}", now)
    done.failed.append(delivery)
    done.held.add(delivery.household_id)
    return False


def _rest(lane: Webhook, delivery: Delivery, why: str, now: datetime, *, afresh: bool) -> None:
    """The receiver is away: wait longer each time in a row, and begin with another family next time."""
    lane.failures = 1 if afresh else lane.failures + 1
    lane.next_at = now + timedelta(seconds=WAITS[min(lane.failures, len(WAITS)) - 1])
    Delivery.objects.filter(pk=delivery.pk, state="WAITING").update(error=why, next_at=lane.next_at)


def _still_mine(lane: Webhook) -> bool:
    """Ask for more time; no when another relay has taken the lane over since."""
    if lane.leased_until is None:
        return False
    longer = lane.leased_until + LEASE
    mine = Webhook.objects.filter(pk=lane.pk, leased_until=lane.leased_until).update(leased_until=longer)
    lane.leased_until = longer
    return bool(mine)


def _release(lane: Webhook, resting: bool) -> None:
    failures, next_at = (lane.failures, lane.next_at) if resting else (0, None)
    Webhook.objects.filter(pk=lane.pk, leased_until=lane.leased_until).update(
        leased_until=None, failures=failures, next_at=next_at
    )


def unpublished() -> int:
    """How many changes wait for a place in the line."""
    return Change.objects.filter(position=None).count()

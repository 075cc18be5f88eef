"""The gate before payment: one question a kind, asked of a whole batch at once; what it finds must be let through.

Every query answers (payment, facts): facts say what was seen in figures, days and marks, never a name or a number in
full. ``none`` as payment stands for the batch as a whole.
"""

import json
from datetime import date, timedelta
from typing import Any

from django.db import connection

from apps.eligibility.law import law_in_force
from apps.payments.bankformat import BANK_SIDE
from apps.payments.enums import FindingKind
from apps.payments.limits import CAP, limit
from apps.payments.models import Batch, Finding

ACCOUNT_IS_NEW = timedelta(days=30)
LOOKS_BACK = timedelta(days=31)
CHECK_VALIDITY = "check_report_validity"

# Just after drawing, the planner knows nothing of a month's thousands of rows and would look through all of them for
# each payment. Written with IS NOT DISTINCT FROM, the month is no way into the table; the household is.
#
# The payments of the batch with what they pay, and the award behind it when there is one (a 价格补贴's is its unit's).
_LINES = """
    WITH line AS (
        SELECT i.id, i.account_id, i.amount_fen, e.household_id, e.person_id, e.township_id, e.scheme, e.month, e.kind,
            e.id AS entitlement_id, CASE WHEN e.kind = 'SUBSIDY' THEN (
                SELECT c.award_id FROM awards_calcline c
                WHERE c.household_id = e.household_id AND c.person_id IS NOT DISTINCT FROM e.person_id
                    AND c.month IS NOT DISTINCT FROM e.month
                    AND (SELECT r.state FROM awards_monthrun r WHERE r.id = c.run_id) = 'SEALED'
                LIMIT 1) ELSE l.award_id END AS award_id
        FROM payments_instruction i JOIN payments_entitlement e ON e.id = i.entitlement_id
        LEFT JOIN awards_calcline l ON l.id = e.calc_line_id
        WHERE i.batch_id = %(batch)s AND i.state = 'QUEUED'
    )
"""

# The payee, the person provided for, or somebody the amount still counts who died before the month; or an heir
# receives for the dead. Four questions that each begin with the dead, who are few, rather than one about every person
# of every payment.
_DECEASED = """
    SELECT DISTINCT ON (d.id) d.id, jsonb_build_object('who', d.who, 'died_on', d.died_on) FROM (
        SELECT l.id, 'UNIT' AS who, p.died_on FROM line l JOIN households_person p ON p.id = l.person_id
            WHERE p.died_on <= %(on)s AND NOT EXISTS (
                SELECT FROM households_bankaccount a WHERE a.id = l.account_id AND a.heir_of_id IS NOT NULL)
        UNION ALL SELECT l.id, 'HEIR', p.died_on FROM households_bankaccount a
            JOIN line l ON l.account_id = a.id JOIN households_person p ON p.id = a.heir_of_id
            WHERE a.heir_of_id IS NOT NULL
        UNION ALL SELECT l.id, 'PAYEE', p.died_on FROM line l JOIN households_bankaccount a ON a.id = l.account_id
            JOIN households_person p ON p.id = a.holder_id WHERE p.died_on <= %(on)s
        UNION ALL SELECT l.id, 'MEMBER', p.died_on FROM line l JOIN awards_awardmember m ON m.award_id = l.award_id
            AND m.first_month <= l.month AND (m.last_month IS NULL OR m.last_month >= l.month)
            JOIN households_person p ON p.id = m.person_id WHERE p.died_on IS NOT NULL AND p.died_on < l.month
    ) d
    ORDER BY d.id, d.who DESC, d.died_on
"""

_NOT_DUE = """
    SELECT l.id, CASE WHEN w.last_month < l.month
        THEN jsonb_build_object('why', 'ENDED', 'last_month', w.last_month)
        ELSE jsonb_build_object('why', 'MOVED', 'to', t.name) END
    FROM line l JOIN households_household h ON h.id = l.household_id JOIN accounts_area t ON t.id = h.township_id
    LEFT JOIN awards_award w ON w.id = l.award_id
    WHERE l.kind IN ('REGULAR', 'SUBSIDY') AND (w.last_month < l.month OR h.township_id <> l.township_id)
"""

# Two files, yet one name, one birthday, one sex: both paid for the same month. Who has a twin is found before the money
# is asked: there are few, while what the planner believes of a month just drawn may be anything. Then each household
# is asked for once, however many twins lead to it.
_DUPLICATE_PERSON = """
    , twin AS MATERIALIZED (
        SELECT l.id, l.household_id, l.month, q.id AS person_id FROM line l
        JOIN awards_awardmember m ON m.award_id = l.award_id JOIN households_person p ON p.id = m.person_id
        JOIN households_person q ON q.birth_date = p.birth_date AND q.name = p.name AND q.sex = p.sex AND q.id <> p.id
    )
    , other AS MATERIALIZED (
        SELECT DISTINCT t.id, t.month, w.household_id FROM twin t
        JOIN awards_awardmember n ON n.person_id = t.person_id
        JOIN awards_award w ON w.id = n.award_id AND w.household_id <> t.household_id
    )
    , paid AS MATERIALIZED (
        SELECT DISTINCT e.household_id, e.month FROM (SELECT DISTINCT household_id, month FROM other) o
        JOIN payments_entitlement e ON e.household_id = o.household_id AND e.month IS NOT DISTINCT FROM o.month
        JOIN payments_instruction i ON i.entitlement_id = e.id
            AND i.state IN ('QUEUED', 'SUBMITTED', 'UNKNOWN', 'PAID')
    )
    SELECT o.id, jsonb_build_object('other', min(h.number)) FROM other o
    JOIN paid ON paid.household_id = o.household_id AND paid.month IS NOT DISTINCT FROM o.month
    JOIN households_household h ON h.id = o.household_id
    GROUP BY o.id
"""

# 渐退 and 低保 of a household exclude 单人户 in it; one unit has one scheme a month.
_OVERLAPPING_SCHEME = """
    SELECT l.id, jsonb_build_object('other', min(o.scheme)) FROM line l
    JOIN payments_entitlement o ON o.household_id = l.household_id AND o.month IS NOT DISTINCT FROM l.month
        AND o.id <> l.entitlement_id AND o.kind = 'REGULAR' AND o.scheme <> l.scheme
    WHERE l.kind = 'REGULAR' AND (o.person_id IS NOT DISTINCT FROM l.person_id
        OR 'DIBAO_SINGLE' IN (l.scheme, o.scheme)
            AND (l.scheme IN ('DIBAO', 'DIBAO_PHASE_OUT') OR o.scheme IN ('DIBAO', 'DIBAO_PHASE_OUT')))
    GROUP BY l.id
"""

_ACCOUNT_CHANGED = """
    SELECT l.id, jsonb_build_object('decided_on', a.decided_on, 'was', (
        SELECT r.number_mask FROM households_bankaccount r WHERE r.household_id = l.household_id
            AND r.state = 'REPLACED' AND r.decided_on IS NOT NULL ORDER BY r.decided_on DESC, r.id DESC LIMIT 1))
    FROM line l JOIN households_bankaccount a ON a.id = l.account_id
    WHERE a.decided_on > %(account_since)s AND EXISTS (
        SELECT 1 FROM households_bankaccount r WHERE r.household_id = l.household_id
            AND r.state = 'REPLACED' AND r.decided_on IS NOT NULL)
"""

_SHARED_ACCOUNT = """
    SELECT l.id, jsonb_build_object('other', min(h.number)) FROM line l
    JOIN households_bankaccount a ON a.id = l.account_id
    JOIN households_bankaccount b ON b.number_index = a.number_index AND b.household_id <> a.household_id
        AND b.decided_on IS NOT NULL AND b.state IN ('APPROVED', 'REPLACED')
    JOIN households_household h ON h.id = b.household_id
    WHERE NOT EXISTS (SELECT 1 FROM payments_sharedaccount s WHERE s.number_index = a.number_index
        AND s.state = 'APPROVED' AND s.until >= %(on)s)
    GROUP BY l.id
"""

_OVER_CAP = """
    SELECT l.id, jsonb_build_object('cap_fen', %(cap_fen)s::bigint) FROM line l WHERE l.amount_fen > %(cap_fen)s
"""

# The review is overdue by more than a check lasts; or a decision was never paid on and its check has run out meanwhile.
_CHECK_EXPIRED = """
    SELECT l.id, CASE WHEN h.review_due_on < %(check_since)s THEN jsonb_build_object('review_due_on', h.review_due_on)
        ELSE jsonb_build_object('decided_on', d.decided_on) END
    FROM line l JOIN households_household h ON h.id = l.household_id
    LEFT JOIN awards_award w ON w.id = l.award_id LEFT JOIN awards_decision d ON d.id = w.decision_id
    WHERE h.review_due_on < %(check_since)s OR d.decided_on < %(check_since)s AND NOT EXISTS (
        SELECT 1 FROM payments_entitlement e JOIN payments_instruction i ON i.entitlement_id = e.id
        WHERE e.household_id = l.household_id AND i.state = 'PAID')
"""

_LATE_REFUSAL = """
    SELECT DISTINCT ON (l.id) l.id, jsonb_build_object('code', f.failure_code, 'settled_on', f.settled_on)
    FROM line l JOIN households_bankaccount a ON a.id = l.account_id
    JOIN households_bankaccount b ON b.household_id = a.household_id AND b.number_index = a.number_index
    JOIN payments_instruction f ON f.account_id = b.id AND f.state IN ('RETURNED', 'REJECTED')
        AND NOT f.failure_code = ANY(%(bank_side)s)
    JOIN households_person p ON p.id = a.holder_id AND (b.id = a.id OR p.name = f.payee_name)
    WHERE NOT EXISTS (
        SELECT 1 FROM payments_instruction g JOIN households_bankaccount c ON c.id = g.account_id
        WHERE c.household_id = a.household_id AND c.number_index = a.number_index AND g.state = 'PAID'
            AND (g.settled_on, g.id) > (f.settled_on, f.id))
    ORDER BY l.id, f.settled_on DESC, f.id DESC
"""

# Half of it or more goes to the same accounts with the same amounts, for the same months, as in another recent batch.
_LOOK_ALIKE = """
    , twin AS (
        SELECT b.id, b.number, count(DISTINCT l.id) AS alike FROM line l
        JOIN payments_entitlement e ON e.household_id = l.household_id AND e.month IS NOT DISTINCT FROM l.month
            AND e.id <> l.entitlement_id AND e.amount_fen = l.amount_fen
        JOIN payments_instruction i ON i.entitlement_id = e.id AND i.account_id = l.account_id
            AND i.state <> 'CANCELLED' AND i.batch_id <> %(batch)s
        JOIN payments_batch b ON b.id = i.batch_id AND b.drawn_on > %(looks_back)s
            AND b.state NOT IN ('DRAFT', 'CANCELLED')
        GROUP BY 1, 2
    )
    SELECT NULL::bigint, jsonb_build_object('batch', number, 'alike', alike) FROM twin
    WHERE alike * 2 >= (SELECT count(*) FROM line) ORDER BY alike DESC LIMIT 1
"""

QUESTIONS: dict[FindingKind, str] = {
    FindingKind.DECEASED: _DECEASED,
    FindingKind.NOT_DUE: _NOT_DUE,
    FindingKind.DUPLICATE_PERSON: _DUPLICATE_PERSON,
    FindingKind.OVERLAPPING_SCHEME: _OVERLAPPING_SCHEME,
    FindingKind.ACCOUNT_CHANGED: _ACCOUNT_CHANGED,
    FindingKind.SHARED_ACCOUNT: _SHARED_ACCOUNT,
    FindingKind.OVER_CAP: _OVER_CAP,
    FindingKind.CHECK_EXPIRED: _CHECK_EXPIRED,
    FindingKind.LATE_REFUSAL: _LATE_REFUSAL,
    FindingKind.LOOK_ALIKE: _LOOK_ALIKE,
}
# What may also become true between sending and release.
UNTIL_THE_LAST_MOMENT = (FindingKind.DECEASED, FindingKind.NOT_DUE)

_SET_OUT = "CREATE TEMP TABLE line ON COMMIT DROP AS {lines} SELECT * FROM line"
_SEE = "SELECT id, facts::text FROM ({question}) AS q(id, facts)"
_KEEP = """
    INSERT INTO payments_finding (batch_id, round, instruction_id, kind, facts, found_on, state, ground)
    SELECT %(batch)s, %(round)s, q.id, %(kind)s, q.facts, %(on)s, 'OPEN', '' FROM ({question}) AS q(id, facts)
"""


def look(batch: Batch, *, on: date) -> list[Finding]:
    """What the gate would find on the batch as it stands that day; nothing is kept."""
    found = []
    with connection.cursor() as cursor:
        for kind, question in QUESTIONS.items():
            cursor.execute(_SEE.format(question=_LINES + question), _given(batch, on))
            found += [_unsaved(batch, kind, on, *row) for row in cursor.fetchall()]
    return found


def keep_findings(batch: Batch, *, on: date) -> None:
    """Ask every question of a batch that was just frozen and keep what is found; part of an act.

    Its payments are set out in a table of their own for that: read together once, and the planner knows how many.
    """
    given = _given(batch, on) | {"round": batch.round}
    with connection.cursor() as cursor:
        cursor.execute(_SET_OUT.format(lines=_LINES), given)
        cursor.execute("ANALYZE line")
        for kind, question in QUESTIONS.items():
            cursor.execute(_KEEP.format(question=_alone(question)), given | {"kind": kind.value})
        cursor.execute("DROP TABLE line")


def _alone(question: str) -> str:
    """A question as it stands without the payments before it."""
    told = question.strip()
    return f"WITH {told[1:]}" if told.startswith(",") else told


def found_since(batch: Batch, *, on: date) -> list[int]:
    """The payments of a sent batch of which a death or an ending became known only afterwards."""
    found: set[int] = set()
    with connection.cursor() as cursor:
        for kind in UNTIL_THE_LAST_MOMENT:
            cursor.execute(_SEE.format(question=_LINES + QUESTIONS[kind]), _given(batch, on))
            known = Finding.objects.of(batch).filter(kind=kind).values_list("instruction_id", flat=True)
            found |= {row[0] for row in cursor.fetchall()} - set(known)
    return sorted(found)


def _given(batch: Batch, on: date) -> dict[str, Any]:
    validity = int(law_in_force().row(CHECK_VALIDITY, on).value or 0)
    return {
        "batch": batch.pk,
        "on": on,
        "account_since": on - ACCOUNT_IS_NEW,
        "check_since": on - timedelta(days=validity),
        "looks_back": on - LOOKS_BACK,
        "cap_fen": limit(CAP, on),
        "bank_side": list(BANK_SIDE),
    }


def _unsaved(batch: Batch, kind: FindingKind, on: date, instruction_id: int | None, facts: str) -> Finding:
    seen = {"instruction_id": instruction_id, "kind": kind, "facts": json.loads(facts), "found_on": on}
    return Finding(batch=batch, round=batch.round, **seen)

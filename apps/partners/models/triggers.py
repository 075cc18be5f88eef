"""The triggers that write the outbox: one statement, one set.

A decision ends what ran and begins what follows, within one transaction. So what begins takes back the end it
continues: the same again says nothing, another scheme says "changed".
"""

import pgtrigger

from apps.core.guards import Guard

_COLUMNS = "household_id, person_id, township_id, kind, status, before, since, until"


def _watch(name: str, operation: pgtrigger.Operation, func: str, *, old: bool = False) -> Guard:
    return Guard(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(old="earlier" if old else None, new="touched"),
        func=func + " RETURN NULL;",
    )


def _begun(rows: str) -> str:
    """Insert what began (``rows`` gives the columns), taking back the ends that it continues."""
    return f"""
        WITH begun AS ({rows}),
        resumed AS (
            DELETE FROM partners_change c USING begun b
            WHERE c.txid = txid_current() AND c.position IS NULL AND c.household_id = b.household_id
                AND c.person_id = b.person_id AND c.kind = 'ENDED' AND c.since = b.since
                AND (c.status IN ('LOW_INCOME', 'EXPENDITURE')) = (b.status IN ('LOW_INCOME', 'EXPENDITURE'))
            RETURNING c.household_id, c.person_id, c.status, c.before
        )
        INSERT INTO partners_change ({_COLUMNS})
        SELECT b.household_id, b.person_id, b.township_id, CASE WHEN r.status IS NULL THEN 'NEW' ELSE 'CHANGED' END,
            b.status, coalesce(r.status, ''), b.since, b.until
        FROM begun b LEFT JOIN resumed r ON r.household_id = b.household_id AND r.person_id = b.person_id
        WHERE r.status IS DISTINCT FROM b.status
        ORDER BY b.household_id, b.person_id;
    """  # noqa: S608 - the columns are written here


def awards_begun() -> Guard:
    """Persons an award begins to pay for."""
    return _watch(
        "tell_begun",
        pgtrigger.Insert,
        _begun("""
            SELECT DISTINCT ON (a.household_id, t.person_id) a.household_id, t.person_id, a.township_id,
                a.scheme AS status, t.first_month AS since, (t.last_month + interval '1 month')::date AS until
            FROM touched t JOIN awards_award a ON a.id = t.award_id
            WHERE t.last_month IS NULL OR t.last_month >= t.first_month
            ORDER BY a.household_id, t.person_id, a.id
        """),
    )


def awards_ended() -> Guard:
    """Persons an award no longer pays for; one that never began is told as ended from its first month."""
    return _watch(
        "tell_ended",
        pgtrigger.Update,
        f"""
        INSERT INTO partners_change ({_COLUMNS})
        SELECT a.household_id, t.person_id, a.township_id, 'ENDED', a.scheme, '',
            greatest(t.first_month, (t.last_month + interval '1 month')::date), NULL
        FROM touched t JOIN earlier e ON e.id = t.id JOIN awards_award a ON a.id = t.award_id
        WHERE t.last_month IS NOT NULL AND t.last_month IS DISTINCT FROM e.last_month
        ORDER BY a.household_id, t.person_id;
        """,  # noqa: S608 - the columns are written here
        old=True,
    )


def recognitions_begun() -> Guard:
    """Families recognised as 低收入 or 支出型: every member they have that day."""
    return _watch(
        "tell_recognised",
        pgtrigger.Insert,
        _begun("""
            SELECT t.household_id, m.person_id, h.township_id, t.category AS status, t.since, t.until
            FROM touched t JOIN households_household h ON h.id = t.household_id
            JOIN households_membership m ON m.household_id = t.household_id
                AND m.since <= t.since AND (m.until IS NULL OR m.until > t.since)
            WHERE t.until IS NULL OR t.until > t.since
        """),
    )


def recognitions_ended() -> Guard:
    """Families no longer recognised as what they were."""
    return _watch(
        "tell_unrecognised",
        pgtrigger.Update,
        f"""
        INSERT INTO partners_change ({_COLUMNS})
        SELECT t.household_id, m.person_id, h.township_id, 'ENDED', t.category, '', t.until, NULL
        FROM touched t JOIN earlier e ON e.id = t.id JOIN households_household h ON h.id = t.household_id
        JOIN households_membership m ON m.household_id = t.household_id
            AND m.since <= t.until AND (m.until IS NULL OR m.until > t.since)
        WHERE t.until IS NOT NULL AND t.until IS DISTINCT FROM e.until
        ORDER BY t.household_id, m.person_id;
        """,  # noqa: S608 - the columns are written here
        old=True,
    )


def families_moved() -> Guard:
    """Families whose township is another: everybody whose award stands."""
    return _watch(
        "tell_moved",
        pgtrigger.Update,
        f"""
        INSERT INTO partners_change ({_COLUMNS})
        SELECT t.id, m.person_id, t.township_id, 'CHANGED', a.scheme, a.scheme, m.first_month, NULL
        FROM touched t JOIN earlier e ON e.id = t.id
        JOIN awards_award a ON a.household_id = t.id AND a.state = 'RUNNING'
        JOIN awards_awardmember m ON m.award_id = a.id AND m.last_month IS NULL
        WHERE t.township_id <> e.township_id
        ORDER BY t.id, m.person_id;
        """,  # noqa: S608 - the columns are written here
        old=True,
    )


def amounts_of_the_month() -> Guard:
    """A month is confirmed: who gets another amount, and who gets nothing more though nobody decided it.

    What a decision began or ended in this month was told when it was decided.
    """
    return _watch(
        "tell_amounts",
        pgtrigger.Update,
        f"""
        INSERT INTO partners_change ({_COLUMNS}, amount_fen)
        SELECT l.household_id, m.person_id, l.township_id, 'CHANGED', l.scheme, l.scheme, l.month, NULL, l.amount_fen
        FROM touched t JOIN earlier e ON e.id = t.id JOIN awards_calcline l ON l.run_id = t.id
        JOIN awards_awardmember m ON m.award_id = l.award_id
            AND m.first_month <= l.month AND (m.last_month IS NULL OR m.last_month >= l.month)
        WHERE t.state = 'CONFIRMED' AND e.state <> 'CONFIRMED' AND l.change NOT IN ('SAME', 'NEW')
        ORDER BY l.household_id, m.person_id;
        INSERT INTO partners_change ({_COLUMNS})
        SELECT a.household_id, m.person_id, a.township_id, 'ENDED', a.scheme, '', t.month, NULL
        FROM touched t JOIN earlier e ON e.id = t.id
        JOIN awards_award a ON a.last_month = (t.month - interval '1 month')::date AND a.ended_by_id IS NULL
        JOIN awards_awardmember m ON m.award_id = a.id
        WHERE t.state = 'CONFIRMED' AND e.state <> 'CONFIRMED'
        ORDER BY a.household_id, m.person_id;
        """,  # noqa: S608 - the columns are written here
        old=True,
    )

"""Who is on the roll of a month that a 价格临时补贴 is paid for, what each is still owed, and what was too much.

The roll of a month are the people of its sealed lines, 渐退 and 单人户 among them, as confirmed corrections have left
them: whoever was added is on it, whoever was taken off is not, nor the dead. Unlike a month it needs no portions: the
two amounts, one a person in town and one in the country, are worked out by the rule once, and everything else is one
statement in one transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet, Sum

from apps.core.refusal import Refused
from apps.households.models import Household, Person
from apps.payments.enums import PRICE_SUBSIDY, RecalculationGround
from apps.payments.models import Correction, CorrectionLine, Entitlement, PriceIndex, SubsidyRun
from apps.payments.subsidies import Linkage, index_behind, linkage_of

# Everybody on the roll of a month, or some of them, with what they are owed by given amounts and were owed before.
_OWED = """
    WITH corrected AS (
        SELECT DISTINCT ON (c.household_id, c.person_id) c.* FROM payments_correctionline c
        JOIN payments_correction o ON o.id = c.correction_id AND o.state = 'CONFIRMED' AND NOT o.leaves
        WHERE c.month = %(month)s AND c.scheme <> 'PRICE_SUBSIDY'
        ORDER BY c.household_id, c.person_id, c.id DESC
    ), sealed AS (
        SELECT l.award_id, l.household_id, l.person_id, l.township_id, a.terms->>'area' AS area
        FROM awards_calcline l JOIN awards_monthrun r ON r.id = l.run_id AND r.state = 'SEALED'
        JOIN awards_award a ON a.id = l.award_id
        WHERE l.month = %(month)s AND l.parts <> '[]' AND NOT EXISTS (
            SELECT FROM corrected c WHERE c.household_id = l.household_id
                AND c.person_id IS NOT DISTINCT FROM l.person_id)
    ), named AS (
        SELECT m.person_id AS who, s.household_id, s.person_id, s.township_id, s.area
        FROM sealed s JOIN awards_awardmember m ON m.award_id = s.award_id
            AND m.first_month <= %(month)s AND (m.last_month IS NULL OR m.last_month >= %(month)s)
        UNION ALL
        SELECT (p->>'ref')::bigint, c.household_id, c.person_id, c.township_id, c.now_terms->>'area'
        FROM corrected c CROSS JOIN LATERAL jsonb_array_elements(c.now_terms->'people') p WHERE c.now_terms IS NOT NULL
    ), roll AS (
        SELECT DISTINCT ON (n.who) n.* FROM named n JOIN households_person p ON p.id = n.who
        WHERE (p.died_on IS NULL OR p.died_on >= %(month)s)
            AND (%(people)s::bigint[] IS NULL OR n.who = ANY(%(people)s))
        ORDER BY n.who, n.person_id NULLS LAST, n.household_id
    ), before AS (
        SELECT person_id AS who, count(*) AS lines, sum(owed_fen - before_fen) AS fen FROM payments_subsidyline
        WHERE month = %(month)s AND (%(people)s::bigint[] IS NULL OR person_id = ANY(%(people)s)) GROUP BY 1
    ), owed AS (
        SELECT r.*, coalesce(b.fen, 0) AS before_fen, coalesce(b.lines, 0) + 1 AS nth,
            CASE r.area WHEN 'URBAN' THEN %(urban)s WHEN 'RURAL' THEN %(rural)s END::bigint AS owed_fen
        FROM roll r LEFT JOIN before b USING (who)
    )
"""

# Nobody is left out for want of a word in their terms.
_UNKNOWN = "SELECT count(*) FROM owed WHERE owed_fen IS NULL"

_DUE = "SELECT * FROM owed WHERE owed_fen > before_fen"

_CONTENT = """
    SELECT count(*), coalesce(sum(owed_fen - before_fen), 0)::bigint, encode(sha256(convert_to(coalesce(string_agg(
        concat_ws('|', who, household_id, coalesce(person_id, 0), township_id, area, before_fen, owed_fen), E'\\n'
        ORDER BY who), ''), 'UTF8')), 'hex')
    FROM due
"""

_TOTALS = """
    SELECT t.name, count(*) FILTER (WHERE d.area = 'URBAN'), count(*) FILTER (WHERE d.area = 'RURAL'),
        count(DISTINCT (d.household_id, d.person_id)), sum(d.owed_fen - d.before_fen)::bigint
    FROM ({rows}) d JOIN accounts_area t ON t.id = d.township_id GROUP BY t.code, t.name ORDER BY t.code
"""

_CONFIRMED = """
    SELECT l.township_id, l.area, e.household_id, e.person_id, l.owed_fen, l.before_fen
    FROM payments_subsidyline l JOIN payments_entitlement e ON e.id = l.entitlement_id WHERE l.run_id = %(run)s
"""

# Who has more of the month's subsidy than they are owed now: off the roll since, dead, or paid by higher figures.
_EXCESS = """
    , excess AS (
        SELECT b.who, b.lines + 1 AS nth, e.household_id, e.person_id, e.township_id, l.area, b.fen AS before_fen,
            coalesce(o.owed_fen, 0) AS owed_fen
        FROM before b LEFT JOIN owed o USING (who)
        CROSS JOIN LATERAL (SELECT entitlement_id, area FROM payments_subsidyline l
            WHERE l.person_id = b.who AND l.month = %(month)s AND l.run_id IS NOT NULL ORDER BY l.nth DESC LIMIT 1) l
        JOIN payments_entitlement e ON e.id = l.entitlement_id
        WHERE b.fen > coalesce(o.owed_fen, 0)
    )
"""
_LISTED = "SELECT who, household_id, before_fen::bigint, owed_fen FROM excess ORDER BY household_id, who"

_UNITS = """
    SELECT household_id, person_id, township_id, sum(before_fen)::bigint, sum(owed_fen)::bigint FROM excess
    GROUP BY 1, 2, 3 ORDER BY 1, 2
"""

_TAKE_BACK = """
    INSERT INTO payments_subsidyline
        (person_id, month, nth, township_id, area, before_fen, owed_fen, correction_line_id)
    SELECT x.who, %(month)s, x.nth, x.township_id, x.area, x.before_fen, x.owed_fen, c.id
    FROM excess x JOIN payments_correctionline c ON c.correction_id = %(correction)s AND c.month = %(month)s
        AND c.household_id = x.household_id AND c.person_id IS NOT DISTINCT FROM x.person_id
    ORDER BY x.who
"""

_ENTITLE = """
    INSERT INTO payments_entitlement
        (household_id, person_id, township_id, scheme, month, kind, seq, amount_fen, subsidy_run_id)
    SELECT household_id, person_id, township_id, 'PRICE_SUBSIDY', %(month)s, 'SUBSIDY', %(seq)s,
        sum(owed_fen - before_fen), %(run)s
    FROM due GROUP BY household_id, person_id, township_id ORDER BY household_id, person_id
"""

_LINES = """
    INSERT INTO payments_subsidyline
        (person_id, month, nth, township_id, area, before_fen, owed_fen, run_id, entitlement_id)
    SELECT d.who, %(month)s, d.nth, d.township_id, d.area, d.before_fen, d.owed_fen, %(run)s, e.id
    FROM due d JOIN payments_entitlement e ON e.subsidy_run_id = %(run)s AND e.kind = 'SUBSIDY'
        AND e.household_id = d.household_id AND e.person_id IS NOT DISTINCT FROM d.person_id
        AND e.township_id = d.township_id
    ORDER BY d.who
"""


@dataclass(frozen=True)
class Owed:
    """What a run would pay: people, fen, and the digest that stands for who is owed what."""

    people: int
    total_fen: int
    sha256: str


@dataclass(frozen=True)
class InTownship:
    """A township's share of a run."""

    township: str
    urban: int
    rural: int
    units: int
    total_fen: int


@dataclass(frozen=True)
class Excess:
    """Somebody who has more of a month's subsidy than is owed to them now; fen."""

    person: Person
    household: Household
    had_fen: int
    owed_fen: int


def look(index: PriceIndex, linkage: Linkage) -> Owed:
    """What a run by these figures would pay now; nothing is kept. Refused("area_unknown") for people without one."""
    given = _given(index, linkage.urban.a_person, linkage.rural.a_person)
    with connection.cursor() as cursor:
        cursor.execute(_OWED + _UNKNOWN, given)
        if unknown := cursor.fetchone()[0]:
            raise Refused("area_unknown", f"{unknown} 人的待遇里没有城乡类别，不能测算；请系统管理员修复后再来。")
        cursor.execute(f"{_OWED}, due AS ({_DUE}) {_CONTENT}", given)
        return Owed(*cursor.fetchone())


def write_down(run: SubsidyRun) -> Owed:
    """Owe what a confirmed run says: one entitlement a unit, one line a person; what was written; part of its act."""
    given = _given(run.index, run.urban_fen, run.rural_fen) | {"run": run.pk, "seq": run.seq}
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE due ON COMMIT DROP AS {_OWED} {_DUE}", given)
        cursor.execute("ANALYZE due")
        cursor.execute(_CONTENT)
        found = Owed(*cursor.fetchone())
        cursor.execute(_ENTITLE, given)
        cursor.execute(_LINES, given)
        cursor.execute("DROP TABLE due")
    return found


def totals_of(run: SubsidyRun) -> list[InTownship]:
    """A run by township: as it was written down, or while it waits as it would be now."""
    given = _given(run.index, run.urban_fen, run.rural_fen) | {"run": run.pk}
    rows = f"{_OWED} {_TOTALS.format(rows=_DUE)}" if run.waits else _TOTALS.format(rows=_CONFIRMED)
    with connection.cursor() as cursor:
        cursor.execute(rows, given)
        return [InTownship(*row) for row in cursor.fetchall()]


def excess_of(index: PriceIndex, people: Sequence[int] | None = None) -> list[Excess]:
    """Who (of these people) has more of the subsidy of the publication's month than they are owed, as is known now."""
    with connection.cursor() as cursor:
        cursor.execute(_OWED + _EXCESS + _LISTED, _given_now(index) | {"people": people})
        rows = cursor.fetchall()
    people = Person.objects.in_bulk([person for person, *_ in rows])
    households = Household.objects.in_bulk([household for _, household, *_ in rows])
    return [Excess(people[person], households[household], *fen) for person, household, *fen in rows]


def too_much(index: PriceIndex) -> list[CorrectionLine]:
    """The same unit by unit, as lines of a correction that is not written yet."""
    with connection.cursor() as cursor:
        cursor.execute(_OWED + _EXCESS + _UNITS, _given_now(index))
        rows = cursor.fetchall()
    told = {"scheme": PRICE_SUBSIDY, "month": index.paid_month, "ground": RecalculationGround.PRICES}
    return [
        CorrectionLine(household_id=household, person_id=person, township_id=town, was_fen=was, now_fen=now, **told)
        for household, person, town, was, now in rows
    ]


def take_back(correction: Correction) -> None:
    """Note of each person what a confirmed correction has left them; part of its act."""
    with connection.cursor() as cursor:
        given = _given_now(index_behind(correction)) | {"correction": correction.pk}
        cursor.execute(_OWED + _EXCESS + _TAKE_BACK, given)


def sums_of(run: SubsidyRun) -> QuerySet[Entitlement, Any]:
    """What a run owes by township and scheme, for the ledger."""
    rows = Entitlement.objects.filter(subsidy_run=run).values_list("township", "scheme")
    return rows.annotate(fen=Sum("amount_fen")).order_by("township", "scheme")


def _given_now(index: PriceIndex) -> dict[str, Any]:
    linkage = linkage_of(index)
    return _given(index, linkage.urban.a_person, linkage.rural.a_person)


def _given(index: PriceIndex, urban: int, rural: int) -> dict[str, Any]:
    return {"month": index.paid_month, "urban": urban, "rural": rural, "people": None}

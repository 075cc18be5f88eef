"""What nothing has touched since last month is due the same: such lines are carried over in one statement.

A line may be carried when all that its amount depends on is provably what it was: the same award of the same unit, the
same terms (by digest), nobody newly at an age that counts (``CalcLine.steady_until``), the same parameters and
provisions in force, and the same program of the rules. Everything else is calculated. The row that comes of it is the
one a calculation gives, column by column; ``test_carrying`` compares them.
"""

from django.db import connection

from apps.awards.models import Chunk, MonthRun
from apps.core.month import Month
from apps.eligibility.law import law_of
from apps.eligibility.policy.digest import policy_digest
from apps.eligibility.policy.due import reads_the_same
from apps.eligibility.policy.standards import Law

_CARRY = """
    INSERT INTO awards_calcline (run_id, chunk_id, award_id, household_id, person_id, township_id, scheme, month,
        amount_fen, parts, previous_fen, change, terms_digest, steady_until)
    SELECT %(run)s, %(chunk)s, a.id, a.household_id, a.person_id, a.township_id, a.scheme, %(month)s,
        b.amount_fen, b.parts, b.amount_fen, 'SAME', b.terms_digest, b.steady_until
    FROM awards_award a JOIN awards_calcline b ON b.award_id = a.id AND b.run_id = %(previous)s
    WHERE a.id = ANY(%(awards)s) AND b.award_id = ANY(%(awards)s)
        AND b.steady_until >= %(month)s AND b.terms_digest = md5(a.terms::text)::uuid
        AND b.household_id = a.household_id AND b.person_id IS NOT DISTINCT FROM a.person_id AND b.scheme = a.scheme
    ORDER BY a.id
    RETURNING award_id
"""


def carry_over(chunk: Chunk, law: Law) -> set[int]:
    """Write the lines of the chunk's awards that are last month's again; which awards these were."""
    previous = chunk.run.previous()
    if previous is None or not same_rules(chunk.run, previous, law):
        return set()
    given = {"run": chunk.run_id, "chunk": chunk.pk, "month": chunk.run.month}
    with connection.cursor() as cursor:
        cursor.execute(_CARRY, {**given, "previous": previous.pk, "awards": chunk.award_ids})
        return {award for (award,) in cursor}


def same_rules(run: MonthRun, previous: MonthRun, law: Law) -> bool:
    """Whether a month is calculated by what the month before was: program, provisions and parameters."""
    if not policy_digest() == run.rules_digest == previous.rules_digest:
        return False
    then = law if previous.law_digest == run.law_digest else law_of(previous.law_digest)
    return then is not None and reads_the_same(Month.of(run.month), law, then)

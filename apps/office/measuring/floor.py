"""The floor of a month: hand-written SQL that leaves the rows the office leaves, from amounts already known.

One connection; an INSERT a table and portion, without a join or a look-up: ids, amounts, accounts and names stand
ready in one table. Tables, constraints and triggers are the office's own, so this is what any program would pay at
least. What each table is for stands in docs/benchmarks.md.
"""

import io
import time
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import connection, transaction

from apps.accounts.models import User
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.enums import RunState
from apps.awards.models import Chunk, MonthRun
from apps.office.measuring.owner import as_owner
from apps.payments.actions.ledger import post
from apps.payments.enums import BatchState, LedgerEvent, Purpose, Step
from apps.payments.models import Batch, Signature
from apps.payments.models.instruction import end_to_end_id

PORTION = 20_000
_TOTALS = ("expected_total_fen", "declared_total_fen")

_KNOWN = """
    CREATE TABLE measured_known AS
    SELECT row_number() OVER (ORDER BY l.award_id) AS place, c.number AS chunk, l.award_id, l.household_id, l.person_id,
        l.township_id, l.scheme, l.amount_fen, l.parts, l.terms_digest, l.steady_until, a.id AS account_id,
        p.name AS payee_name, a.number_mask, nextval(pg_get_serial_sequence('awards_calcline', 'id')) AS line_id,
        nextval(pg_get_serial_sequence('payments_entitlement', 'id')) AS owed_id
    FROM awards_calcline l JOIN awards_chunk c ON c.id = l.chunk_id
    JOIN households_bankaccount a ON a.household_id = l.household_id AND a.state = 'APPROVED'
    JOIN households_person p ON p.id = a.holder_id
    WHERE l.run_id = %s ORDER BY l.award_id
"""
_NAMED = """
    CREATE TABLE measured_named AS SELECT k.*, n.end_to_end_id
    FROM measured_known k JOIN measured_names n USING (owed_id) ORDER BY place;
    ALTER TABLE measured_named ADD PRIMARY KEY (place);
    GRANT SELECT ON measured_named TO PUBLIC;
    DROP TABLE measured_known, measured_names;
    CREATE TABLE measured_least (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, unit bigint NOT NULL,
        month date NOT NULL, amount bigint NOT NULL);
    VACUUM ANALYZE measured_named
"""

# Sent tomorrow: no worker takes up what the floor writes.
_CHUNKS = """
    INSERT INTO awards_chunk (run_id, number, award_ids, state, attempts, earlier, is_retry, begun_at, dispatched_at,
        last_error, lines_sha256)
    SELECT %(run)s, number, award_ids, 'PENDING', 1, 0, false, begun_at, now() + interval '1 day', '', ''
    FROM awards_chunk WHERE run_id = %(like)s ORDER BY number
"""
_RECORDS = """
    INSERT INTO audit_record ("on", user_id, verb, subject_type, subject_id, subject_label, reason, payload)
    SELECT %(on)s, %(system)s, 'CALCULATE', 'awards.chunk', %(first)s + n - 1, '', '', '{}'
    FROM generate_series(%(from)s, %(to)s) AS n RETURNING id
"""
_LINES = """
    INSERT INTO awards_calcline (id, run_id, chunk_id, award_id, household_id, person_id, township_id, scheme, month,
        amount_fen, parts, previous_fen, change, terms_digest, steady_until)
    SELECT line_id, %(run)s, %(first)s + chunk - 1, award_id, household_id, person_id, township_id, scheme, %(month)s,
        amount_fen, parts, amount_fen, 'SAME', terms_digest, steady_until
    FROM measured_named WHERE place > %(after)s AND place <= %(until)s
"""
_DONE = """
    UPDATE awards_chunk c SET state = 'DONE', rows = l.rows, total_fen = l.total_fen, lines_sha256 = l.lines_sha256
    FROM awards_chunk l
    WHERE c.id BETWEEN %(first)s + %(from)s - 1 AND %(first)s + %(to)s - 1
        AND l.run_id = %(like)s AND l.number = c.number
"""
_OWED = """
    INSERT INTO payments_entitlement
        (id, household_id, person_id, township_id, scheme, month, kind, seq, amount_fen, calc_line_id)
    SELECT owed_id, household_id, person_id, township_id, scheme, %(month)s, 'REGULAR', 1, amount_fen, line_id
    FROM measured_named WHERE place > %(after)s AND place <= %(until)s AND amount_fen > 0
"""
_INSTRUCTIONS = """
    INSERT INTO payments_instruction (end_to_end_id, entitlement_id, attempt_no, batch_id, township_id, account_id,
        payee_name, account_mask, amount_fen, state, failure_code, failure_text)
    SELECT end_to_end_id, owed_id, 1, %(batch)s, township_id, account_id, payee_name, number_mask, amount_fen,
        'QUEUED', '', ''
    FROM measured_named WHERE place > %(after)s AND place <= %(until)s AND amount_fen > 0
"""
_SUMS = """
    SELECT township_id, scheme, sum(amount_fen)::bigint FROM measured_named GROUP BY 1, 2 ORDER BY 1, 2
"""
_LEAST = "INSERT INTO measured_least (unit, month, amount) SELECT award_id, %s, amount_fen FROM measured_named"


def know(run: MonthRun) -> None:
    """Put down what a month comes to, with every id it will need, in the place of what was known before."""
    with as_owner() as cursor:
        cursor.execute("DROP TABLE IF EXISTS measured_named, measured_least")
        cursor.execute(_KNOWN, [run.pk])
        cursor.execute("CREATE TABLE measured_names (owed_id bigint, end_to_end_id uuid)")
        cursor.execute("SELECT owed_id FROM measured_known")
        names = "".join([f"{owed}\t{end_to_end_id(owed, 1)}\n" for (owed,) in cursor])
        cursor.copy_expert("COPY measured_names FROM STDIN", io.StringIO(names))
        for statement in _NAMED.split(";"):
            cursor.execute(statement)


def least(month: date) -> float:
    """Seconds for the least that could be called a month: one row a unit in one table."""
    begun = time.perf_counter()
    with as_owner() as cursor:
        cursor.execute(_LEAST, [month])
    return time.perf_counter() - begun


class Floor:
    """One month written from what is known; ``seconds`` says what each part took."""

    def __init__(self, month: date, like: MonthRun, desks: dict[str, User]) -> None:
        self.month, self.like, self.desks = month, like, desks
        self.seconds: dict[str, float] = {}
        with connection.cursor() as cursor:
            cursor.execute(_SUMS)
            self.sums = cursor.fetchall()
            cursor.execute("SELECT max(place) FROM measured_named")
            self.units = cursor.fetchone()[0]

    def lay(self) -> None:
        """Write it."""
        steps = {"open": self._open, "calculate": self._calculate, "confirm": self._confirm, "draw": self._draw}
        for name, step in steps.items():
            begun = time.perf_counter()
            step()
            self.seconds[name] = time.perf_counter() - begun

    def _act(self, verb: Verb, desk: str, subject: Any = None) -> Any:
        return act(verb, acting_user=self.desks[desk], on=self.month, subject=subject)

    def _execute(self, statement: str, **given: Any) -> Any:
        cursor = connection.cursor()
        cursor.execute(statement, {"month": self.month, "run": self.run.pk, "like": self.like.pk, **given})
        return cursor

    def _places(self) -> Iterator[dict[str, int]]:
        for after in range(0, self.units, PORTION):
            yield {"after": after, "until": after + PORTION}

    def _open(self) -> None:
        with self._act(Verb.OPEN_MONTH, "maker"):
            same = {name: getattr(self.like, name) for name in ("units", "law_digest", "rules_digest")}
            self.run = MonthRun.objects.create(
                month=self.month, started_by=self.desks["maker"], started_on=self.month, **same
            )
            self._execute(_CHUNKS)
        self.first = Chunk.objects.filter(run=self.run).order_by("pk").values_list("pk", flat=True)[0]

    def _calculate(self) -> None:
        size = max(len(ids) for ids in self.like.chunks.values_list("award_ids", flat=True)[:10])
        for places in self._places():
            chunks = {"from": places["after"] // size + 1, "to": min(places["until"], self.units + size - 1) // size}
            given = {**places, **chunks, "first": self.first}
            with transaction.atomic():
                record = self._execute(_RECORDS, on=self.month, system=self.desks["system"].pk, **given).fetchone()
                self._execute("SELECT set_config('jiaohe.act', %(act)s, true)", act=str(record[0]))
                self._execute(_LINES, **given)
                self._execute(_DONE, **given)

    def _confirm(self) -> None:
        run, total = self.run, sum(fen for *_, fen in self.sums)
        moves = (
            (Verb.FINISH_CALCULATION, "system", {"state": RunState.CALCULATED, "total_fen": total}),
            (
                Verb.CONFIRM_MONTH,
                "checker",
                {"state": RunState.CONFIRMED, "confirmed_by": self.desks["checker"], "confirmed_on": self.month},
            ),
        )
        for verb, desk, fields in moves:
            with self._act(verb, desk, run):
                MonthRun.objects.filter(pk=run.pk).update(**fields)

    def _draw(self) -> None:
        maker, run = self.desks["maker"], self.run
        with self._act(Verb.DRAW_BATCH, "maker", run):
            with self._act(Verb.ENTITLE, "maker", run):
                MonthRun.objects.filter(pk=run.pk).update(state=RunState.SEALED)
            for places in self._places():
                self._execute(_OWED, **places)
            post(LedgerEvent.ENTITLED, self.sums, on=self.month, run=run)
            batch = Batch.objects.create(
                number=f"FF{self.month:%Y%m}-001",
                month=self.month,
                purpose=Purpose.REGULAR,
                drawn_by=maker,
                drawn_on=self.month,
            )
            for places in self._places():
                self._execute(_INSTRUCTIONS, batch=batch.pk, **places)
        with self._act(Verb.FREEZE_BATCH, "maker", batch):
            count, fen, content = self.units, sum(fen for *_, fen in self.sums), {"content_sha256": "0" * 64}
            sums = {"expected_count": count, "declared_count": count} | dict.fromkeys(_TOTALS, fen)
            Batch.objects.filter(pk=batch.pk).update(state=BatchState.FROZEN, round=1, **content, **sums)
            Signature.objects.create(batch=batch, round=1, step=Step.SENT, user=maker, on=self.month, **content)

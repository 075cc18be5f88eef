"""What the database itself refuses about batches, their instructions and the ledger."""

import pgtrigger

from apps.audit.history import DECLARED, VARIABLES
from apps.core.guards import Guard


class BatchContentGuard(Guard):
    """Content and signatures of a batch change only by the moves that set them."""

    name = "batch_content"
    level = pgtrigger.Row
    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete
    func = """
        IF TG_OP = 'DELETE' THEN
            RAISE EXCEPTION 'a batch is cancelled, never deleted' USING ERRCODE = 'JH003';
        END IF;
        IF (NEW.number, NEW.month, NEW.purpose, NEW.drawn_by_id, NEW.drawn_on)
            IS DISTINCT FROM (OLD.number, OLD.month, OLD.purpose, OLD.drawn_by_id, OLD.drawn_on)
        OR OLD.state <> 'DRAFT' AND NEW.state <> 'DRAFT'
            AND (NEW.content_sha256, NEW.expected_count, NEW.expected_total_fen, NEW.declared_count,
                NEW.declared_total_fen, NEW.approvals_needed)
            IS DISTINCT FROM (OLD.content_sha256, OLD.expected_count, OLD.expected_total_fen, OLD.declared_count,
                OLD.declared_total_fen, OLD.approvals_needed)
        OR NEW.round <> OLD.round + (OLD.state = 'DRAFT' AND NEW.state = 'FROZEN')::int
        OR NOT (OLD.state = 'FROZEN' AND NEW.state = 'APPROVED') AND NEW.state <> 'DRAFT'
            AND (NEW.approved_by_id, NEW.approved_on, NEW.approved_sha256)
            IS DISTINCT FROM (OLD.approved_by_id, OLD.approved_on, OLD.approved_sha256)
        OR NOT (OLD.state = 'APPROVED' AND NEW.state = 'SEALED')
            AND (NEW.released_by_id, NEW.released_on) IS DISTINCT FROM (OLD.released_by_id, OLD.released_on)
        OR NEW.submitted_on IS DISTINCT FROM OLD.submitted_on AND NOT (OLD.state = 'SEALED' AND NEW.state = 'SUBMITTED')
        OR NEW.closed_on IS DISTINCT FROM OLD.closed_on AND NEW.state <> 'CLOSED'
        OR OLD.state IN ('CLOSED', 'CANCELLED') THEN
            RAISE EXCEPTION 'batch % does not change in state %', OLD.number, OLD.state USING ERRCODE = 'JH003';
        END IF;
        RETURN NEW;
    """


class BatchSigned(Guard):
    """Approved and released are what was signed for: by as many as asked for, nothing left open, its money there."""

    name = "batch_signed"
    level = pgtrigger.Row
    when = pgtrigger.After
    operation = pgtrigger.UpdateOf("state")
    func = """
        IF NEW.state = 'APPROVED' AND OLD.state = 'FROZEN' AND (
            (SELECT count(*) FROM payments_signature s WHERE s.batch_id = NEW.id AND s.round = NEW.round
                AND s.step = 'APPROVED' AND s.content_sha256 = NEW.content_sha256) < NEW.approvals_needed
            OR NOT EXISTS (SELECT 1 FROM payments_signature s WHERE s.batch_id = NEW.id AND s.round = NEW.round
                AND s.step = 'APPROVED' AND s.user_id = NEW.approved_by_id)
            OR NEW.round > 0 AND NOT EXISTS (SELECT 1 FROM payments_signature s WHERE s.batch_id = NEW.id
                AND s.round = NEW.round AND s.step = 'SENT')
            OR EXISTS (SELECT 1 FROM payments_finding f WHERE f.batch_id = NEW.id AND f.round = NEW.round
                AND f.state <> 'CLEARED')
        ) OR (NEW.state = 'APPROVED' AND OLD.state = 'FROZEN' OR NEW.state = 'SUBMITTED' AND NEW.round > 0) AND
            (SELECT coalesce(sum(amount_fen), 0) FROM payments_fundentry e WHERE e.batch_id = NEW.id)
            <> NEW.expected_total_fen
        OR NEW.state = 'SEALED' AND OLD.state = 'APPROVED' AND NOT EXISTS (
            SELECT 1 FROM payments_signature s WHERE s.batch_id = NEW.id AND s.round = NEW.round
                AND s.step = 'RELEASED' AND s.user_id = NEW.released_by_id
        ) THEN
            RAISE EXCEPTION 'batch % is not signed for %', NEW.number, NEW.state USING ERRCODE = 'JH003';
        END IF;
        RETURN NULL;
    """


class SignatureFits(Guard):
    """One signs for oneself, this round's content of the batch, at the station where it stands, with nothing open."""

    name = "signature_fits"
    level = pgtrigger.Row
    when = pgtrigger.Before
    operation = pgtrigger.Insert
    declare = (*VARIABLES, ("found", "payments_batch"))
    func = f"""
        {DECLARED}
        SELECT * INTO found FROM payments_batch WHERE id = NEW.batch_id FOR NO KEY UPDATE;
        IF NEW.user_id <> act_user OR NEW.round <> found.round OR NEW.content_sha256 <> found.content_sha256
        OR (NEW.step, found.state) NOT IN (('SENT', 'FROZEN'), ('APPROVED', 'FROZEN'), ('RELEASED', 'APPROVED'))
        OR (NEW.step = 'SENT') <> (NEW.user_id = found.drawn_by_id)
        OR NEW.step = 'APPROVED' AND EXISTS (SELECT 1 FROM payments_finding f
            WHERE f.batch_id = NEW.batch_id AND f.round = NEW.round AND f.state <> 'CLEARED') THEN
            RAISE EXCEPTION 'this is not to be signed' USING ERRCODE = 'JH003';
        END IF;
        RETURN NEW;
    """  # noqa: S608 - names are written here


class FindingStays(Guard):
    """What was found is found once a round and never altered; it is cleared by those who say so, never the maker."""

    name = "finding_stays"
    level = pgtrigger.Row
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    declare = (*VARIABLES, ("found", "payments_batch"))
    func = f"""
        IF TG_OP = 'DELETE' THEN
            RAISE EXCEPTION 'a finding is cleared, never deleted' USING ERRCODE = 'JH003';
        END IF;
        {DECLARED}
        SELECT * INTO found FROM payments_batch WHERE id = NEW.batch_id;
        IF found.state <> 'FROZEN' OR found.round <> NEW.round THEN
            RAISE EXCEPTION 'findings belong to a batch under review' USING ERRCODE = 'JH003';
        ELSIF TG_OP = 'UPDATE' AND (
            (NEW.batch_id, NEW.round, NEW.instruction_id, NEW.kind, NEW.facts, NEW.found_on)
            IS DISTINCT FROM (OLD.batch_id, OLD.round, OLD.instruction_id, OLD.kind, OLD.facts, OLD.found_on)
            OR act_user = found.drawn_by_id
            OR NEW.cleared_by_id IS DISTINCT FROM OLD.cleared_by_id AND NEW.cleared_by_id <> act_user
            OR NEW.second_by_id IS DISTINCT FROM OLD.second_by_id AND NEW.second_by_id <> act_user
        ) THEN
            RAISE EXCEPTION 'a finding is cleared by who says so, and not by the maker' USING ERRCODE = 'JH003';
        END IF;
        RETURN NEW;
    """  # noqa: S608 - names are written here


_BATCH_IS_DRAFT = """
    PERFORM 1 FROM payments_batch WHERE id IN (SELECT batch_id FROM {rows}) ORDER BY id FOR SHARE;
    IF EXISTS (SELECT 1 FROM payments_batch WHERE id IN (SELECT batch_id FROM {rows}) AND state <> 'DRAFT') THEN
        RAISE EXCEPTION 'instructions of a batch that is no draft do not change' USING ERRCODE = 'JH003';
    END IF;
"""

_PAYS_WHAT_IS_OWED = """
    IF EXISTS (
        SELECT 1 FROM touched t
        JOIN payments_entitlement e ON e.id = t.entitlement_id
        JOIN households_bankaccount a ON a.id = t.account_id
        WHERE t.amount_fen <> e.amount_fen OR t.township_id <> e.township_id OR a.household_id <> e.household_id
            OR e.month > a.owed_through
    ) THEN
        RAISE EXCEPTION 'an instruction pays exactly what is owed, to an account of that household'
            USING ERRCODE = 'JH003';
    END IF;
"""

# What may change of an instruction while its batch is no draft: what became of it.
_CONTENT = (
    "entitlement_id, attempt_no, end_to_end_id, batch_id, township_id, account_id, payee_name, account_mask, amount_fen"
)


def _columns(table: str) -> str:
    return ", ".join(f"{table}.{column}" for column in _CONTENT.split(", "))


class InstructionsAdded(Guard):
    """Instructions join a batch only while it is a draft (the share lock lets no freeze pass in between)."""

    name = "instructions_added"
    level = pgtrigger.Statement
    when = pgtrigger.After
    operation = pgtrigger.Insert
    referencing = pgtrigger.Referencing(new="touched")
    func = _BATCH_IS_DRAFT.format(rows="touched") + _PAYS_WHAT_IS_OWED + " RETURN NULL;"


class InstructionsChanged(Guard):
    """Payee, account and amount change only while the batch is a draft; what is owed and the attempt never."""

    name = "instructions_changed"
    level = pgtrigger.Statement
    when = pgtrigger.After
    operation = pgtrigger.Update
    referencing = pgtrigger.Referencing(old="before", new="touched")
    func = f"""
        IF EXISTS (
            SELECT 1 FROM before FULL JOIN touched ON touched.id = before.id
            WHERE before.id IS NULL OR touched.id IS NULL
            OR ({_columns("before")}) IS DISTINCT FROM ({_columns("touched")})
        ) THEN
        {_BATCH_IS_DRAFT.format(rows="before")}
        {_BATCH_IS_DRAFT.format(rows="touched")}
        {_PAYS_WHAT_IS_OWED}
        END IF;
        IF EXISTS (
            SELECT 1 FROM before JOIN touched ON touched.id = before.id AND touched.state <> before.state
            JOIN payments_batch b ON b.id = touched.batch_id
            WHERE touched.state = 'CANCELLED' AND b.state NOT IN ('DRAFT', 'CANCELLED')
            OR touched.state = 'SUBMITTED' AND b.state <> 'SUBMITTED'
        ) OR EXISTS (
            SELECT 1 FROM before JOIN touched ON touched.id = before.id AND touched.state = before.state
            WHERE (touched.failure_code, touched.failure_text, touched.settled_on)
                IS DISTINCT FROM (before.failure_code, before.failure_text, before.settled_on)
        ) THEN
            RAISE EXCEPTION 'a payment leaves its batch or goes out with it' USING ERRCODE = 'JH003';
        END IF;
        RETURN NULL;
    """  # noqa: S608 - names are written here


class InstructionsRemoved(Guard):
    """Instructions are cancelled, never deleted."""

    name = "instructions_removed"
    level = pgtrigger.Statement
    when = pgtrigger.Before
    operation = pgtrigger.Delete
    func = "RAISE EXCEPTION 'an instruction is cancelled, never deleted' USING ERRCODE = 'JH003';"


class PaidComesBackByLateReturn(Guard):
    """A payment that arrived comes back only by a late return that was confirmed."""

    name = "paid_comes_back"
    level = pgtrigger.Row
    when = pgtrigger.Before
    operation = pgtrigger.UpdateOf("state")
    condition = pgtrigger.Q(old__state="PAID", new__state="RETURNED")
    func = """
        IF NOT EXISTS (
            SELECT 1 FROM payments_latereturn WHERE instruction_id = OLD.id AND state = 'APPROVED'
        ) THEN
            RAISE EXCEPTION 'payment % cannot move from PAID to RETURNED without a late return', OLD.id
                USING ERRCODE = 'JH002';
        END IF;
        RETURN NEW;
    """


class LedgerBalances(Guard):
    """The entries of a transaction sum to zero after every statement."""

    name = "ledger_balances"
    level = pgtrigger.Statement
    when = pgtrigger.After
    operation = pgtrigger.Insert
    referencing = pgtrigger.Referencing(new="touched")
    func = """
        IF EXISTS (
            SELECT 1 FROM payments_ledgerentry WHERE transaction_id IN (SELECT transaction_id FROM touched)
            GROUP BY transaction_id HAVING sum(amount_fen) <> 0
        ) THEN
            RAISE EXCEPTION 'a ledger transaction must sum to zero' USING ERRCODE = 'JH004';
        END IF;
        RETURN NULL;
    """

"""What the database itself refuses about corrections and what is owed back."""

import pgtrigger

from apps.core.guards import Guard, refuses_added, unchanged

FIXED = ("number", "correction_id", "household_id", "person_id", "township_id", "scheme", "amount_fen", "opened_on")


def annuls_only_what_is_open() -> Guard:
    """What is on its way to the bank, perhaps paid or paid is never annulled."""
    return refuses_added(
        "annuls_only_what_is_open",
        """
        SELECT FROM touched t JOIN public.payments_instruction i ON i.entitlement_id = t.entitlement_id
        WHERE i.state IN ('QUEUED', 'SUBMITTED', 'UNKNOWN', 'PAID')
        """,
        "what is on its way or paid is not annulled",
    )


def pays_nothing_annulled() -> Guard:
    """What was annulled is not sent."""
    return refuses_added(
        "pays_nothing_annulled",
        "SELECT FROM touched t JOIN public.payments_annulment a ON a.entitlement_id = t.entitlement_id",
        "an annulled entitlement is not paid",
    )


def repays_no_more_than_is_owed() -> Guard:
    """Repayments never exceed what is owed back, whoever writes at the same time."""
    guard = refuses_added(
        "repays_no_more_than_is_owed",
        """
        SELECT FROM public.payments_receivable r
        WHERE r.id IN (SELECT receivable_id FROM touched)
            AND r.amount_fen < (SELECT sum(p.amount_fen) FROM public.payments_repayment p WHERE p.receivable_id = r.id)
        """,
        "more is not repaid than is owed",
    )
    lock = """
        PERFORM FROM public.payments_receivable WHERE id IN (SELECT receivable_id FROM touched)
            ORDER BY id FOR NO KEY UPDATE;
    """
    guard.func = f"{lock}{guard.func}"
    return guard


def owed_back_stays() -> Guard:
    """Who owes back how much never changes; what is over stays over."""
    return Guard(
        name="owed_back_stays",
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            IF TG_OP = 'DELETE' OR NOT {unchanged(FIXED)} OR OLD.state IN ('CLOSED', 'WRITTEN_OFF') THEN
                RAISE EXCEPTION 'what is owed back stays as it was confirmed' USING ERRCODE = 'JH003';
            END IF;
            RETURN NEW;
        """,
    )

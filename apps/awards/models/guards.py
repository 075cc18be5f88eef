"""What the database keeps of awards and months beside their moves."""

import pgtrigger

from apps.audit.verbs import Verb
from apps.core.guards import Guard, refuses_added, unchanged

FIXED = ("month", "units", "started_by_id", "started_on", "law_digest", "rules_digest")
FIXED_ONCE_CONFIRMED = (*FIXED, "total_fen", "confirmed_by_id", "confirmed_on")


def figures_stay() -> Guard:
    """What a month was begun with never changes; once it is confirmed, nothing but its state does."""
    begun, confirmed = unchanged(FIXED), unchanged(FIXED_ONCE_CONFIRMED)
    return Guard(
        name="figures_stay",
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=f"""
            IF NOT {begun} OR (OLD.state IN ('CONFIRMED', 'SEALED') AND NOT {confirmed}) THEN
                RAISE EXCEPTION 'the figures of a month stay as they were' USING ERRCODE = 'JH003';
            END IF;
            RETURN NEW;
        """,
    )


def only_while_calculating() -> Guard:
    """Lines are added to a month only while it is calculated: a late worker cannot add to what was confirmed."""
    return refuses_added(
        "only_while_calculating",
        """
        SELECT FROM (SELECT DISTINCT run_id FROM touched) t
        JOIN public.awards_monthrun r ON r.id = t.run_id WHERE r.state <> 'CALCULATING'
        """,
        "lines are added only while a month is calculated",
    )


# A decided case, a register two people took over, a made-up one (no production office can declare that act).
BEGIN_AWARDS = (Verb.DECIDE_AWARD, Verb.IMPORT_REGISTER, Verb.LOAD_DEMO)


def begins_by_a_decision() -> Guard:
    """Awards begin inside the acts that may begin them, and no other: whoever writes, by whatever path."""
    verbs = ", ".join(f"'{verb}'" for verb in BEGIN_AWARDS)
    return Guard(
        name="begins_by_a_decision",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=f"""
            -- A write without any act is refused by the history.
            IF EXISTS (
                SELECT FROM public.audit_record r
                WHERE r.id = nullif(current_setting('jiaohe.act', true), '')::bigint AND r.verb NOT IN ({verbs})
            ) THEN
                RAISE EXCEPTION 'an award begins by a decision or a register taken over' USING ERRCODE = 'JH004';
            END IF;
            RETURN NULL;
        """,
    )


def nothing_for_the_dead() -> Guard:
    """No award begins for somebody whose death lies before its first month."""
    return refuses_added(
        "nothing_for_the_dead",
        """
        SELECT FROM touched t JOIN public.households_person p ON p.id = t.person_id
        WHERE p.died_on < t.first_month AND (t.last_month IS NULL OR t.last_month >= t.first_month)
        """,
        "nothing begins for a dead person",
    )

"""What the database keeps of awards and months beside their moves."""

import pgtrigger

from apps.audit.verbs import Verb
from apps.core.guards import DefinerGuardSql, Guard, refuses_added, unchanged

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


def nothing_is_set_aside() -> Guard:
    """A month is neither calculated to the end nor confirmed while a unit of it waits to be cleared."""
    return Guard(
        name="nothing_is_set_aside",
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("state"),
        func="""
            IF NEW.state <> OLD.state AND NEW.state IN ('CALCULATED', 'CONFIRMED') AND EXISTS (
                SELECT FROM public.awards_setaside a WHERE a.run_id = NEW.id AND a.state IN ('OPEN', 'RETRYING')
            ) THEN
                RAISE EXCEPTION 'units of this month are still set aside' USING ERRCODE = 'JH003';
            END IF;
            RETURN NEW;
        """,
    )


def only_before_confirmation() -> Guard:
    """Units are set aside, cleared and left out only while the month is not confirmed."""
    return Guard(
        name="only_before_confirmation",
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func="""
            IF NOT EXISTS (
                SELECT FROM public.awards_monthrun r
                WHERE r.id = NEW.run_id AND r.state IN ('CALCULATING', 'CALCULATED')
            ) OR (TG_OP = 'UPDATE' AND (NEW.run_id, NEW.award_id, NEW.begun_by_id)
                IS DISTINCT FROM (OLD.run_id, OLD.award_id, OLD.begun_by_id)) THEN
                RAISE EXCEPTION 'what was set aside stays as it was confirmed' USING ERRCODE = 'JH003';
            END IF;
            RETURN NEW;
        """,
    )


class TakesItsLineOut(Guard):
    """What is left out of a month has no line in it: an amount worked out before is taken out again.

    The application may not remove lines; this trigger may, with the owner's rights, of a month nobody has confirmed.
    """

    template = DefinerGuardSql


def takes_its_line_out() -> Guard:
    """The one way in which a line leaves a month."""
    return TakesItsLineOut(
        name="takes_its_line_out",
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("state"),
        func="""
            IF NEW.state = 'EXCLUDED' AND OLD.state <> 'EXCLUDED' THEN
                DELETE FROM awards_calcline l WHERE l.run_id = NEW.run_id AND l.award_id = NEW.award_id
                RETURNING l.amount_fen INTO NEW.taken_fen;
            END IF;
            RETURN NEW;
        """,
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

"""What the database keeps of proposed and of adopted parameters beside the moves."""

import pgtrigger

from apps.core.guards import Guard, refuses_added, unchanged

PROPOSED = (
    "shipped",
    "content",
    "start",
    "confirmed",
    "document_number",
    "document_date",
    "note",
    "ground",
    "proposed_by_id",
    "proposed_on",
)
DECIDED = ("decided_by_id", "decided_on", "reason")


def as_proposed() -> Guard:
    """A proposal begins as a draft of a person and stays as written; nothing changes once it is decided."""
    return Guard(
        name="as_proposed",
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=f"""
            IF TG_OP = 'INSERT' THEN
                IF NEW.shipped <> (NEW.state <> 'DRAFT') OR (NEW.shipped AND NOT EXISTS (
                    SELECT FROM public.accounts_user u WHERE u.id = NEW.proposed_by_id AND u.username = 'system'
                )) THEN
                    RAISE EXCEPTION 'a proposal begins as a draft' USING ERRCODE = 'JH003';
                END IF;
            ELSIF NOT {unchanged(PROPOSED)} OR (OLD.state <> 'DRAFT' AND NOT {unchanged(DECIDED)}) THEN
                RAISE EXCEPTION 'a proposal stays as it was written' USING ERRCODE = 'JH003';
            END IF;
            RETURN NEW;
        """,
    )


def only_when_approved() -> Guard:
    """A value enters the law by an approved proposal only."""
    return refuses_added(
        "only_when_approved",
        """
        SELECT FROM (SELECT DISTINCT change_id FROM touched) t
        JOIN public.eligibility_parameterchange c ON c.id = t.change_id WHERE c.state <> 'APPROVED'
        """,
        "a value enters the law by an approved proposal",
    )

"""What the database itself refuses about postings."""

import pgtrigger

from apps.audit.history import DECLARED, VARIABLES
from apps.core.guards import Guard, unchanged

# All but the end: a posting is not moved or lent by editing it.
_GIVEN = ("user_id", "area_id", "role", "since", "appointed_by_id", "deputy_for_id")


class PostingGuard(Guard):
    """Who appoints is who declared the act; nobody acts on a post of their own; only the end of a posting changes."""

    name = "nobody_appoints_themself"
    level = pgtrigger.Row
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    declare = VARIABLES
    func = f"""
        {DECLARED}
        IF act_user = NEW.user_id THEN
            RAISE EXCEPTION 'nobody appoints themself' USING ERRCODE = 'JH003';
        END IF;
        IF TG_OP = 'INSERT' THEN
            NEW.appointed_by_id := act_user;
        ELSIF NOT {unchanged(_GIVEN)} THEN
            RAISE EXCEPTION 'only the end of a posting changes' USING ERRCODE = 'JH003';
        END IF;
        RETURN NEW;
    """

"""What the database itself refuses in a case, whoever writes."""

from typing import Any

import pgtrigger

from apps.core.guards import Guard

# 28号 §19 lets a step be left out where nothing is in dispute; "not asked yet" is not "no".
_NOT_PLAIN = """
    SELECT 1 FROM applications_application a WHERE a.id = NEW.application_id AND (
        a.near_relative IS DISTINCT FROM false OR a.doubtful OR a.cause = 'COMPLAINT'
        OR EXISTS (SELECT 1 FROM applications_investigation i WHERE i.application_id = a.id AND NOT i.agrees)
        OR EXISTS (SELECT 1 FROM applications_objection o WHERE o.application_id = a.id)
    )
"""
_OBJECTED = "SELECT 1 FROM applications_objection o WHERE o.application_id = NEW.id AND o.state = 'OPEN'"


_UNVISITED = """
    SELECT 1 FROM applications_spotcheck s WHERE s.application_id = NEW.id AND s.sampled AND s.agrees IS NOT TRUE
"""


class NothingOpen(Guard):
    """While an objection waits for its answer the case is not decided; while a spot check does, not confirmed."""

    name = "nothing_open"
    level = pgtrigger.Row
    when = pgtrigger.Before
    operation = pgtrigger.UpdateOf("state")

    def get_func(self, model: Any) -> str:
        return f"""
            IF NEW.state IN ('CONFIRMED', 'REFUSED') AND NEW.state IS DISTINCT FROM OLD.state
                AND EXISTS ({_OBJECTED}) THEN
                RAISE EXCEPTION 'case % has an unanswered objection', NEW.number USING ERRCODE = 'JH003';
            END IF;
            IF NEW.state = 'CONFIRMED' AND NEW.state IS DISTINCT FROM OLD.state AND EXISTS ({_UNVISITED}) THEN
                RAISE EXCEPTION 'case % waits for its spot check', NEW.number USING ERRCODE = 'JH003';
            END IF;
            RETURN NEW;
        """


class OnlyPlainCases(Guard):
    """A step is left out only in a plain case: no near relative, no complaint, nothing in doubt."""

    name = "only_plain_cases"
    level = pgtrigger.Row
    when = pgtrigger.Before
    operation = pgtrigger.Insert

    def get_func(self, model: Any) -> str:
        return f"""
            IF EXISTS ({_NOT_PLAIN}) THEN
                RAISE EXCEPTION 'a step of this case cannot be left out' USING ERRCODE = 'JH003';
            END IF;
            RETURN NEW;
        """


_HANDLED = "opened_by_id, submitted_by_id, accepted_by_id, investigated_by_id, proposed_by_id"


class VisitedByAnother(Guard):
    """The bureau's visit is not made by anybody who handled the case: a spot check of one's own work checks nothing."""

    name = "visited_by_another"
    level = pgtrigger.Row
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update

    def get_func(self, model: Any) -> str:
        return f"""
            IF NEW.by_id IS NOT NULL AND EXISTS (
                SELECT 1 FROM applications_application a WHERE a.id = NEW.application_id AND NEW.by_id IN ({_HANDLED})
            ) THEN
                RAISE EXCEPTION 'a spot check is made by another person' USING ERRCODE = 'JH003';
            END IF;
            RETURN NEW;
        """  # noqa: S608 - names are written here

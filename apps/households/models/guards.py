"""What the database keeps of a family's file beside its history."""

import pgtrigger

from apps.core.guards import Guard, refuses_added


def only_the_living() -> Guard:
    """Nobody whose death is on file is declared as a member again, by whatever path."""
    return refuses_added(
        "only_the_living",
        """
        SELECT FROM touched t JOIN public.households_person p ON p.id = t.person_id
        WHERE p.died_on IS NOT NULL
        """,
        "a dead person is no member of a family",
    )


def heirs_only_of_the_dead() -> Guard:
    """An heir receives for who died last of a family in which nobody is left, up to the month of that death."""
    return Guard(
        name="heirs_only_of_the_dead",
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert
        | pgtrigger.UpdateOf("state", "household_id", "payee_kind", "holder_id", "heir_of_id", "owed_through"),
        condition=pgtrigger.Q(new__payee_kind="HEIR"),
        func="""
            IF NEW.state IN ('PROPOSED', 'APPROVED') AND NOT EXISTS (
                SELECT FROM public.households_membership m JOIN public.households_person p ON p.id = m.person_id
                WHERE m.household_id = NEW.household_id AND (m.until IS NULL OR m.until > p.died_on)
                HAVING bool_or(p.id = NEW.heir_of_id AND p.died_on IS NOT NULL)
                    AND bool_and(p.died_on IS NOT NULL)
                    AND date_trunc('month', max(p.died_on))::date = NEW.owed_through
            ) THEN
                RAISE EXCEPTION 'an heir receives for the dead of a family in which nobody is left'
                    USING ERRCODE = 'JH003';
            END IF;
            RETURN NEW;
        """,
    )

"""What the database keeps of a family's file beside its history."""

import pgtrigger

from apps.core.guards import Guard


def only_the_living() -> Guard:
    """Nobody whose death is on file is declared as a member again, by whatever path."""
    return Guard(
        name="only_the_living",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="touched"),
        func="""
            IF EXISTS (
                SELECT FROM touched t JOIN public.households_person p ON p.id = t.person_id
                WHERE p.died_on IS NOT NULL
            ) THEN
                RAISE EXCEPTION 'a dead person is no member of a family' USING ERRCODE = 'JH003';
            END IF;
            RETURN NULL;
        """,
    )

"""What the database keeps of a family's file beside its history."""

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

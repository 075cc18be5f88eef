"""``begins``: what ``startswith`` finds, through the same index, behind row-level security too.

PostgreSQL asks a table's rules before anything that could tell of the rows it hides. LIKE could; the comparisons its
index consists of could not.
"""

from typing import Any

from django.db.models import Lookup

LAST_CHARACTER = "\U0010ffff"


class Begins(Lookup):  # type: ignore[type-arg]  # generic for the type checker alone
    """``name__begins="赵"``: for an index with ``varchar_pattern_ops``; a unique CharField has one by itself."""

    lookup_name = "begins"
    prepare_rhs = True

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """Not before the text and before whatever comes after all that begin with it, byte by byte."""
        column, values = self.process_lhs(compiler, connection)
        text, given = self.process_rhs(compiler, connection)
        condition = f"({column} ~>=~ {text} AND {column} ~<~ ({text} || '{LAST_CHARACTER}'))"
        return condition, [*values, *given, *values, *given]

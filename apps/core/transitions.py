"""How things move: one table of moves, kept by Python and by the database."""

from collections.abc import Iterable
from dataclasses import dataclass

import pgtrigger

from apps.core.guards import Guard
from apps.core.refusal import Refused


@dataclass(frozen=True)
class Move:
    """One allowed move: by this act, from any of these states, to that state."""

    act: str
    sources: tuple[str, ...]
    target: str


class Moves:
    """The table of moves of one kind of thing; ``guard()`` is the trigger made from the same table."""

    def __init__(self, *, initial: Iterable[str], moves: Iterable[Move]) -> None:
        self.initial = tuple(initial)
        self.moves = tuple(moves)

    def target(self, act: str, state: str) -> str:
        """The state this act leads to from ``state``; Refused("illegal_move") when the table has no such move."""
        for move in self.moves:
            if move.act == act and state in move.sources:
                return move.target
        raise Refused(
            "illegal_move", "这一步现在不能办：情况已经变化，请刷新页面后再看。", act=str(act), state=str(state)
        )

    def allows(self, act: str, state: str) -> bool:
        return any(move.act == act and state in move.sources for move in self.moves)

    def acts_from(self, state: str) -> list[str]:
        """The acts that may follow, in the order of the table."""
        return list(dict.fromkeys(move.act for move in self.moves if state in move.sources))

    def pairs(self) -> set[tuple[str, str]]:
        return {(str(s), str(m.target)) for m in self.moves for s in m.sources if str(s) != str(m.target)}

    def guard(self, field: str = "state") -> Guard:
        """The trigger that refuses any other first state or move, whoever writes."""
        first = ", ".join(f"'{s}'" for s in sorted(map(str, self.initial)))
        pairs = ", ".join(f"('{a}', '{b}')" for a, b in sorted(self.pairs()))
        return Guard(
            name=f"moves_{field}",
            level=pgtrigger.Row,
            when=pgtrigger.Before,
            operation=pgtrigger.Insert | pgtrigger.UpdateOf(field),
            func=f"""
                IF TG_OP = 'INSERT' THEN
                    IF NEW.{field} NOT IN ({first}) THEN
                        RAISE EXCEPTION '% cannot begin as %', TG_TABLE_NAME, NEW.{field} USING ERRCODE = 'JH002';
                    END IF;
                ELSIF NEW.{field} IS DISTINCT FROM OLD.{field}
                    AND (OLD.{field}, NEW.{field}) NOT IN ({pairs}) THEN
                    RAISE EXCEPTION '% cannot move from % to %', TG_TABLE_NAME, OLD.{field}, NEW.{field}
                        USING ERRCODE = 'JH002';
                END IF;
                RETURN NEW;
            """,
        )

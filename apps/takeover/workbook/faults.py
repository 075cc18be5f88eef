"""What is wrong with a workbook, where: counted to the end, remembered up to a bound."""

from collections.abc import Iterator
from dataclasses import dataclass, field

REMEMBERED = 10_000


@dataclass
class Faults:
    """Sheet, line, column, what is wrong and what to do. Never a value of the file: faults are kept in clear."""

    count: int = 0
    told: list[tuple[str, int, str, str]] = field(default_factory=list)

    def add(self, sheet: str, line: int, column: str, says: str) -> None:
        """One more."""
        self.count += 1
        if len(self.told) < REMEMBERED:
            self.told.append((sheet, line, column, says))

    def __bool__(self) -> bool:
        return self.count > 0

    def __iter__(self) -> Iterator[tuple[str, int, str, str]]:
        return iter(self.told)

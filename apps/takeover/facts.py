"""What the pages of the take-over show beside the rows: the trial's sums, the comparison's figures."""

from dataclasses import dataclass
from typing import Any

from apps.accounts.models import Area
from apps.awards.enums import SCHEMES
from apps.takeover.enums import Finding
from apps.takeover.models import ParallelMonth, RegisterUpload

SHOWN = 1000


@dataclass(frozen=True)
class Sum:
    """Units, persons and fen of the first month, of one township, scheme or all."""

    label: str
    units: int = 0
    persons: int = 0
    total_fen: int = 0


def sums_of(upload: RegisterUpload) -> dict[str, Any]:
    """The trial by township and by scheme, and everything together; empty before there is one."""
    if upload.plan is None:
        return {}
    cells = [(township, scheme, sums) for township, scheme, *sums in upload.plan["cells"]]
    townships = dict(Area.objects.townships().values_list("pk", "name"))
    return {
        "by_township": [_sum(n, (s for t, _, s in cells if t == pk)) for pk, n in townships.items()],
        "by_scheme": [_sum(label, (s for _, code, s in cells if code == scheme)) for scheme, label in SCHEMES],
        "whole": _sum("合计", (sums for _, _, sums in cells)),
    }


def _sum(label: str, cells: Any) -> Sum:
    rows = list(cells)
    return Sum(label, *(sum(row[place] for row in rows) for place in range(3)))


@dataclass(frozen=True)
class Figure:
    """How many units were found so, what was paid them and what the rules give."""

    finding: Finding
    units: int
    paid_fen: int
    due_fen: int

    @property
    def difference_fen(self) -> int:
        """Paid less due."""
        return self.paid_fen - self.due_fen


def figures_of(parallel: ParallelMonth) -> list[Figure]:
    """One row a finding, in their order; empty before the comparison."""
    return [Figure(finding, *parallel.figures[finding]) for finding in Finding if finding in parallel.figures]

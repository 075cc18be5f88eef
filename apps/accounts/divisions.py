"""Areas as plain values between a file of divisions and the table."""

from dataclasses import dataclass

from apps.accounts.models import Area
from apps.accounts.roles import Level


@dataclass(frozen=True)
class AreaEntry:
    """One county, township or village; ``parent`` is the code of the area it lies in."""

    code: str
    name: str
    level: Level
    kind: Area.Kind
    parent: str = ""

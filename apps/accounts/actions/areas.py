"""The areas of the county."""

from collections.abc import Sequence
from datetime import date

from apps.accounts.divisions import AreaEntry
from apps.accounts.models import Area, User
from apps.accounts.roles import Level
from apps.audit.actions import act
from apps.audit.verbs import Verb


def load_areas(entries: Sequence[AreaEntry], *, acting_user: User, on: date) -> int:
    """Add the areas that are missing and correct names and kinds; the number of areas written, 0 when all was there.

    Entries come with parents before children. Areas not named stay as they are: offices may have added their own.
    """
    with act(Verb.LOAD_AREAS, acting_user=acting_user, on=on, areas=len(entries)):
        known = {area.code: area for area in Area.objects.select_for_update(of=("self",))}
        return sum(_load_level([e for e in entries if e.level == level], known) for level in Level)


def _load_level(entries: Sequence[AreaEntry], known: dict[str, Area]) -> int:
    """One level at a time, so that parents have their ids."""
    missing, changed = [], []
    for entry in entries:
        area = known.get(entry.code)
        if area is None:
            missing.append(Area(code=entry.code, name=entry.name, level=entry.level, kind=entry.kind))
            missing[-1].parent = known.get(entry.parent)
        elif (area.name, area.kind) != (entry.name, entry.kind):
            area.name, area.kind = entry.name, entry.kind
            changed.append(area)
    known |= {area.code: area for area in Area.objects.bulk_create(missing)}
    Area.objects.bulk_update(changed, ["name", "kind"])
    return len(missing) + len(changed)

"""Places by which bureaus speak."""

from apps.accounts.models import Area


def townships() -> dict[str, Area]:
    """All townships by code: names on a map, no family's."""
    return {area.code: area for area in Area.objects.townships()}

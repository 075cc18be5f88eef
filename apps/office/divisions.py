"""The county's divisions as they come with the program: data/divisions.json in a compact shape.

Codes of villages follow from their township's; the last three figures tell a community (below 200) from a village.
"""

import json
from pathlib import Path
from typing import Any

from apps.accounts.divisions import AreaEntry
from apps.accounts.models import Area
from apps.accounts.roles import Level

FILE = Path(__file__).parent / "data" / "divisions.json"
FIRST_VILLAGE = "200"


def shipped_divisions() -> list[AreaEntry]:
    """County, townships and villages, parents before children."""
    told = json.loads(FILE.read_text(encoding="utf-8"))
    code, name = told["county"]
    county = AreaEntry(code, name, Level.COUNTY, Area.Kind.COUNTY)
    townships = [AreaEntry(t["code"], t["name"], Level.TOWNSHIP, Area.Kind(t["kind"]), code) for t in told["townships"]]
    return [county, *townships, *(village for t in told["townships"] for village in _villages(t))]


def _villages(township: dict[str, Any]) -> list[AreaEntry]:
    found = []
    for line in township["villages"]:
        number, name = line.split(" ", 1)
        kind = Area.Kind.COMMUNITY if number < FIRST_VILLAGE else Area.Kind.VILLAGE
        found.append(AreaEntry(township["code"] + number, name, Level.VILLAGE, kind, township["code"]))
    return found

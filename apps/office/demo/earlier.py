"""The monthly reports from before the office had this system, as they were handed over with the old register."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from apps.accounts.models import User
from apps.awards.facts import due_of
from apps.awards.models import Award
from apps.core.month import Month, months
from apps.eligibility.law import law_in_force
from apps.eligibility.policy.outcome import Due
from apps.reports.actions import record_figures
from apps.reports.enums import Source
from apps.reports.given import Given
from apps.reports.models import Figure, PartFigure
from apps.reports.models.frozen import OWN_UNIT

FIRST, LAST = Month(2023, 3), Month(2024, 2)
NOTE = "接收旧登记册时一并移交的月报"
Place = tuple[int, str, str]


def hand_over_earlier_months(*, acting_user: User, on: date) -> None:
    """Record a year of months, each made of what the register says was due then."""
    law, awards = law_in_force(), list(Award.objects.ever_due().filter(first_month__lte=LAST.first()))
    for month in months(FIRST, LAST):
        due = [(award, found) for award in awards if (found := due_of(award, month, law))]
        given = Given(OWN_UNIT, month, Source.TAKEN_OVER, NOTE, list(_figures(due)), list(_parts(due)))
        record_figures(given, acting_user=acting_user, on=on)


def _figures(due: list[tuple[Award, Due]]) -> Iterator[Figure]:
    places: dict[Place, list[tuple[int, int]]] = defaultdict(list)
    for award, found in due:
        place = (award.township_id, award.terms["area"], award.scheme)
        places[place].append((len(award.terms["people"]), found.total))
    for (township, area, kind), units in places.items():
        persons, fen = (sum(values) for values in zip(*units, strict=True))
        yield Figure(
            township_id=township,
            area_kind=area,
            kind=kind,
            households=len(units),
            persons=persons,
            spending_fen=fen,
        )


def _parts(due: list[tuple[Award, Due]]) -> Iterator[PartFigure]:
    places: dict[Place, list[int]] = defaultdict(list)
    for award, found in due:
        for part in found.parts:
            kind = "SINGLE" if award.scheme == "DIBAO_SINGLE" else part.kind.value
            places[award.township_id, award.terms["area"], kind].append(part.amount)
    for (township, area, part), amounts in places.items():
        yield PartFigure(
            township_id=township, area_kind=area, part=part, receivers=len(amounts), spending_fen=sum(amounts)
        )

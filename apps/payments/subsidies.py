"""价格临时补贴: what a published rise pays each person and why, what waits to be worked out, and what a family had."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from apps.awards.enums import RunState
from apps.awards.models import MonthRun
from apps.core.money import format_yuan
from apps.core.refusal import Refused
from apps.eligibility.law import law_in_force, law_of
from apps.eligibility.policy.enums import AreaKind
from apps.eligibility.policy.outcome import Step
from apps.eligibility.policy.price import Subsidy, price_subsidy
from apps.eligibility.policy.standards import Law, NoParameterInForce
from apps.payments.models import Correction, Entitlement, PriceIndex, SubsidyLine, SubsidyRun

# A publication that nobody took up after so long is not shown as waiting any more.
LATELY = timedelta(days=100)


@dataclass(frozen=True)
class Linkage:
    """What a publication pays a person in town and in the country, each with its provisions."""

    urban: Subsidy
    rural: Subsidy

    @property
    def reached(self) -> bool:
        """Whether the linkage starts."""
        return self.urban.a_person > 0 or self.rural.a_person > 0


def linkage_of(index: PriceIndex, law: Law | None = None) -> Linkage:
    """What the rule says to a publication, by the standards of the month in which it is paid.

    Refused("no_parameter") when the law has no value for that month.
    """
    law = law or law_in_force()
    try:
        both = [price_subsidy(index.rises, index.paid_month, area, law) for area in (AreaKind.URBAN, AreaKind.RURAL)]
    except NoParameterInForce as missing:
        raise Refused("no_parameter", f"{missing}，补录并核准后再测算。") from missing
    return Linkage(*both)


def known_linkage(index: PriceIndex) -> Linkage | None:
    """The same, for showing; None while the law has no value for it."""
    try:
        return linkage_of(index)
    except Refused:
        return None


def linkage_behind(run: SubsidyRun) -> Linkage:
    """The provisions a run was worked out by, under the law of that day."""
    return linkage_of(run.index, law_of(run.law_digest))


def is_sealed(month: date) -> bool:
    """Whether the roll of a month is settled."""
    return _sealed().filter(month=month).exists()


def _sealed() -> QuerySet[MonthRun]:
    return MonthRun.objects.filter(state=RunState.SEALED)


def index_behind(correction: Correction) -> PriceIndex:
    """The publication that counts for the month whose subsidies a correction is about."""
    found: PriceIndex = PriceIndex.objects.in_force().get(paid_month__in=correction.lines.values("month"))
    return found


def waits_for_a_run(on: date) -> list[PriceIndex]:
    """The publications of late that start the linkage, whose month is settled, and for which nothing was worked out."""
    lately = PriceIndex.objects.in_force().filter(published_on__gt=on - LATELY, runs=None)
    sealed = lately.filter(paid_month__in=_sealed().values("month")).order_by("month")
    return [one for one in sealed if (linkage := known_linkage(one)) is not None and linkage.reached]


def subsidies_behind(owed: Iterable[Entitlement]) -> list[tuple[Entitlement, tuple[str, ...], tuple[Step, ...]]]:
    """Each subsidy among what a family is owed: who it is for with how much, and the provisions it comes from."""
    found = [one for one in owed if one.subsidy_run_id is not None]
    lines = SubsidyLine.objects.filter(entitlement__in=found).select_related("run__index", "person").order_by("person")
    told: dict[int, list[SubsidyLine]] = {}
    for line in lines:
        told.setdefault(line.entitlement_id, []).append(line)
    return [(one, *_told(told[one.pk])) for one in found]


def _told(lines: list[SubsidyLine]) -> tuple[tuple[str, ...], tuple[Step, ...]]:
    linkage = linkage_behind(lines[0].run)
    by_area = linkage.urban if lines[0].area == AreaKind.URBAN else linkage.rural
    return tuple(f"{line.person.name} {format_yuan(line.amount_fen)}" for line in lines), by_area.steps

"""The look back: which families' sealed months differ from what is due now. It looks at the level, not at an edge.

Whatever a family's past depends on (the law, deaths, what reaches back, how far months are sealed) is compared with
what its last look saw; whoever differs is looked at again. So a lost message, a crash or a restart costs nothing but
time. The result, ``Difference``, is technical: made anew at every look.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from apps.awards.calculation import CannotCalculate
from apps.awards.enums import RunState
from apps.awards.models import Award, AwardMember, CalcLine, MonthRun
from apps.core.month import Month
from apps.eligibility.law import law_in_force, law_of
from apps.eligibility.policy.enums import AreaKind
from apps.eligibility.policy.standards import InForce, Law, NoParameterInForce
from apps.households.models import Household
from apps.payments.enums import PRICE_SUBSIDY
from apps.payments.models import Backdating, CorrectionLine, Difference, Examined
from apps.payments.recalculation import Compared, Course, Entitled, entitled_by

PORTION = 500
# One look at a time: two would write the same differences.
_LOOKING_LOCK = 0x6A68_7062

_DUE = """
    WITH reason AS (
        SELECT household_id, sum(n) AS n FROM (
            SELECT household_id, count(*) AS n FROM payments_backdating GROUP BY 1
            UNION ALL
            SELECT a.household_id, count(DISTINCT m.person_id) FROM households_person p
            JOIN awards_awardmember m ON m.person_id = p.id JOIN awards_award a ON a.id = m.award_id
            WHERE p.died_on IS NOT NULL GROUP BY 1
        ) each GROUP BY 1
    )
    SELECT r.household_id FROM reason r LEFT JOIN payments_examined e ON e.household_id = r.household_id
    WHERE (e.reasons, e.sealed_through, e.law_digest) IS DISTINCT FROM (r.n, %(through)s::date, %(law)s::text)
        AND (%(only)s::bigint[] IS NULL OR r.household_id = ANY(%(only)s::bigint[]))
    UNION
    SELECT l.household_id FROM awards_calcline l JOIN awards_monthrun m ON m.id = l.run_id
    LEFT JOIN payments_examined e ON e.household_id = l.household_id
    WHERE m.state = 'SEALED' AND m.month = ANY(%(changed)s::date[]) AND e.law_digest IS DISTINCT FROM %(law)s
        AND (%(only)s::bigint[] IS NULL OR l.household_id = ANY(%(only)s::bigint[]))
    UNION
    SELECT d.household_id FROM payments_difference d JOIN payments_examined e ON e.household_id = d.household_id
    WHERE e.law_digest IS DISTINCT FROM %(law)s
        AND (%(only)s::bigint[] IS NULL OR d.household_id = ANY(%(only)s::bigint[]))
    ORDER BY 1 LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Horizon:
    """What the look back goes by: the law of now, the sealed months, and those of them the law has changed for."""

    law: Law
    sealed: tuple[Month, ...]
    changed: tuple[Month, ...]

    @property
    def through(self) -> date | None:
        """The last sealed month."""
        return self.sealed[-1].first() if self.sealed else None


def horizon() -> Horizon:
    """As things stand."""
    law = law_in_force()
    runs = list(MonthRun.objects.filter(state=RunState.SEALED).order_by("month").values_list("month", "law_digest"))
    then = {digest: law_of(digest) for digest in {digest for _, digest in runs}}
    known = [(Month.of(month), then[digest]) for month, digest in runs]
    changed = [month for month, old in known if old is not None and _differs(old, law, month)]
    return Horizon(law, tuple(month for month, _ in known), tuple(changed))


def _differs(then: Law, now: Law, month: Month) -> bool:
    return any(_on(then, month, area) != _on(now, month, area) for area in AreaKind)


def _on(law: Law, month: Month, area: AreaKind) -> InForce | None:
    try:
        return law.on(month.first(), area)
    except NoParameterInForce:
        return None


def look(*, only: Sequence[int] | None = None, limit: int = PORTION) -> int:
    """Look at the families whose past may have changed since the last look (``only`` some); how many were looked at."""
    seen = horizon()
    if seen.through is None:
        return 0
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOOKING_LOCK])
            asked = {
                "through": seen.through,
                "law": seen.law.digest(),
                "changed": [month.first() for month in seen.changed],
                "only": None if only is None else list(only),
                "limit": limit,
            }
            cursor.execute(_DUE, asked)
            ids = [row[0] for row in cursor.fetchall()]
        _examine(ids, seen)
    return len(ids)


def look_through(*, only: Sequence[int] | None = None) -> int:
    """The same until nobody is left."""
    total = 0
    while found := look(only=only):
        total += found
    return total


def _examine(ids: Sequence[int], seen: Horizon) -> None:
    read = _Read(ids, seen)
    Difference.objects.filter(household__in=ids).delete()
    Examined._default_manager.filter(household__in=ids).delete()
    found: list[Difference] = []
    notes: dict[int, str] = {}
    for household_id in ids:
        try:
            found += [read.difference(household_id, one) for one in read.compared(household_id)]
        except CannotCalculate as error:
            notes[household_id] = str(error)[:300]
    Difference.objects.bulk_create(found, batch_size=2000)
    Examined._default_manager.bulk_create(
        [
            Examined(
                household_id=pk,
                law_digest=seen.law.digest(),
                sealed_through=seen.through,
                reasons=read.reasons(pk),
                why_not=notes.get(pk, ""),
            )
            for pk in ids
        ],
        batch_size=2000,
    )


class _Read:
    """Everything about some families, in a handful of statements."""

    def __init__(self, ids: Sequence[int], seen: Horizon) -> None:
        self.seen = seen
        self.townships = dict(Household.objects.filter(pk__in=ids).values_list("pk", "township"))
        self.awards = _by_household(Award.objects.filter(household__in=ids).ever_due().order_by("pk"))
        backdatings = Backdating.objects.filter(household__in=ids).select_related("household", "declaration__household")
        self.backdatings = _by_household(backdatings.order_by("pk"))
        self.died: dict[int, dict[int, date]] = defaultdict(dict)
        dead = AwardMember._default_manager.filter(award__household__in=ids, person__died_on__isnull=False)
        for household, person, day in dead.values_list("award__household", "person", "person__died_on"):
            self.died[household][person] = day
        self.original: dict[int, dict[tuple[int | None, Month], Entitled]] = defaultdict(dict)
        for line in CalcLine.objects.filter(household__in=ids, run__state=RunState.SEALED):
            self.original[line.household_id][line.person_id, Month.of(line.month)] = entitled_by(line)
        self.net = {pk: dict(self.original[pk]) for pk in ids}
        for line in (
            CorrectionLine.objects.confirmed()
            .filter(household__in=ids)
            .exclude(scheme=PRICE_SUBSIDY)
            .order_by("correction__decided_on", "pk")
        ):
            entitled = Entitled(line.scheme, line.now_fen, line.now_parts, line.township_id)
            self.net[line.household_id][line.person_id, Month.of(line.month)] = entitled

    def reasons(self, household_id: int) -> int:
        return len(self.backdatings[household_id]) + len(self.died[household_id])

    def compared(self, household_id: int) -> list[Compared]:
        course = Course(
            self.awards[household_id],
            self.backdatings[household_id],
            self.died[household_id],
            self.seen.law,
            self.net[household_id],
            self.original[household_id],
        )
        since = [Month.of(one.since) for one in self.backdatings[household_id]]
        since += [Month.of(day).next() for day in self.died[household_id].values()]
        since += self.seen.changed[:1]
        first = min(since, default=None)
        return course.compared(month for month in self.seen.sealed if first is not None and month >= first)

    def difference(self, household_id: int, one: Compared) -> Difference:
        return Difference(
            household_id=household_id,
            person_id=one.person,
            township_id=one.was.township_id if one.was else self.townships[household_id],
            scheme=one.scheme,
            month=one.month.first(),
            ground=one.ground,
            was_fen=one.was_fen,
            now_fen=one.now_fen,
            was_parts=one.was.parts if one.was else [],
            now_parts=one.now_parts,
            now_terms=one.now_terms,
        )


def _by_household(rows: Iterable) -> dict[int, list]:  # type: ignore[type-arg]
    found = defaultdict(list)
    for row in rows:
        found[row.household_id].append(row)
    return found

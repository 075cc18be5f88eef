"""Who lives in the demo office: three hundred families, and at which point of their case the demo opens."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from apps.accounts.models import Area
from apps.applications.transitions import State
from apps.core.workdays import add_workdays
from apps.eligibility.policy.enums import AreaKind
from apps.households.family import Family
from apps.office.demo.bureaus import bureaus
from apps.office.demo.cases import CaseLife
from apps.office.demo.families import FamilyMaker
from apps.office.demo.happenings import Happenings
from apps.office.demo.leads import leads
from apps.office.demo.money import appropriations, prices
from apps.office.demo.months import FROZEN, NO_SUCH_ACCOUNT, OTHER_NAME, Failure, MonthLife
from apps.office.demo.office import Desk, Life, Office
from apps.office.demo.people import DEMO_AREA, IdOffice
from apps.takeover.register.entry import Entry

SEED = 20240520
COMMUNITY_WEIGHT = 6
# From where the account numbers of the families of ``happenings`` are counted.
OTHER_ACCOUNTS = 9000
FIRST_START, LAST_START = date(2022, 1, 4), date(2024, 1, 26)

# Families taken over with the old register, by desk: the main township, a street in town, three others.
LONG_ON_THE_ROLLS = (58, 70, 30, 14, 26)

# Cases under way when the demo opens: how far, and when they began; for the first two desks, and for the others.
UNDER_WAY = (
    (State.DRAFT, date(2024, 5, 17)),
    (State.DRAFT, date(2024, 5, 20)),
    (State.SUBMITTED, date(2024, 5, 17)),
    (State.SUBMITTED, date(2024, 5, 20)),
    (State.RETURNED, date(2024, 5, 13)),
    (State.ACCEPTED, date(2024, 5, 13)),
    (State.ACCEPTED, date(2024, 5, 16)),
    (State.INVESTIGATED, date(2024, 5, 10)),
    (State.INVESTIGATED, date(2024, 4, 28)),
    (State.PROPOSED, date(2024, 5, 9)),
    (State.PUBLICISED, date(2024, 5, 8)),
    (State.PUBLICISED, date(2024, 5, 7)),
    (State.PUBLICISED, date(2024, 4, 28)),
    (State.PUBLICISED, date(2024, 4, 24)),
    (State.CONFIRMED, date(2024, 4, 15)),
    (State.REFUSED, date(2024, 5, 6)),
    (State.WITHDRAWN, date(2024, 5, 8)),
)
UNDER_WAY_ELSEWHERE = (
    (State.SUBMITTED, date(2024, 5, 17)),
    (State.INVESTIGATED, date(2024, 5, 13)),
    (State.PUBLICISED, date(2024, 4, 26)),
    (State.CONFIRMED, date(2024, 4, 12)),
    (State.REFUSED, date(2024, 3, 18)),
)
# Confirmed in March and in April: new in the April and the May payments.
NEW_STARTS = (date(2024, 3, 1), date(2024, 3, 5), date(2024, 4, 1), date(2024, 4, 3))
# In the main township this one turns out to have hidden something; April was paid before it was taken back.
FOUND_OUT = NEW_STARTS[0]

# Reviews of families on benefit: the day they began, and their income then as a share of the standard.
ABOVE, FAR_ABOVE, LESS, MORE = 1.35, 2.3, 0.35, 0.8
REVIEWS = (
    (date(2022, 10, 31), ABOVE),
    (date(2023, 4, 3), ABOVE),
    (date(2023, 8, 1), ABOVE),
    (date(2023, 12, 4), ABOVE),
    (date(2024, 3, 1), ABOVE),
    (date(2024, 4, 1), ABOVE),
    (date(2024, 3, 1), FAR_ABOVE),
    (date(2024, 4, 1), FAR_ABOVE),
    (date(2023, 6, 1), LESS),
    (date(2024, 4, 1), LESS),
    (date(2024, 4, 2), MORE),
)
# Reviews still under way.
OPEN_REVIEWS = (
    (date(2024, 5, 20), State.DRAFT, MORE),
    (date(2024, 5, 9), State.INVESTIGATED, ABOVE),
    (date(2024, 4, 25), State.PUBLICISED, ABOVE),
)
# In April these become 70, and a supplement begins in May.
BIRTHDAYS = (date(1954, 4, 8), date(1954, 4, 27))

FAILURES_IN_MARCH = (Failure("220281100", 3, NO_SUCH_ACCOUNT), Failure("220281001", 11, OTHER_NAME))
FAILURES_IN_APRIL = (
    Failure("220281105", 5, NO_SUCH_ACCOUNT),
    Failure("220281100", 20, FROZEN, corrected=False),
    Failure("220281100", 31, OTHER_NAME, corrected=False),
)


@dataclass
class Cast:
    """Makes the lives; the same every time."""

    office: Office
    chance: Random = field(default_factory=lambda: Random(SEED))  # noqa: S311 - a demo, no secret

    def __post_init__(self) -> None:
        ids = IdOffice(DEMO_AREA)
        self.maker = FamilyMaker(self.chance, ids)
        self.happenings = Happenings(self.office, FamilyMaker(Random(SEED + 1), ids, accounts=OTHER_ACCOUNTS))  # noqa: S311

    def on_the_rolls(self) -> Iterator[Entry]:
        """Families whose award was decided before the office had this system: taken over with the old register."""
        for desk, count in zip(self.office.desks, LONG_ON_THE_ROLLS, strict=True):
            for _ in range(count):
                decided_on = self._some_day()
                family = self.maker.family(self._village(desk), on=decided_on)
                yield Entry(family, desk.township, decided_on, desk.worker, self.office.reviewer)
        yield from self.happenings.on_the_rolls()

    def lives(self) -> Iterator[Life]:
        """The cases handled here, from the first review to the drafts of today, and the months."""
        for desk in self.office.desks:
            yield from self._changing(desk)
        for desk in self.office.desks[:2]:
            yield from (self._new(desk, start, until) for until, start in UNDER_WAY)
            yield from (self._reviewed(desk, start, share, until) for start, until, share in OPEN_REVIEWS)
        for desk in self.office.desks[2:]:
            yield from (self._new(desk, start, until) for until, start in UNDER_WAY_ELSEWHERE)
        yield from self.happenings.lives()
        yield from leads(self.office, self.office.desks[0])
        yield from bureaus(self.office, self.office.desks[0])
        yield from self._months()

    def _changing(self, desk: Desk) -> Iterator[Life]:
        """Those whose circumstances changed, and those who came lately."""
        for start in NEW_STARTS:
            wrong = desk == self.office.desks[0] and start == FOUND_OUT
            yield self._new(desk, start, State.REVOKED if wrong else State.CONFIRMED)
        reviews = REVIEWS if desk in self.office.desks[:2] else REVIEWS[desk.township.pk % 3 :: 3]
        yield from (self._reviewed(desk, start, share) for start, share in reviews)
        yield from (self._new(desk, self._some_day(), born=born) for born in BIRTHDAYS[: 1 + (desk.township.pk % 2)])
        yield self._single(desk, self._some_day())

    def _months(self) -> Iterator[Life]:
        march = MonthLife(self.office, date(2024, 3, 1), FAILURES_IN_MARCH)
        april = MonthLife(self.office, date(2024, 4, 1), FAILURES_IN_APRIL)
        yield appropriations(self.office)
        yield prices(self.office)
        yield march.paid(date(2024, 3, 4))
        yield april.paid(date(2024, 4, 8))
        yield MonthLife(self.office, date(2024, 5, 1)).calculated(date(2024, 5, 16))

    def _new(self, desk: Desk, start: date, until: State = State.CONFIRMED, born: date | None = None) -> Life:
        condition = "PLAIN" if born else ""
        family = self.maker.family(self._village(desk), on=start, condition=condition, born=born)
        if until == State.REFUSED:
            family = self._earning(family, FAR_ABOVE, start)
        return CaseLife(self.office, desk, self.chance, family, until).new(start)

    def _reviewed(self, desk: Desk, start: date, share: float, until: State = State.CONFIRMED) -> Life:
        began = min(self._some_day(), add_workdays(start - timedelta(days=200), 1))
        family = self.maker.family(self._village(desk), on=began)
        return self._two_cases(desk, family, began, start, share, until)

    def _two_cases(self, desk: Desk, family: Family, began: date, start: date, share: float, until: State) -> Life:
        first = CaseLife(self.office, desk, self.chance, family)
        yield from first.new(began)
        changed = self._earning(family, share, start)
        again = CaseLife(self.office, desk, self.chance, changed, until)
        yield from again.review(first.case.household, start)

    def _single(self, desk: Desk, start: date) -> Life:
        """A couple above the standard, one of them severely disabled: 单人户 for that one."""
        family = self.maker.family(self._village(desk), on=start, condition="SEVERE", size=2)
        return CaseLife(self.office, desk, self.chance, self._earning(family, ABOVE, start)).new(start)

    def _earning(self, family: Family, share: float, on: date) -> Family:
        standard = {AreaKind.URBAN: (550, 560), AreaKind.RURAL: (410, 470)}[family.area_kind][on.year >= 2024]
        return self.maker.earning(family, round(standard * share))

    def _village(self, desk: Desk) -> Area:
        weights = [COMMUNITY_WEIGHT if v.kind == Area.Kind.COMMUNITY else 1 for v in desk.villages]
        return self.chance.choices(desk.villages, weights)[0]

    def _some_day(self) -> date:
        days = (LAST_START - FIRST_START).days
        return add_workdays(FIRST_START + timedelta(days=self.chance.randrange(days)), 1)

"""What happens to families besides cases: 特困 people, a death, moves, a suspension."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random
from typing import Any

from apps.accounts.models import Area
from apps.applications.actions import (
    approve_interruption,
    propose_interruption,
    propose_relocation,
    record_death,
)
from apps.applications.forms.intake.review import sections_on_file
from apps.applications.models import InterruptionGround, InterruptionKind
from apps.applications.transitions import State
from apps.eligibility.policy.enums import Relation, Scheme, Support
from apps.households.family import Family, MemberEntry, SelfCareEntry
from apps.households.models import Household, SelfCareTask
from apps.office.demo.cases import CaseLife
from apps.office.demo.families import FamilyMaker
from apps.office.demo.months import FROZEN
from apps.office.demo.office import Desk, Life, Office
from apps.payments.models import Entitlement
from apps.takeover.register.entry import Entry, Grant

SEED = 20240521
# Born, place among the desks, what they can do no more.
ALONE = (
    (date(1947, 3, 9), 0, 2),
    (date(1951, 11, 20), 0, 0),
    (date(1944, 6, 2), 1, 5),
)
BEGAN = date(2023, 9, 11)
TEKUN_APPLIED = date(2024, 4, 22)
DIED, TOLD_OF_DEATH = date(2024, 5, 11), date(2024, 5, 15)
MOVED, OFFERED = date(2024, 5, 1), date(2024, 5, 16)
NOT_FOUND, SUSPENDED = date(2024, 4, 18), date(2024, 4, 22)
DOUBTED = date(2024, 5, 17)
# A woman who lived alone, and whose April the bank had sent back.
DIED_ALONE, TOLD_OF_IT = date(2024, 5, 6), date(2024, 5, 17)


@dataclass
class Happenings:
    """Makes them; by a chance of their own, so that one more changes nobody else."""

    office: Office
    maker: FamilyMaker
    chance: Random = field(default_factory=lambda: Random(SEED))  # noqa: S311 - a demo, no secret

    def on_the_rolls(self) -> Iterator[Entry]:
        """People without family, supported for years."""
        for born, place, failures in ALONE:
            desk, decided_on = self.office.desks[place], date(2022, 8, 15)
            grant = Grant(Scheme.TEKUN, decided_on, member=0, self_care_failures=failures)
            family = self._alone(self._village(desk), born, decided_on, failures)
            yield Entry(family, desk.township, decided_on, desk.worker, self.office.reviewer, grants=(grant,))

    def lives(self) -> Iterator[Life]:
        """Those of the first two desks."""
        main, other = self.office.desks[:2]
        yield self._uncle(main)
        yield self._then(main, TOLD_OF_DEATH, self._dies, size=2)
        yield self._then(other, OFFERED, lambda family, on: self._moves(family, main, other, on))
        yield self._then(main, OFFERED, lambda family, on: self._moves(family, self.office.desks[3], main, on))
        yield self._then(main, NOT_FOUND, self._cannot_be_found, also=(SUSPENDED, self._suspended))
        yield self._then(main, DOUBTED, self._doubted)
        yield self._nobody_left(main)

    def _uncle(self, desk: Desk) -> Life:
        """A family that applies with an uncle without supporters: he by himself, they together."""
        village = self._village(desk)
        family = self.maker.family(village, on=TEKUN_APPLIED, size=3)
        uncle = self._supported(self._alone(village, date(1952, 2, 3), TEKUN_APPLIED, 2).members[0], TEKUN_APPLIED, 2)
        members = (*family.members, replace(uncle, relation=Relation.OTHER))
        told = replace(family, members=members)
        return CaseLife(self.office, desk, self.chance, told, State.PUBLICISED).new(TEKUN_APPLIED)

    def _then(
        self,
        desk: Desk,
        on: date,
        what: Callable[[Household, date], Any],
        *,
        size: int | None = None,
        also: tuple[date, Callable[[Household, date], Any]] | None = None,
    ) -> Life:
        """A family on benefit, and what happens to it later."""
        case = CaseLife(self.office, desk, self.chance, self.maker.family(self._village(desk), on=BEGAN, size=size))
        yield from case.new(BEGAN)
        for day, happens in ((on, what), *([also] if also else [])):
            yield day
            happens(Household.objects.select_related("head", "township").get(pk=case.case.household_id), day)

    def _dies(self, family: Household, on: date) -> None:
        person = family.memberships.exclude(person=family.head_id).get().person
        evidence = "医院死亡证明：家属送来，村里也已报告。"
        sections = sections_on_file(family, on=on, without=[person.pk])
        worker = self._desk_of(family).worker
        record_death(person, died_on=DIED, evidence=evidence, sections=sections, acting_user=worker, on=on)

    def _nobody_left(self, desk: Desk) -> Life:
        """Somebody who lived alone dies while money is owed: an heir is still to be put down."""
        yield TOLD_OF_IT
        failed = Entitlement.objects.failed().filter(township=desk.township, instructions__failure_code=FROZEN)
        head = failed.select_related("household__head").get().household.head
        evidence = "村（社区）报告：邻居发现后由村里料理后事，女儿在外地。"
        told: dict[str, Any] = {"evidence": evidence, "sections": {}, "acting_user": desk.worker, "on": TOLD_OF_IT}
        record_death(head, died_on=DIED_ALONE, **told)

    def _moves(self, family: Household, to: Desk, desk: Desk, on: date) -> None:
        reason = "随子女到对方乡镇长期居住，户口已迁。"
        doing: dict[str, Any] = {"acting_user": desk.worker, "on": on}
        propose_relocation(family, to_township=to.township, moved_on=MOVED, reason=reason, **doing)

    def _cannot_be_found(self, family: Household, on: date) -> None:
        self._propose(family, InterruptionGround.NOT_FOUND, "三次入户无人，电话停机，邻居不知去向。", on)

    def _doubted(self, family: Household, on: date) -> None:
        self._propose(family, InterruptionGround.DOUBTED, "群众反映其子已回乡经营农家乐，待查清。", on)

    def _propose(self, family: Household, ground: InterruptionGround, reason: str, on: date) -> None:
        doing: dict[str, Any] = {"acting_user": self._desk_of(family).worker, "on": on}
        propose_interruption(family, kind=InterruptionKind.SUSPEND, ground=ground, reason=reason, **doing)

    def _suspended(self, family: Household, on: date) -> None:
        approve_interruption(family.interruptions.get(), acting_user=self.office.reviewer, on=on)

    def _desk_of(self, family: Household) -> Desk:
        return next(desk for desk in self.office.desks if desk.township.pk == family.township_id)

    def _village(self, desk: Desk) -> Area:
        return self.chance.choice(desk.villages)

    def _alone(self, village: Area, born: date, on: date, failures: int) -> Family:
        family = self.maker.family(village, on=on, condition="PLAIN", size=1, born=born)
        head = self._supported(family.members[0], on, failures)
        return replace(family, members=(head,), incomes=(), financial_assets=())

    @staticmethod
    def _supported(person: MemberEntry, on: date, failures: int) -> MemberEntry:
        """Nobody is bound to support this person; cared for at home."""
        unable = frozenset(tuple(SelfCareTask)[:failures])
        care = SelfCareEntry(on, "乡镇卫生院", unable)
        return replace(person, obligors=(), support=Support.DISPERSED, self_care=care)

"""What a family declared beside what other offices answered: plain values in, lines out.

What counts is what was declared; only what was found beyond it stands in the way until somebody explains it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from apps.applications.models import CheckAnswer, CheckScope, Outcome
from apps.core.money import format_yuan
from apps.eligibility.policy.enums import AssetKind, IncomeKind, OtherAssetKind

S = CheckScope
UNANSWERED = "尚未取得结果"
SAME = "一致"
BENEFITS = (IncomeKind.SOCIAL_INSURANCE, IncomeKind.CENTRAL_BASIC_PENSION)
HOUSES = (OtherAssetKind.HOME, OtherAssetKind.SECOND_HOME, OtherAssetKind.NON_RESIDENTIAL_PROPERTY)


@dataclass(frozen=True)
class Line:
    """One matter: declared, found, and in ``beyond`` what was found that the family did not tell."""

    key: str
    label: str
    declared: str
    found: str
    office: str = ""
    beyond: str = ""
    ground: str = ""

    @property
    def unexplained(self) -> bool:
        """Whether it still stands in the way of the opinion."""
        return bool(self.beyond) and not self.ground

    @property
    def tone(self) -> str:
        """Red while unexplained, amber once explained."""
        if self.unexplained:
            return "bad"
        return "warn" if self.beyond else ""

    @property
    def answered(self) -> bool:
        """Whether every office asked has said something."""
        return self.found != UNANSWERED

    @property
    def same(self) -> bool:
        """Whether exactly what was declared was found."""
        return not self.beyond and self.found in {self.declared, SAME}


class Answers:
    """The answers that count for each person and matter: of the newest request that got one, each office's latest.

    An answer that failed never counts, and keeps the matter open until that office answers.
    """

    def __init__(self, rows: Iterable[CheckAnswer]) -> None:
        self._good: dict[tuple[int, str], dict[str, CheckAnswer]] = {}
        self._heard: dict[tuple[int, str], set[str]] = {}
        newest: dict[tuple[int, str], int] = {}
        everything = sorted(rows, key=lambda one: one.pk)
        for row in everything:
            if row.outcome != Outcome.FAILED:
                place = (row.person_id, row.scope)
                newest[place] = max(row.request_id, newest.get(place, 0))
        for row in everything:
            place = (row.person_id, row.scope)
            if row.request_id < newest.get(place, 0):
                continue
            self._heard.setdefault(place, set()).add(row.source_office)
            if row.outcome != Outcome.FAILED:
                self._good.setdefault(place, {})[row.source_office] = row

    def settled(self, person: int, scope: str) -> bool:
        """Whether every office asked about this has answered; nobody asked is not settled."""
        place = (person, scope)
        return place in self._good and set(self._good[place]) == self._heard[place]

    def about(self, people: Iterable[int], *scopes: str) -> list[CheckAnswer]:
        """The answers that count on these people and matters."""
        return [row for one in people for scope in scopes for row in self._good.get((one, scope), {}).values()]

    def counted(self) -> Iterator[CheckAnswer]:
        """All that count."""
        for by_office in self._good.values():
            yield from by_office.values()


@dataclass(frozen=True)
class Declared:
    """What the family told, as rows of its declaration."""

    members: list[Any]
    incomes: list[Any]
    assets: list[Any]
    others: list[Any]

    def earned(self, person: int | None, *kinds: str) -> int:
        """Fen of these kinds over the twelve months: of one person, or of all."""
        return sum(i.amount_fen for i in self.incomes if i.kind in kinds and person in (None, i.person_id))

    def owned(self, kind: str) -> int:
        return sum(asset.amount_fen for asset in self.assets if asset.kind == kind)

    def has(self, *kinds: str) -> bool:
        return any(other.kind in kinds for other in self.others)


def compare(declared: Declared, answers: Answers, grounds: dict[tuple[str, str], str]) -> list[Line]:
    """The lines in the order of the page; ``grounds`` by key and what was found then."""
    lines = [*_by_person(declared, answers), *_of_the_household(declared, answers)]
    return [replace(line, ground=grounds.get((line.key, line.found), "")) if line.beyond else line for line in lines]


def _by_person(declared: Declared, answers: Answers) -> Iterator[Line]:
    for member in declared.members:
        pk, name = member.person_id, member.person.name
        wage, benefit = declared.earned(pk, IncomeKind.WAGE), declared.earned(pk, *BENEFITS)
        yield from _amounts(f"工资（{name}）", wage, answers, [pk], S.TAX, quiet=True)
        yield from _amounts(f"社会保险待遇（{name}）", benefit, answers, [pk], S.SOCIAL_INSURANCE, quiet=True)
        yield from _disability(member, answers)
        yield from _alarm(member, answers, S.HUKOU, Outcome.NONE, "没有户籍")
        yield from _alarm(member, answers, S.DEATH, Outcome.FOUND, "有死亡登记")


def _of_the_household(declared: Declared, answers: Answers) -> Iterator[Line]:
    people = [member.person_id for member in declared.members]
    securities = declared.owned(AssetKind.SECURITIES)
    yield from _amounts("存款", declared.owned(AssetKind.DEPOSIT), answers, people, S.DEPOSIT)
    yield from _amounts("证券、保险", securities, answers, people, S.SECURITIES, S.INSURANCE)
    yield _presence("车辆", declared.has(OtherAssetKind.MOTOR_VEHICLE), answers, people, S.VEHICLE)
    yield _presence("不动产", declared.has(*HOUSES), answers, people, S.REAL_ESTATE)
    runs = declared.earned(None, IncomeKind.BUSINESS) > 0
    yield _presence("市场主体（经营收入）", runs, answers, people, S.BUSINESS)
    works = declared.earned(None, IncomeKind.WAGE) > 0
    yield _presence("公积金（工资收入）", works, answers, people, S.PROVIDENT_FUND)


def _amounts(
    label: str, told: int, answers: Answers, people: list[int], *scopes: str, quiet: bool = False
) -> Iterator[Line]:
    """Amounts beside each other; ``quiet`` leaves out a line on which nothing was told and nothing found."""
    rows = [row for row in answers.about(people, *scopes) if row.outcome == Outcome.FOUND]
    known = sum(row.amount_fen or 0 for row in rows)
    settled = _settled(answers, people, scopes)
    if quiet and not told and not rows:
        return
    key = ":".join([scopes[0], *(str(pk) for pk in people if len(people) == 1 and quiet)])
    found = format_yuan(known) if rows else ("无记录" if settled else UNANSWERED)
    more = f"多 {format_yuan(known - told)} 元" if known > told else ""
    # Something is on record whose amount the office did not say: unknown is not nothing.
    unsaid = "" if more or all(row.amount_fen is not None for row in rows) else "有记录，金额未报"
    yield Line(key, label, format_yuan(told), found, _offices(rows), more or unsaid)


def _presence(label: str, told: bool, answers: Answers, people: list[int], scope: str) -> Line:
    rows = [row for row in answers.about(people, scope) if row.outcome == Outcome.FOUND]
    found = "有" if rows else ("无" if _settled(answers, people, (scope,)) else UNANSWERED)
    return Line(scope, label, "有" if told else "无", found, _offices(rows), "未申报" if rows and not told else "")


def _disability(member: Any, answers: Answers) -> Iterator[Line]:
    rows = answers.about([member.person_id], S.DISABILITY)
    found = [row for row in rows if row.outcome == Outcome.FOUND]
    if not member.disability_category and not found:
        return
    told = (
        f"{member.get_disability_category_display()} {member.disability_grade} 级" if member.disability_category else ""
    )
    said = SAME if found and told else ("有证" if found else ("无记录" if rows else UNANSWERED))
    beyond = "残联没有记录" if told and rows and not found else ""
    key, label = f"{S.DISABILITY}:{member.person_id}", f"残疾证（{member.person.name}）"
    yield Line(key, label, told or "未申报", said, _offices(rows), beyond)


def _alarm(member: Any, answers: Answers, scope: CheckScope, alarming: Outcome, words: str) -> Iterator[Line]:
    rows = [row for row in answers.about([member.person_id], scope) if row.outcome == alarming]
    if rows:
        label, office = f"{scope.label}（{member.person.name}）", _offices(rows)
        yield Line(f"{scope}:{member.person_id}", label, "—", words, office, words)


def _settled(answers: Answers, people: list[int], scopes: Iterable[str]) -> bool:
    return all(answers.settled(pk, scope) for pk in people for scope in scopes)


def _offices(rows: Iterable[CheckAnswer]) -> str:
    return "、".join(dict.fromkeys(row.source_office for row in rows))

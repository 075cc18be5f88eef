"""Which papers a family's case should have, from what it declares; a list for people, no condition of the law."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from apps.applications.models import Document, DocumentKind
from apps.eligibility.policy.enums import OtherAssetKind
from apps.households.family import Family

_WORTH_A_PAPER = frozenset(OtherAssetKind) - {OtherAssetKind.SCOOTER, OtherAssetKind.OTHER}


@dataclass(frozen=True)
class Paper:
    """One kind of paper, of one member or of the whole family."""

    kind: DocumentKind
    member: str = ""
    about: str = ""

    @property
    def text(self) -> str:
        """钱二的残疾证（肢体 2 级）."""
        whose = f"{self.member}的" if self.member else ""
        return f"{whose}{self.kind.label}{f'（{self.about}）' if self.about else ''}"


def papers_expected(family: Family) -> list[Paper]:
    """Every paper once, in the order in which a counter asks for them."""
    return list(dict.fromkeys(_expected(family)))


def papers_missing(family: Family | None, there: Iterable[Document], *, promised: bool = False) -> list[Paper]:
    """Those nobody has handed in yet; one for the whole family counts for each member.

    ``promised``: the case has promises, which a declaration read back from the file does not carry.
    """
    if family is None:
        return []
    expected = papers_expected(family)
    if promised and (promise := Paper(DocumentKind.PROMISE)) not in expected:
        expected.append(promise)
    found = {(paper.kind, paper.member) for paper in there}
    return [p for p in expected if not {(p.kind, p.member), (p.kind, "")} & found]


def _expected(family: Family) -> Iterator[Paper]:
    names = family.names()
    yield from (Paper(DocumentKind.IDENTITY, name) for name in names)
    yield Paper(DocumentKind.HUKOU)
    yield from (Paper(DocumentKind.INCOME, names[i.member], i.kind.label) for i in family.incomes or ())
    yield from _of_property(family)
    for name, member in zip(names, family.members, strict=True):
        if member.disability:
            yield Paper(DocumentKind.DISABILITY, name, f"{member.disability[0].label} {member.disability[1]} 级")
        if member.serious_illness:
            yield Paper(DocumentKind.DIAGNOSIS, name)
    yield from (Paper(DocumentKind.RECEIPT, about=expense.kind.label) for expense in family.expenses)
    yield Paper(DocumentKind.CONSENT)
    if family.promises:
        yield Paper(DocumentKind.PROMISE)


def _of_property(family: Family) -> Iterator[Paper]:
    if family.financial_assets:
        yield Paper(DocumentKind.PROPERTY, about="存款、证券等余额")
    worth = (asset for asset in family.other_assets or () if asset.kind in _WORTH_A_PAPER)
    yield from (Paper(DocumentKind.PROPERTY, about=asset.kind.label) for asset in worth)

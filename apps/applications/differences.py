"""What differs between two sets of facts a family declared: added, gone, changed, with amounts."""

from collections.abc import Iterator
from dataclasses import dataclass

from apps.core.money import format_yuan
from apps.eligibility.facts import family_of
from apps.households.family import Family, MemberEntry
from apps.households.models import Declaration

UNKNOWN = "没有填写"


@dataclass(frozen=True)
class Difference:
    """One line: of which section, about what, before and after (None: not there)."""

    section: str
    what: str
    before: str | None
    after: str | None
    fen: int | None = None

    @property
    def word(self) -> str:
        """增加, 减少 or 改变."""
        return "增加" if self.before is None else "减少" if self.after is None else "改变"

    @property
    def tone(self) -> str:
        """For the badge."""
        return {"增加": "info", "减少": "warn", "改变": "plain"}[self.word]


@dataclass
class _Said:
    section: str
    what: str
    text: str
    fen: int | None = None


def differences(before: Declaration | None, after: Declaration | None) -> list[Difference]:
    """The lines in which two declarations differ, in the order of the form; nothing when one is missing."""
    if before is None or after is None:
        return []
    old, new = (_said(family_of(one)) for one in (before, after))
    found = []
    for key in dict.fromkeys([*old, *new]):
        was, now = old.get(key), new.get(key)
        if (was and was.text) == (now and now.text):
            continue
        said = now or was
        change = None
        if (said.fen is not None) or (was and was.fen is not None):
            change = ((now.fen or 0) if now else 0) - ((was.fen or 0) if was else 0)
        found.append(Difference(said.section, said.what, was and was.text, now and now.text, change))
    return sorted(found, key=lambda one: ORDER.index(one.section))


ORDER = ("家庭", "成员", "收入", "扣减", "支出", "金融资产", "车辆、房产等")
Key = tuple[str, object, str]


def _said(family: Family) -> dict[Key, _Said]:
    said: dict[Key, _Said] = {("家庭", "area", ""): _Said("家庭", "城乡类别", family.area_kind.label)}
    for member in family.members:
        said["成员", member.person_id, ""] = _Said("成员", member.name, _member(member))
    for section, owner, kind, what, fen in _amounts(family):
        if (known := said.get((section, owner, kind))) is not None:
            fen += known.fen or 0
        said[section, owner, kind] = _Said(section, what, f"{format_yuan(fen)} 元", fen)
    lists = (("收入", family.incomes), ("金融资产", family.financial_assets), ("车辆、房产等", family.other_assets))
    for section, entries in lists:
        if entries is None:
            said[section, "known", ""] = _Said(section, section, UNKNOWN)
    for place, other in enumerate(sorted(family.other_assets or (), key=lambda one: (one.kind, one.ground))):
        text = f"豁免：{other.ground}" if other.exempted else "有"
        said["车辆、房产等", place, other.kind] = _Said("车辆、房产等", other.kind.label, text)
    return said


def _member(member: MemberEntry) -> str:
    told = [member.relation.label, "" if member.coresident else "不同住"]
    if member.student:
        told.append(f"在读：{member.student.label}")
    if member.disability:
        told.append(f"{member.disability[0].label}残疾 {member.disability[1]} 级")
    told += ["重病" if member.serious_illness else "", "不能独立生活" if member.cannot_live_independently else ""]
    return "，".join(filter(None, told))


def _amounts(family: Family) -> Iterator[tuple[str, object, str, str, int]]:
    """Section, whose, kind, in words, fen."""
    for income in family.incomes or ():
        owner = family.members[income.member]
        yield "收入", owner.person_id, income.kind, f"{owner.name} {income.kind.label}", income.amount_fen
    for deduction in family.deductions:
        yield "扣减", None, deduction.kind, deduction.kind.label, deduction.amount_fen
    for expense in family.expenses:
        yield "支出", None, expense.kind, expense.kind.label, expense.amount_fen
    for asset in family.financial_assets or ():
        owner = family.head if asset.member is None else family.members[asset.member]
        yield "金融资产", owner.person_id, asset.kind, f"{owner.name} {asset.kind.label}", asset.amount_fen

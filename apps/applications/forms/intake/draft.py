"""The whole draft as forms, what is still missing in it, and the family it makes."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

from apps.applications.forms.intake.amounts import MemberChoiceRow
from apps.applications.forms.intake.base import BLANK, NONE, SOME, Part, Row, Setting
from apps.applications.forms.intake.consent import ConsentForm, SignerRow
from apps.applications.forms.intake.gaps import Gap, gaps_of
from apps.applications.forms.intake.home import HomeForm, SchemeForm
from apps.applications.forms.intake.members import MemberRow
from apps.applications.forms.intake.papers import AccountForm
from apps.applications.forms.intake.support import CareRow, MembersRow, ObligorRow, offer
from apps.applications.forms.intake.typed import SECTION_OF, SECTIONS, Sections
from apps.applications.models import Applied
from apps.eligibility.policy.enums import AreaKind, Relation
from apps.households.family import AccountEntry, Family, MemberEntry, ObligorEntry, Signature
from apps.households.models.account import PayeeKind

# The question whose answer opens a list.
ASKED = {"incomes": ("incomes", "answer"), "assets": ("property", "financial"), "others": ("property", "other")}
_NAMES = {"incomes": "收入", "assets": "金融资产", "others": "车辆、房产"}


# Lists with one row for each member who needs one.
DERIVED = ("cares", "signers")
# Lists whose rows name a member.
GROWING = ("members", "incomes")
NAMING = ("incomes", "assets", "promises")


class Draft:
    """Forms of all sections over what was typed; ``complete`` judges it as a submission."""

    def __init__(self, sections: Sections, setting: Setting, *, complete: bool = False) -> None:
        self.sections, self.setting, self.complete = sections, setting, complete
        self.forms = {
            name: spec.form(sections.get(name) or None, prefix=name, setting=setting, complete=complete)
            for name, spec in SECTIONS.items()
            if spec.form
        }
        self.applied = SchemeForm({"scheme": setting.scheme}, prefix="applied", setting=setting, complete=complete)
        self.rows: dict[str, list[Row]] = {}
        for name in SECTION_OF:
            self.rows[name] = self._derived(name) if name in DERIVED else self._list(name)
            if name == "members":
                # Before anything asks a row for its number: two of one number are no good rows.
                self._find_twins()
        self.spare = {name: self._spare(name) for name in SECTION_OF if name not in DERIVED}
        self._offer_members()

    def _list(self, name: str) -> list[Row]:
        section = SECTION_OF[name]
        row_class = SECTIONS[section].rows[name]
        found = self.sections.get(section, {}).get(name, [])
        rows = [
            row_class(row, key=row["key"], name=name, setting=self.setting, complete=self.complete) for row in found
        ]
        for place, row in enumerate(rows, start=1):
            row.place = place
        return rows

    def _derived(self, name: str) -> list[Row]:
        """One row for each member concerned, over what was typed for that member."""
        section = SECTION_OF[name]
        signing = name == "signers"
        concerned = [row for row in self.members if (row.signs if signing else row.could_be_tekun(self.members))]
        typed = {row["key"]: row for row in self.sections.get(section, {}).get(name, [])}
        rows = []
        for of in concerned:
            row_class = cast(type[MembersRow], SECTIONS[section].rows[name])
            row = row_class(typed.get(of.key), key=of.key, name=name, setting=self.setting, complete=self.complete)
            row.of = of
            rows.append(row)
        return cast(list[Row], rows)

    def _spare(self, name: str) -> Row:
        """An empty row to go on with, under a key not used yet."""
        keys = [int(row.key[1:]) for row in self.rows[name]]
        return self._empty(name, f"{SECTIONS[SECTION_OF[name]].rows[name].letter}{max(keys, default=0) + 1}")

    def _empty(self, name: str, key: str) -> Row:
        row = SECTIONS[SECTION_OF[name]].rows[name](None, key=key, name=name, setting=self.setting, complete=False)
        if name == "members" and self.rows[name]:
            row.initial.pop("relation")
        return row

    def selects(self, empty: dict[str, list[str]]) -> Iterator[str]:
        """Every choice of a member on a page with these empty rows, to be swapped in when the members changed."""
        for name in (*NAMING, "obligors"):
            rows = [*self.rows[name], *(self._empty(name, key) for key in empty.get(name, []))]
            for row in cast(list[MemberChoiceRow], rows):
                self._offer(name, row)
                yield row["member"].as_widget(attrs={"hx-swap-oob": "true"})
        yield self.account["holder"].as_widget(attrs={"hx-swap-oob": "true"})

    @property
    def members(self) -> list[MemberRow]:
        """The members' rows."""
        return cast(list[MemberRow], self.rows["members"])

    @property
    def home(self) -> HomeForm:
        return cast(HomeForm, self.forms["family"])

    @property
    def account(self) -> AccountForm:
        return cast(AccountForm, self.forms["account"])

    @property
    def consent(self) -> ConsentForm:
        return cast(ConsentForm, self.forms["consent"])

    @property
    def blanks(self) -> list[tuple[str, Row]]:
        """An empty row of each list that a keyboard adds to, from which the page's script makes new ones."""
        found = [(name, self._empty(name, f"{SECTIONS[SECTION_OF[name]].rows[name].letter}0")) for name in GROWING]
        found[0][1].initial.pop("relation", None)
        self._offer("incomes", cast(MemberChoiceRow, found[1][1]))
        return found

    @property
    def wants_support(self) -> bool:
        """Whether something in the folded part was typed already."""
        return any(care.typed for care in self.cares)

    @property
    def cares(self) -> list[CareRow]:
        """The rows of those who could live on 特困."""
        return cast(list[CareRow], self.rows["cares"])

    @property
    def signers(self) -> list[SignerRow]:
        """The rows of the adults who sign beside the head."""
        return cast(list[SignerRow], self.rows["signers"])

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The members as other rows name them."""
        return [BLANK, *((row.key, row.label) for row in self.members)]

    def _offer_members(self) -> None:
        for name in (*NAMING, "obligors"):
            for row in (*self.rows[name], self.spare[name]):
                self._offer(name, cast(MemberChoiceRow, row))
        self.account.set_members(self.choices)

    def _offer(self, name: str, row: MemberChoiceRow) -> None:
        if name == "obligors":
            offer(row, self.cares)
        else:
            row.set_members(self.choices)

    def _find_twins(self) -> None:
        first: dict[str, str] = {}
        for row in self.members:
            if text := row.number_text:
                row.twin_of = first.get(text, "")
                first.setdefault(text, row.label)

    @property
    def head(self) -> MemberRow | None:
        """The one head, if exactly one is named."""
        heads = [row for row in self.members if row.typed.get("relation") == Relation.HEAD]
        return heads[0] if len(heads) == 1 else None

    def answer(self, name: str) -> str:
        """SOME, NONE or nothing: the answer to the question before a list."""
        section, field = ASKED[name]
        return str(self.sections.get(section, {}).get(field, ""))

    @property
    def reminds(self) -> dict[str, bool]:
        """Lists filled from the file whose question nobody has answered this time."""
        return {name: bool(self.rows[name]) and not self.answer(name) for name in ASKED}

    @property
    def whole(self) -> dict[str, str]:
        """What is wrong with a section as a whole."""
        return {name: " ".join(text for text, wrong in self._of_the_whole(name) if wrong) for name in SECTIONS}

    def counted(self, name: str) -> list[Row]:
        """The rows of a list that count: not those below an answer "none"."""
        if name == "obligors":
            asked = {care.key for care in self.cares if care.typed.get("answer") == SOME}
            return [row for row in self.rows[name] if row.typed.get("member", "") in asked | {""}]
        return [] if name in ASKED and self.answer(name) != SOME else self.rows[name]

    def parts(self) -> Iterator[tuple[str, Part]]:
        """Every form and row that counts, with its section, in the order of the page."""
        for name, spec in SECTIONS.items():
            if name in self.forms:
                yield name, self.forms[name]
            for each in spec.rows:
                yield from ((name, row) for row in self.counted(each))

    def gaps(self) -> list[Gap]:
        """What is missing or wrong, in the order of the page."""
        found = [gap for name in SECTIONS for gap in self._gaps_of(name)]
        return [gap for gap in found if gap.wrong] + [gap for gap in found if not gap.wrong]

    def _gaps_of(self, name: str) -> Iterator[Gap]:
        yield from (Gap(text, f"sec-{name}", name, wrong) for text, wrong in self._of_the_whole(name))
        for section, part in self.parts():
            if section == name:
                yield from gaps_of(name, part)

    def _of_the_whole(self, name: str) -> Iterator[tuple[str, bool]]:
        if name == "members":
            heads = sum(row.typed.get("relation") == Relation.HEAD for row in self.members)
            if not self.members:
                yield "家庭成员", False
            elif heads != 1:
                named = "只能有一位户主，请核对与户主关系。" if heads else "请指明一位户主。"
                yield named, self.complete or heads > 1
        if name == "support":
            for care in self.cares:
                if care.typed.get("answer") == SOME and not self._obligors_of(care.key):
                    yield f"{care.label}选了“有”义务人，请至少填一位；确实没有请改选“没有”。", self.complete
        if name == "expenses" and self.setting.scheme == Applied.EXPENDITURE and not self.rows["expenses"]:
            yield "十二个月的医疗、教育、照护支出和票据", False
        for each, (section, _) in ASKED.items():
            if section == name and self.answer(each) == SOME and not self.rows[each]:
                yield f"{_NAMES[each]}选了“有”，请至少填一行；确实没有请改选“没有”。", self.complete

    def family(self, *, assume_nothing_owned: bool = False) -> Family | None:
        """The family made of what is filled in; None while nobody or no 城/乡 is known or the head is not clear."""
        rows = [row for row in self.members if row.is_filled()]
        kind = self._area_kind()
        if self.head not in rows or kind is None:
            return None
        place = {row.key: index for index, row in enumerate(rows)}
        nothing: Any = () if assume_nothing_owned else None
        phone = self.home.cleaned_data.get("phone", "") if self.home.is_bound and self.home.is_valid() else ""
        assets, others = self._entries("assets", place), self._entries("others", place)
        return Family(
            area_kind=kind,
            members=tuple(self._member(row, phone if row is self.head else "") for row in rows),
            village=self.home.chosen_village,
            address=self.home.typed.get("address", "").strip(),
            incomes=self._entries("incomes", place),
            financial_assets=nothing if assets is None else assets,
            other_assets=nothing if others is None else others,
            deductions=self._entries("deductions", place) or (),
            expenses=self._entries("expenses", place) or (),
            account=self._account(place),
            keeps_account=self.account.keeps,
            consent_on=self.consent.cleaned_data["signed_on"] if self.consent.is_filled() else None,
            signatures=tuple(self._signatures(place)),
            promises=self._entries("promises", place) or (),
            near_relative_of=self.consent.near_relative_of,
        )

    def _member(self, row: MemberRow, phone: str) -> MemberEntry:
        """The member with what is known of supporters and self-care."""
        care = next((care for care in self.cares if care.key == row.key), None)
        if care is None:
            return row.entry(phone)
        obligors: Any = {NONE: (), SOME: self._obligors_of(row.key) or None}.get(care.typed.get("answer", ""))
        return replace(row.entry(phone), support=care.support_kind, self_care=care.self_care(), obligors=obligors)

    def _obligors_of(self, key: str) -> tuple[ObligorEntry, ...]:
        rows = [cast(ObligorRow, row) for row in self.counted("obligors") if row.typed.get("member") == key]
        return tuple(row.entry() for row in rows if row.is_filled())

    def _signatures(self, place: dict[str, int]) -> Iterator[Signature]:
        head_signed = self.consent.cleaned_data.get("signed_on") if self.consent.is_filled() else None
        for row in self.signers:
            day = row.cleaned_data["on"] or head_signed if row.is_filled() else None
            if day and row.key in place:
                yield Signature(day, member=place[row.key], name=row.cleaned_data["by"].strip())
        for supporter in self.counted("obligors"):
            if supporter.is_filled() and (day := supporter.cleaned_data["signed"]):
                yield Signature(day, name=supporter.cleaned_data["name"].strip())

    def _area_kind(self) -> AreaKind | None:
        chosen = self.home.typed.get("area_kind", "")
        return AreaKind(chosen) if chosen in set(AreaKind) else self.home.proposed

    def _entries(self, name: str, place: dict[str, int]) -> Any:
        if name in ASKED and self.answer(name) == NONE:
            return ()
        rows: list[Any] = [row for row in self.counted(name) if row.is_filled()]
        if isinstance(self.spare[name], MemberChoiceRow):
            rows = [row for row in rows if row.cleaned_data["member"] in place]
            entries = tuple(row.entry(place[row.cleaned_data["member"]]) for row in rows)
        else:
            entries = tuple(row.entry() for row in rows)
        return entries or (None if name in ASKED else ())

    def _account(self, place: dict[str, int]) -> AccountEntry | None:
        form = self.account
        if form.keeps or form.undecided or not form.is_filled():
            return None
        head = self.head
        key = head.key if head and form.cleaned_data["payee"] == PayeeKind.HEAD else form.cleaned_data["holder"]
        return form.entry(place[key]) if key in place else None

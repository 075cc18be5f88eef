"""An identity number looked up: the own township's file, of others only how it stands and whom to ask."""

from datetime import date

import pytest

from apps.applications import actions
from apps.applications.actions import lookup
from apps.applications.tests import factories as f
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core.refusal import Refused
from apps.households.family import Family
from apps.households.idnumber import IdNumber, read

LATER = date(2024, 6, 11)


@pytest.fixture
def o(db: None) -> f.Office:
    return f.office()


@pytest.fixture
def family(o: f.Office) -> Family:
    return f.the_zhaos(o)


def head(family: Family) -> IdNumber:
    number = family.members[0].number
    assert number is not None
    return number


def hints() -> list[Record]:
    return list(Record.objects.filter(verb=Verb.HINT_ELSEWHERE))


def test_an_unknown_number_says_nothing(o: f.Office) -> None:
    unknown = read(f.awards.number_of(date(1950, 1, 1)), on=f.OPENED)
    assert actions.look_up(unknown, acting_user=o.caseworker, on=f.OPENED) is None


def test_the_own_township_sees_its_file_and_needs_no_record(o: f.Office, family: Family) -> None:
    case = f.submitted(o, family)
    found = actions.look_up(head(family), acting_user=o.colleague, on=f.OPENED)
    assert found is not None
    assert (found.standing, found.office, found.household) == ("正在办理", "新站镇", case.household)
    assert found.person == case.household.head
    assert hints() == []


@pytest.mark.parametrize(
    ("make", "standing"),
    [(f.submitted, "正在办理"), (f.publicised, "正在办理"), (f.confirmed, "在享待遇"), (f.refused, "一年内未予确认")],
    ids=lambda part: getattr(part, "__name__", part),
)
def test_another_township_learns_how_it_stands_and_whom_to_ask_no_more(
    o: f.Office, family: Family, make: object, standing: str
) -> None:
    make(o, family)  # type: ignore[operator]
    for member in family.members:
        assert member.number is not None
        found = actions.look_up(member.number, acting_user=o.stranger, on=LATER)
        assert found is not None
        assert (found.standing, found.office, found.person, found.household) == (standing, "新站镇", None, None)
    (first, *rest) = hints()
    assert len(rest) == 2
    assert (first.user, first.area, first.on) == (o.stranger, o.town, LATER)
    assert first.payload == {"person": head(family).mask, "standing": standing}
    assert head(family).text not in str(vars(first))


def test_a_refusal_is_forgotten_after_a_year_and_a_withdrawal_at_once(o: f.Office, family: Family) -> None:
    f.refused(o, family)
    at = {date(2025, 5, 29): "一年内未予确认", date(2025, 5, 30): None}
    for on, standing in at.items():
        found = actions.look_up(head(family), acting_user=o.stranger, on=on)
        assert (found and found.standing) == standing
    gone = f.the_zhaos(o, name="周五")
    f.withdrawn(o, gone)
    assert actions.look_up(head(gone), acting_user=o.stranger, on=LATER) is None
    own = actions.look_up(head(gone), acting_user=o.caseworker, on=LATER)
    assert own is not None
    assert own.standing == "有家庭档案"


@pytest.mark.parametrize("desk", ["leader", "reviewer", "maker", "auditor", "admin"])
def test_other_desks_do_not_look_numbers_up(o: f.Office, family: Family, desk: str) -> None:
    f.confirmed(o, family)
    with pytest.raises(Refused) as refused:
        actions.look_up(head(family), acting_user=getattr(o, desk), on=LATER)
    assert refused.value.code == "not_permitted"


def test_hints_are_limited_per_person_and_hour(o: f.Office, family: Family, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "HINTS_AN_HOUR", 3)
    f.confirmed(o, family)
    for _ in range(3):
        assert actions.look_up(head(family), acting_user=o.stranger, on=LATER)
    with pytest.raises(Refused) as refused:
        actions.look_up(head(family), acting_user=o.stranger, on=LATER)
    assert refused.value.code == "too_many_hints"
    assert len(hints()) == 3
    assert actions.look_up(head(family), acting_user=o.caseworker, on=LATER), "the own township has no limit"

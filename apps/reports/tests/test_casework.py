"""How cases were handled: counts that agree with their lists, grounds, and working days from acceptance to decision."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from apps.accounts.roles import Role
from apps.applications.models import Application, RefusalGround
from apps.applications.tests import factories as f
from apps.applications.transitions import State
from apps.audit.actions import act
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.reports.facts.casework import Span, flows, grounds, listed, stages, timeliness_of
from apps.reports.tests.test_pages import desk, opened, shown, table_of, words
from apps.reports.timeliness import Handled, Timeliness, is_late, timeliness

SPAN = Span.of_months_to(f.DECIDED)
MAY = SPAN.last
D = date


@pytest.fixture(scope="module")
def shared(django_db_setup: None, django_db_blocker: Any) -> Iterator[f.Office]:
    """In one township a case at every stage, in the other one that was confirmed."""
    with f.undone(django_db_blocker):
        o = f.office(f.DECIDED)
        for n, state in enumerate(State):
            f.AT[state](o) if state == State.DRAFT else f.AT[state](o, f.the_zhaos(o, name=f"赵{n}"))
        other = o.elsewhere()
        f.confirmed(other, f.the_zhaos(other, name="外乡"))
        yield o


@pytest.fixture
def o(shared: f.Office) -> Iterator[f.Office]:
    with f.undone():
        yield shared


# 1 to 5 May 2024 were free, with Sunday 28 April and Saturday 11 May worked for them.
@pytest.mark.parametrize(
    ("accepted", "decided", "days"),
    [
        (D(2024, 5, 20), D(2024, 5, 20), 0),
        (D(2024, 5, 20), D(2024, 5, 24), 4),
        (D(2024, 5, 17), D(2024, 5, 20), 1),  # over a weekend
        (D(2024, 4, 26), D(2024, 5, 13), 10),  # 28 to 30 April, 6 to 11 May, 13 May
    ],
)
def test_days_are_counted_by_the_national_calendar(accepted: date, decided: date, days: int) -> None:
    assert timeliness([Handled(accepted, decided)], 30) == Timeliness(1, 1, days, days)


def test_half_and_nine_tenths_are_days_that_occurred() -> None:
    """Of ten: five took one day, four took four, one took five."""
    monday = D(2024, 5, 20)
    taken = [Handled(monday, D(2024, 5, 21), 5), Handled(monday, D(2024, 5, 24), 4), Handled(monday, D(2024, 5, 27))]
    assert timeliness(taken, 4) == Timeliness(10, 9, 1, 4)
    assert timeliness(taken, 4).percent == 90
    assert timeliness([Handled(monday, monday, 999), Handled(monday, D(2024, 9, 1))], 30).percent == 99
    assert timeliness([], 30) == Timeliness()
    assert Timeliness().percent is None


def test_the_last_legal_day_is_in_time_and_a_day_of_its_own_goes_before_it() -> None:
    accepted = D(2024, 5, 20)
    last = D(2024, 7, 2)  # the 30th working day: 9 in May after the 20th, 19 in June without the 10th, 2 in July
    assert not is_late(Handled(accepted, last), 30)
    assert is_late(Handled(accepted, D(2024, 7, 3)), 30)
    assert not is_late(Handled(accepted, D(2024, 7, 3), due_on=D(2024, 7, 23)), 30)
    assert is_late(Handled(accepted, last, due_on=D(2024, 6, 18)), 30)


def test_what_is_open_stands_at_its_stage(o: f.Office) -> None:
    assert {label: count for _, label, count in stages(o.reviewer)} == {
        "待受理": 1,
        "待补正": 1,
        "待调查": 1,
        "待初审": 1,
        "待公示": 1,
        "公示与确认": 1,
    }
    assert {count for _, _, count in stages(o.stranger)} == {0}


def test_may_received_and_decided(o: f.Office) -> None:
    """Accepted: from ACCEPTED on, seven here and one there; of three confirmed one was taken back, and still counts."""
    *_, may = flows(o.reviewer, SPAN)
    assert (may.month, may.received, may.confirmed, may.refused, may.withdrawn) == (MAY, 8, 3, 1, 1)
    *_, own = flows(o.stranger, SPAN)
    assert (own.received, own.confirmed, own.refused, own.withdrawn) == (1, 1, 0, 0)
    assert len(flows(o.reviewer, SPAN)) == 12


def test_grounds_of_refusals(o: f.Office) -> None:
    assert grounds(o.reviewer, SPAN) == [("UNTRUE", RefusalGround.UNTRUE.label, 1)]
    assert grounds(o.stranger, SPAN) == []


def test_townships_are_measured_each_for_itself(o: f.Office) -> None:
    """Accepted on Tuesday the 21st, decided on Wednesday the 29th: six working days."""
    everything, towns = timeliness_of(o.reviewer, SPAN)
    assert everything == Timeliness(4, 4, 6, 6)
    assert [(name, figures.decided) for _, name, figures in towns] == [("新站镇", 3), ("天岗镇", 1)]


def test_a_late_decision_is_counted_and_listed(o: f.Office) -> None:
    case = Application.objects.get(state=State.REFUSED)
    with act(Verb.LOAD_DEMO, acting_user=o.chief, on=f.DECIDED):
        Application.objects.filter(pk=case.pk).update(accepted_on=D(2024, 4, 1))
    everything, _ = timeliness_of(o.reviewer, SPAN)
    assert (everything.decided, everything.late) == (4, 1)
    assert [one.pk for one in listed(o.reviewer, {"event": "LATE"}, f.DECIDED)] == [case.pk]
    assert not listed(o.stranger, {"event": "LATE"}, f.DECIDED).exists()
    page = shown(o.reviewer, reverse("report-casework"))
    assert "按时率 75% 办结 4 超期 1" in words(page)


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.CASEWORKER])
def test_every_number_agrees_with_its_list(o: f.Office, role: Role) -> None:
    user, followed = o.desk(role), 0
    page = shown(user, reverse("report-casework"))
    numbers = re.findall(r'<a class="through" href="([^"]+)">(\d+)</a>', page)
    numbers += re.findall(r'<a class="row-link" href="([^"]+)">[^<]+</a></th><td class="num">(\d+)</td>', page)
    for address, number in numbers:
        assert f">{number} 件<" in shown(user, address.replace("&amp;", "&")), address
        followed += 1
    assert followed >= 12


def test_money_desks_see_the_figures_without_the_cases(o: f.Office) -> None:
    page = shown(o.maker, reverse("report-casework"))
    assert "公示与确认" in page
    assert reverse("report-cases") not in page
    assert desk(o.maker).get(reverse("report-cases")).status_code == 403


def test_the_other_township_s_cases_are_not_listed(o: f.Office) -> None:
    assert "外乡" in shown(o.reviewer, reverse("report-cases"), state="CONFIRMED")
    for query in ({"state": "CONFIRMED"}, {"township": o.other_town.pk}, {"event": "DECIDED"}):
        assert "外乡" not in shown(o.caseworker, reverse("report-cases"), **query)


def test_the_list_leaves_with_a_reason(o: f.Office) -> None:
    address = reverse("report-cases-export") + "?event=REFUSED&month=2024-05"
    answer = desk(o.reviewer).post(address, {"reason": "分析不予确认的情形"})
    (row,) = table_of(opened(answer).active)[1:]
    case = Application.objects.get(state=State.REFUSED)
    assert row[:3] == (case.number, case.applicant_name, "新站镇")
    assert (row[7].date(), row[8]) == (f.DECIDED, RefusalGround.UNTRUE.label)
    record = Record.objects.get(verb=Verb.EXPORT)
    assert record.payload == {"what": "案件清单", "conditions": {"event": "REFUSED", "month": "2024-05"}, "rows": 1}
    assert case.applicant_name not in str(record.payload)
    for nobody in (o.auditor, o.maker):
        assert desk(nobody).post(address, {"reason": "看看"}).status_code == 403


def test_a_list_too_long_for_one_file_says_what_to_do(o: f.Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.applications.views.exporting.MOST_ROWS", 1)
    answer = desk(o.reviewer).post(reverse("report-cases-export"), {"reason": "核对"})
    assert (answer.status_code, "请先按乡镇或类别缩小范围" in answer.content.decode()) == (409, True)
    assert not Record.objects.filter(verb=Verb.EXPORT).exists()

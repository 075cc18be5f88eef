"""The dated parameters in the office's hands: proposed by one, approved by another, never edited, never a gap."""

from datetime import date

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Posting, User
from apps.accounts.roles import Role
from apps.audit.actions import act
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.awards.tests import factories as f
from apps.core.refusal import Refused
from apps.eligibility.actions import approve_standard, load_standards, propose_standard, reject_standard
from apps.eligibility.enums import ChangeState
from apps.eligibility.law import amended, law_in_force, law_of
from apps.eligibility.models import ParameterChange, ParameterValue
from apps.eligibility.parameters import read_value
from apps.eligibility.policy.enums import AreaKind
from apps.eligibility.policy.standards import Law, Row
from apps.eligibility.tests.builders_standards import DOCUMENT, proposed_standard, value

pytestmark = pytest.mark.django_db
TODAY, JULY, AUGUST = date(2024, 5, 20), date(2024, 7, 1), date(2024, 8, 1)


@pytest.fixture
def office() -> f.Office:
    f.office_date(TODAY)
    return f.office()


def standard(on: date, area: AreaKind = AreaKind.URBAN) -> object:
    return law_in_force().on(on, area).standard


def adopted(office: f.Office, text: str, *, start: date = JULY) -> ParameterChange:
    change = proposed_standard(office.chief, on=TODAY, start=start, content=[value(text)])
    return approve_standard(change, acting_user=office.reviewer, on=TODAY)


def desk(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


# What comes with the program


def test_before_anything_is_added_the_law_is_the_shipped_one(django_assert_num_queries) -> None:
    assert law_in_force().digest() == Law.shipped().digest()
    with django_assert_num_queries(1):
        law_in_force()


def test_loading_again_writes_nothing(capsys) -> None:
    before, records = ParameterValue.objects.count(), Record.objects.count()
    call_command("load_standards")
    assert "已是最新" in capsys.readouterr().out
    assert (ParameterValue.objects.count(), Record.objects.count()) == (before, records)
    assert before == len(Law.shipped().rows)


def test_a_new_program_brings_new_values_and_corrects_its_own_but_not_the_office_s(office: f.Office) -> None:
    adopted(office, "600")
    rows = list(Law.shipped().rows)
    first = next(r for r in rows if r.parameter == "dibao_standard" and r.area == AreaKind.URBAN)
    corrected = Row(**{**_fields(first), "source": "更正后的来源"})
    clash = Row("dibao_standard", JULY, "580", "程序自带", confirmed=False, area=AreaKind.URBAN)
    later = Row("dibao_standard", date(2025, 1, 1), "620", "程序自带", confirmed=False, area=AreaKind.URBAN)
    rows = [*(row for row in rows if row != first), corrected, clash, later]
    assert load_standards(rows, acting_user=User.objects.system(), on=TODAY) == 2
    assert (standard(JULY), standard(date(2025, 1, 1))) == (60_000, 62_000)
    assert corrected in law_in_force().rows
    assert load_standards(rows, acting_user=User.objects.system(), on=TODAY) == 0


def _fields(row: Row) -> dict[str, object]:
    return {name: getattr(row, name) for name in row.__slots__}


# From proposal to law


def test_a_proposed_value_changes_nothing_until_another_person_approves(office: f.Office) -> None:
    change = proposed_standard(office.chief, on=TODAY, start=JULY)
    assert law_in_force().digest() == Law.shipped().digest()
    approve_standard(change, acting_user=office.reviewer, on=TODAY)
    assert (standard(date(2024, 6, 30)), standard(JULY), standard(date(2031, 1, 1))) == (56_000, 60_000, 60_000)
    assert standard(JULY, AreaKind.RURAL) == 47_000
    row = law_in_force().row("dibao_standard", JULY, AreaKind.URBAN)
    assert row.source == f"{DOCUMENT}（2024-05-20）提高城乡低保标准的通知"
    assert "dibao_standard" not in law_in_force().on(JULY, AreaKind.URBAN).unconfirmed
    assert list(Record.objects.about(change).values_list("verb", flat=True)) == ["APPROVE_STANDARD"]


def test_who_may_and_nobody_their_own(office: f.Office) -> None:
    for stranger in (office.caseworker, office.reviewer, office.maker, office.auditor):
        with pytest.raises(Refused, match="岗位"):
            proposed_standard(stranger, on=TODAY, start=JULY)
    change = proposed_standard(office.chief, on=TODAY, start=JULY)
    for verb in (approve_standard, lambda c, **k: reject_standard(c, reason="不", **k)):
        with pytest.raises(Refused, match="岗位"):
            verb(change, acting_user=office.chief, on=TODAY)
    with act(Verb.APPOINT, acting_user=User.objects.system(), on=TODAY):
        Posting.objects.create(user=office.chief, area=office.county, role=Role.REVIEWER, since=TODAY)
    both = User.objects.get(pk=office.chief.pk)
    with pytest.raises(Refused) as refused:
        approve_standard(change, acting_user=both, on=TODAY)
    assert refused.value.code == "own_work"


def test_a_wrong_value_is_superseded_never_edited(office: f.Office) -> None:
    adopted(office, "6000")
    wrong = law_in_force()
    adopted(office, "600")
    assert standard(JULY) == 60_000
    kept = ParameterValue.objects.filter(parameter="dibao_standard", start=JULY).order_by("version")
    assert [one.value for one in kept] == ["6000", "600"]
    assert law_of(wrong.digest()).on(JULY, AreaKind.URBAN).standard == 600_000
    assert law_of(Law.shipped().digest()).digest() == Law.shipped().digest()
    assert law_of("unknown") is None


def test_an_approved_proposal_still_shows_what_it_has_changed(office: f.Office) -> None:
    """560 to 600, and later 600 to 610 from the same day: neither is compared with itself."""
    first, second = adopted(office, "600"), adopted(office, "610")
    shown = [(line["old"], line["new"], line["replaces"]) for one in (first, second) for line in of_page(office, one)]
    assert shown == [("560", "600", False), ("600", "610", True)]


def of_page(office: f.Office, change: ParameterChange) -> list[dict[str, object]]:
    found: list[dict[str, object]] = desk(office.auditor).get(change.get_absolute_url()).context["lines"]
    return found


def test_a_rejected_proposal_stays_away_for_good(office: f.Office) -> None:
    change = proposed_standard(office.chief, on=TODAY, start=JULY)
    with pytest.raises(Refused, match="理由"):
        reject_standard(change, acting_user=office.reviewer, on=TODAY, reason=" ")
    change = reject_standard(change, acting_user=office.reviewer, on=TODAY, reason="文号不对")
    assert (change.state, change.reason) == (ChangeState.REJECTED, "文号不对")
    with pytest.raises(Refused, match="刷新"):
        approve_standard(change, acting_user=office.reviewer, on=TODAY)


def test_a_past_month_needs_a_ground_also_when_it_passes_while_waiting(office: f.Office) -> None:
    with pytest.raises(Refused, match="追溯"):
        proposed_standard(office.chief, on=TODAY, start=date(2024, 4, 1))
    granted = proposed_standard(office.chief, on=TODAY, start=date(2024, 4, 1), ground="文件规定自4月起执行")
    assert approve_standard(granted, acting_user=office.reviewer, on=TODAY).state == ChangeState.APPROVED
    late = proposed_standard(office.chief, on=TODAY, start=JULY, content=[value("610")])
    with pytest.raises(Refused, match="追溯"):
        approve_standard(late, acting_user=office.reviewer, on=AUGUST)


@pytest.mark.parametrize(
    ("content", "given", "why"),
    [
        ([value("560")], {}, "完全相同"),
        ([value("六百")], {}, "金额应写成"),
        ([value("600.123")], {}, "两位小数"),
        ([value("0")], {}, "大于 0"),
        ([value(None)], {}, "金额应写成"),
        ([value("600", parameter="nothing")], {}, "没有这项参数"),
        ([value("600", area="")], {}, "没有这项参数"),
        ([value("600"), value("610")], {}, "两个值"),
        ([value("600")], {"document_number": " "}, "文号"),
        ([value("600")], {"document_date": date(2024, 5, 21)}, "还没有到"),
        ([value("600")], {"start": date(2024, 7, 2)}, "一日"),
        ([value("1.2", parameter="single_person_rate", area="")], {}, "不超过 1"),
        ([value("17.5", parameter="elderly_disabled_min_age", area="")], {}, "整数"),
        ([value("0.8", parameter="phase_out_schedule", area="", key="1")], {}, "每一档"),
    ],
)
def test_what_is_no_value_is_refused_in_words(office: f.Office, content, given, why: str) -> None:
    with pytest.raises(Refused, match=why):
        proposed_standard(office.chief, on=TODAY, content=content, **({"start": JULY} | given))


def test_values_by_their_kind() -> None:
    assert read_value("single_person_rate", "65%") == "0.65"
    assert read_value("tekun_basic", "1.30") == "1.3"
    assert read_value("phase_out_months", "24") == "24"
    assert read_value("assessment_index", "1") == "1"
    with pytest.raises(ValueError, match="启用"):
        read_value("assessment_index", "2")
    assert read_value("dibao_standard", "600.5") == "600.5"


def test_a_yearly_standard_a_whole_schedule_and_one_that_can_be_off(office: f.Office) -> None:
    steps = [value("1", parameter="phase_out_schedule", area="", key="1")]
    steps += [value("75%", parameter="phase_out_schedule", area="", key="13")]
    for content in (
        [value("5700", area="RURAL", months=12)],
        steps,
        [value("50", parameter="minimum_top_up", area="")],
    ):
        change = proposed_standard(office.chief, on=TODAY, start=JULY, content=content)
        approve_standard(change, acting_user=office.reviewer, on=TODAY)
    law = law_in_force().on(JULY, AreaKind.RURAL)
    assert law.standard == 47_500
    assert law.minimum_top_up == 5_000
    assert [(month, str(rate)) for month, rate in law.phase_out_schedule] == [(1, "1"), (13, "3/4")]
    off = [value(None, parameter="minimum_top_up", area="")]
    change = proposed_standard(office.chief, on=TODAY, start=AUGUST, content=off)
    approve_standard(change, acting_user=office.reviewer, on=TODAY)
    assert law_in_force().on(AUGUST, AreaKind.RURAL).minimum_top_up is None


def test_amended_is_what_approval_makes(office: f.Office) -> None:
    change = proposed_standard(office.chief, on=TODAY, start=JULY)
    foretold = amended(law_in_force(), change.rows()).digest()
    approve_standard(change, acting_user=office.reviewer, on=TODAY)
    assert law_in_force().digest() == foretold


# What the database itself keeps


def test_the_database_refuses_what_no_person_approved(office: f.Office) -> None:
    change = proposed_standard(office.chief, on=TODAY, start=JULY)
    fields = {"parameter": "dibao_standard", "area": "URBAN", "start": JULY, "value": "999", "source": "无"}
    with act(Verb.PROPOSE_STANDARD, acting_user=office.chief, on=TODAY):
        attempts = {
            "approved proposal": lambda: ParameterValue.objects.create(
                change=change, version=9, confirmed=True, **fields
            ),
            "begins as a draft": lambda: _copy(change, state=ChangeState.APPROVED, decided_by=office.reviewer),
            "begins as a draft ": lambda: _copy(change, shipped=True, state=ChangeState.APPROVED),
            "stays as it was written": lambda: ParameterChange.objects.filter(pk=change.pk).update(content=[]),
            "change_rests_on_a_document": lambda: _copy(change, document_number=""),
            "change_approved_by_another": lambda: ParameterChange.objects.filter(pk=change.pk).update(
                state=ChangeState.APPROVED, decided_by=office.chief, decided_on=TODAY
            ),
            "decided_change_says_by_whom": lambda: ParameterChange.objects.filter(pk=change.pk).update(
                state=ChangeState.APPROVED
            ),
        }
        for why, attempt in attempts.items():
            with pytest.raises(DatabaseError, match=why.strip()), transaction.atomic():
                attempt()


def _copy(change: ParameterChange, **given: object) -> None:
    fields = {name: getattr(change, name) for name in ("content", "start", "document_number", "document_date")}
    fields |= {"proposed_by": change.proposed_by, "proposed_on": TODAY, "decided_on": given.get("decided_by") and TODAY}
    ParameterChange.objects.create(**{**fields, **given})


def test_no_two_values_at_once_and_none_without_a_source(office: f.Office) -> None:
    change = adopted(office, "600")
    fields = {"parameter": "dibao_standard", "area": "URBAN", "start": JULY, "value": "999", "confirmed": True}
    with act(Verb.APPROVE_STANDARD, acting_user=office.reviewer, on=TODAY):
        for version, source, why in ((2, "有", "one_value_at_a_time"), (3, "", "value_has_a_source")):
            with pytest.raises(IntegrityError, match=why), transaction.atomic():
                ParameterValue.objects.create(change=change, version=version, source=source, **fields)


def test_what_is_decided_or_adopted_is_never_changed(office: f.Office) -> None:
    change = adopted(office, "600")
    with act(Verb.APPROVE_STANDARD, acting_user=office.reviewer, on=TODAY):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            ParameterValue.objects.filter(change=change).update(value="999")
        with pytest.raises(DatabaseError, match="stays as it was written"), transaction.atomic():
            ParameterChange.objects.filter(pk=change.pk).update(reason="改")
        with pytest.raises(DatabaseError, match="cannot move"), transaction.atomic():
            ParameterChange.objects.filter(pk=change.pk).update(state="REJECTED")
    with pytest.raises(DatabaseError, match="declared act"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM eligibility_parameterchange WHERE shipped")


# On the pages


def test_from_the_list_to_the_law_in_the_browser(office: f.Office) -> None:
    chief, reviewer = desk(office.chief), desk(office.reviewer)
    listed = chief.get(reverse("standard-list")).content.decode()
    assert "standards/new/?parameter=dibao_standard" in listed
    assert "standards/new/" not in reviewer.get(reverse("standard-list")).content.decode()
    new = reverse("standard-new") + "?parameter=dibao_standard"
    assert "现行 560" in chief.get(new).content.decode()
    given = {"start": "2024-07", "document_number": DOCUMENT, "document_date": "2024-05-16", "months": "1"}
    assert chief.post(new, {**given}).status_code == 422
    assert chief.post(new, {**given, "value_URBAN_": "六百"}).status_code == 422
    past = chief.post(new, {**given, "value_URBAN_": "600", "start": "2024-01"})
    assert past.status_code == 409
    assert "追溯" in past.content.decode()
    sent = chief.post(new, {**given, "value_URBAN_": "600", "value_RURAL_": "500"}, follow=True)
    assert "草案" in sent.content.decode()
    change = ParameterChange.objects.waiting().get()
    assert [one["value"] for one in change.content] == ["600", "500"]
    waiting = reviewer.get(reverse("standard-list")).content.decode()
    assert "等待核准的草案" in waiting
    assert "560 → 600" in waiting
    assert chief.post(reverse("standard-approve", args=[change.pk])).status_code == 403
    reviewer.post(reverse("standard-approve", args=[change.pk]))
    assert (standard(JULY), standard(JULY, AreaKind.RURAL)) == (60_000, 50_000)
    listed = desk(office.caseworker).get(reverse("standard-list")).content.decode()
    assert "自2024年7月起生效" in listed
    assert "现行" in listed
    assert "待民政局确认" in listed
    again = reviewer.post(reverse("standard-approve", args=[change.pk]))
    assert again.status_code == 409


def test_every_parameter_can_be_opened_for_a_proposal_and_what_comes_shipped_is_no_proposal(office: f.Office) -> None:
    chief = desk(office.chief)
    for name in {row.parameter for row in Law.shipped().rows}:
        assert chief.get(reverse("standard-new"), {"parameter": name}).status_code == 200, name
    assert chief.get(reverse("standard-new"), {"parameter": "nothing"}).status_code == 404
    shipped = ParameterChange.objects.get(shipped=True)
    assert chief.get(reverse("standard-detail", args=[shipped.pk])).status_code == 404


def test_a_proposal_by_hand_and_by_page_are_one(office: f.Office) -> None:
    by_hand = propose_standard(
        [value("600")],
        start=JULY,
        document_number=DOCUMENT,
        document_date=TODAY,
        acting_user=office.chief,
        on=TODAY,
    )
    assert by_hand.rows()[0].value == "600"

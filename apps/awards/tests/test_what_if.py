"""What if: a draft over the live register gives what the month would give, and touches nothing."""

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import User
from apps.audit.actions import act
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.awards.actions import (
    calculate_chunk,
    finish_if_complete,
    finish_what_if,
    open_month,
    rehearse_chunk,
    start_what_if,
)
from apps.awards.enums import Effect, RunState, WhatIfState
from apps.awards.models import Award, CalcLine, WhatIf, WhatIfChunk, WhatIfLine
from apps.awards.tally import Tally, band_label, band_of
from apps.awards.tests import factories as f
from apps.core.refusal import Refused
from apps.core.sheets import csv_lines, safe_cell
from apps.eligibility.actions import approve_standard
from apps.eligibility.law import law_in_force
from apps.eligibility.policy.standards import Law
from apps.eligibility.tests.builders_standards import DOCUMENT, proposed_standard, value

pytestmark = pytest.mark.django_db
MARCH, TODAY, MAY = date(2022, 3, 15), date(2022, 4, 5), date(2022, 5, 1)


@pytest.fixture
def office(settings) -> f.Office:
    settings.WHAT_IF_CHUNK_SIZE = 2
    f.office_date(TODAY)
    return f.office()


def register(office: f.Office) -> dict[str, Award]:
    """Three families by hand, at 550.00: 1,355.00, 10.00 and 100.00."""
    lone = f.member("孙三", date(1980, 1, 1)), f.member("李四", date(1980, 1, 1))
    return {
        "赵一": f.granted(office, on=MARCH),
        "孙三": f.granted(office, on=MARCH, members=lone[:1], income_fen=12 * 54_000),
        "李四": f.granted(office, on=MARCH, members=lone[1:], income_fen=12 * 45_000),
    }


def started(office: f.Office, text: str = "600", *, month: date = MAY) -> WhatIf:
    return start_what_if([value(text)], start=MAY, month=month, acting_user=office.chief, on=TODAY)


def worked(what_if: WhatIf) -> WhatIf:
    return f.rehearsed(what_if, on=TODAY)


def tally_of(what_if: WhatIf) -> Tally:
    tally = Tally()
    tally.add_json(what_if.result)
    return tally


def desk(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


# The figures


def test_a_higher_standard_by_hand(office: f.Office) -> None:
    awards = register(office)
    what_if = worked(started(office))
    found = {line.award_id: (line.before_fen, line.after_fen, line.effect) for line in what_if.lines.all()}
    # 3 × 600 − 900 = 900, the child 300, the disabled wife 360.
    assert found == {
        awards["赵一"].pk: (135_500, 156_000, Effect.GAIN),
        awards["孙三"].pk: (1_000, 6_000, Effect.GAIN),
        awards["李四"].pk: (10_000, 15_000, Effect.GAIN),
    }
    total = tally_of(what_if).total()
    assert (total.units, total.before_fen, total.after_fen) == (3, 146_500, 177_000)
    assert (total.gain, total.lose, total.leave, total.changed) == (3, 0, 0, 3)
    assert (total.difference_fen, total.year_fen) == (30_500, 366_000)
    assert dict(tally_of(what_if).bands) == {1: 2, 4: 1}


def test_a_lower_standard_leaves_somebody_without_anything(office: f.Office) -> None:
    awards = register(office)
    what_if = worked(started(office, "540"))
    effects = {line.award_id: (line.difference_fen, line.effect) for line in what_if.lines.all()}
    assert effects == {
        # 3 × 10 less, a hundredth of fifty and of sixty per cent beside it.
        awards["赵一"].pk: (-3_000 - 500 - 600, Effect.LOSE),
        awards["孙三"].pk: (-1_000, Effect.LEAVE),
        awards["李四"].pk: (-1_000, Effect.LOSE),
    }
    cell = tally_of(what_if).by_township()[office.town.pk]
    assert (cell.lose, cell.leave, cell.difference_fen) == (2, 1, -6_100)


def test_what_a_draft_does_not_touch_is_counted_and_not_listed(office: f.Office) -> None:
    register(office)
    what_if = start_what_if(
        [value("70%", parameter="supplement", area="", key="SEVERE_DISABILITY")],
        start=MAY,
        month=MAY,
        acting_user=office.chief,
        on=TODAY,
    )
    what_if = worked(what_if)
    assert [(line.before_fen, line.after_fen) for line in what_if.lines.all()] == [(135_500, 141_000)]
    assert (tally_of(what_if).total().units, tally_of(what_if).total().changed) == (3, 1)


def test_it_foretells_the_month_that_follows_its_approval(office: f.Office) -> None:
    register(office)
    what_if = worked(started(office))
    change = proposed_standard(office.chief, on=TODAY, start=MAY, content=what_if.content)
    approve_standard(change, acting_user=office.reviewer, on=TODAY)
    run = f.calculate(open_month(MAY, acting_user=office.maker, on=MAY), on=MAY)
    total = tally_of(what_if).total()
    assert (run.total_fen, run.units) == (total.after_fen, total.units)
    foretold = dict(what_if.lines.values_list("award", "after_fen"))
    assert dict(CalcLine.objects.filter(run=run).values_list("award", "amount_fen")) == foretold
    # What is law already is nothing new to rehearse.
    with pytest.raises(Refused, match="完全相同"):
        started(office)


def test_before_and_after_the_draft_begins(office: f.Office) -> None:
    register(office)
    later = started(office, month=date(2024, 2, 1))
    # From 2024 the law itself has another standard, which a draft from May 2022 does not change.
    assert tally_of(worked(later)).total().changed == 0


# The live register


def test_nothing_of_the_office_s_is_touched(office: f.Office) -> None:
    register(office)
    before = {table: list(table.objects.order_by("pk").values()) for table in (Award, CalcLine)}
    history, law = Award.history.count(), law_in_force().digest()
    what_if = worked(started(office))
    assert what_if.state == WhatIfState.DONE
    assert before == {table: list(table.objects.order_by("pk").values()) for table in (Award, CalcLine)}
    assert (Award.history.count(), law_in_force().digest()) == (history, law)
    assert Record.objects.filter(verb=Verb.START_WHAT_IF).count() == 1


def test_portions_are_done_once_found_again_and_added_up_at_the_end(office: f.Office) -> None:
    register(office)
    what_if, system = started(office), User.objects.system()
    now = datetime(2022, 4, 5, tzinfo=UTC)
    sent = WhatIfChunk.objects.claim_due(now, limit=100)
    assert len(sent) == 2
    assert WhatIfChunk.objects.claim_due(now, limit=100) == []
    assert WhatIfChunk.objects.claim_due(now + timedelta(hours=1), limit=100) == sent
    assert rehearse_chunk(sent[0], acting_user=system, on=TODAY)
    assert not rehearse_chunk(sent[0], acting_user=system, on=TODAY)
    assert not finish_what_if(what_if.pk, acting_user=system, on=TODAY)
    what_if.refresh_from_db()
    assert (what_if.state, what_if.lines.count()) == (WhatIfState.RUNNING, 2)
    assert rehearse_chunk(sent[1], acting_user=system, on=TODAY)
    assert finish_what_if(what_if.pk, acting_user=system, on=TODAY)
    assert not finish_what_if(what_if.pk, acting_user=system, on=TODAY)
    assert WhatIf.objects.get().state == WhatIfState.DONE


def test_one_award_that_cannot_be_worked_out_ends_the_rehearsal_in_words(office: f.Office) -> None:
    awards = register(office)
    with act(Verb.LOAD_DEMO, acting_user=office.reviewer, on=TODAY):
        Award.objects.filter(pk=awards["李四"].pk).update(terms={})
    what_if = worked(started(office))
    assert what_if.state == WhatIfState.FAILED
    assert f"待遇 {awards['李四'].pk}" in what_if.why_failed
    assert WhatIfChunk.objects.claim_due(datetime(2030, 1, 1, tzinfo=UTC), limit=9) == []
    shown = desk(office.chief).get(what_if.get_absolute_url()).content.decode()
    assert "未能完成" in shown


def test_a_portion_that_kills_its_worker_is_given_up(office: f.Office, settings) -> None:
    register(office)
    what_if = started(office)
    what_if.chunks.update(attempts=settings.CHUNK_ATTEMPTS_CAP)
    assert worked(what_if).state == WhatIfState.FAILED


def test_a_portion_costs_a_few_statements(office: f.Office, settings) -> None:
    settings.WHAT_IF_CHUNK_SIZE = 100
    register(office)
    what_if = started(office)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        rehearse_chunk(what_if.chunks.get().pk, acting_user=User.objects.system(), on=TODAY)
    assert len([q for q in queries if "SAVEPOINT" not in q["sql"]]) <= 10


def test_a_month_under_way_keeps_the_law_it_was_begun_with(office: f.Office, settings) -> None:
    settings.CHUNK_SIZE = 2
    register(office)
    run = open_month(date(2022, 4, 1), acting_user=office.maker, on=TODAY)
    first, second = run.chunks.order_by("number").values_list("pk", flat=True)
    system = User.objects.system()
    calculate_chunk(first, acting_user=system, on=TODAY)
    change = proposed_standard(office.chief, on=TODAY, start=date(2022, 4, 1))
    approve_standard(change, acting_user=office.reviewer, on=TODAY)
    calculate_chunk(second, acting_user=system, on=TODAY)
    assert finish_if_complete(run.pk, acting_user=system, on=TODAY)
    run.refresh_from_db()
    assert (run.state, run.total_fen, run.law_digest) == (RunState.CALCULATED, 146_500, Law.shipped().digest())


# Who, and what is no draft


def test_who_may_and_what_is_out_of_reach(office: f.Office) -> None:
    with pytest.raises(Refused, match="没有应发"):
        started(office)
    register(office)
    for stranger in (office.reviewer, office.maker, office.caseworker, office.auditor):
        with pytest.raises(Refused, match="岗位"):
            start_what_if([value("600")], start=MAY, month=MAY, acting_user=stranger, on=TODAY)
    for month, content, why in (
        (date(2022, 4, 1), [value("600")], "不早于草案"),
        (date(2022, 3, 1), [value("600")], "本月或以后"),
        (MAY, [value("9", parameter="phase_out_resume_months", area="")], "今后的认定"),
        (MAY, [value("600x")], "金额"),
    ):
        with pytest.raises(Refused, match=why):
            start_what_if(content, start=MAY, month=month, acting_user=office.chief, on=TODAY)
    assert not WhatIf.objects.exists()


# The same figures everywhere


def test_the_command_prints_what_the_page_shows(office: f.Office, capsys) -> None:
    register(office)
    what_if = worked(started(office))
    words = ["--parameter", "dibao_standard", "--area", "URBAN", "--value", "600", "--from", "2022-05"]
    call_command("whatif", *words, "--json")
    printed = json.loads(capsys.readouterr().out)
    total = tally_of(what_if).total()
    assert printed["total"]["difference_fen"] == total.difference_fen == 30_500
    assert printed["townships"][office.town.code]["gain"] == 3
    assert printed["bands"] == {"增加 200–500 元": 1, "增加 50 元以内": 2}
    call_command("whatif", *words)
    said = capsys.readouterr().out
    assert "应发 3 户，受影响 3 户：增加 3" in said
    assert "1,465.00 → 1,770.00 元，增减 305.00 元；一年（12 个这样的月）3,660.00 元" in said
    assert WhatIf.objects.count() == 1
    for wrong in (["--value", "x"], ["--month", "2022-04"], ["--from", "22-5"]):
        with pytest.raises(CommandError):
            call_command("whatif", *words, *wrong)


def test_from_the_draft_to_the_second_person_in_the_browser(office: f.Office) -> None:
    register(office)
    chief = desk(office.chief)
    listed = chief.get(reverse("what-if-list")).content.decode()
    assert "?parameter=dibao_standard" in listed
    new = reverse("what-if-new") + "?parameter=dibao_standard"
    assert chief.get(new).status_code == 200
    assert chief.post(new, {"start": "2022-05", "month": "2022-05"}).status_code == 422
    assert chief.post(new, {"start": "2022-05", "month": "2022-04", "value_URBAN_": "600"}).status_code == 409
    sent = chief.post(new, {"start": "2022-05", "month": "2022-05", "value_URBAN_": "600"}, follow=True)
    assert "已测算户数" in sent.content.decode()
    what_if = WhatIf.objects.get()
    moving = reverse("what-if-progress", args=[what_if.pk])
    assert "0 / 3" in chief.get(moving, headers={"HX-Request": "true"}).content.decode()
    worked(what_if)
    assert chief.get(moving, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    page = chief.get(what_if.get_absolute_url()).content.decode()
    for words in ("305.00", "3,660.00", "新站镇", "增加 200–500 元", "赵一", "还没有申请"):
        assert words in page
    assert "<rect width=" in page
    proposal = page.split('href="/standards/new/?')[1].split('"')[0].replace("&amp;", "&")
    form = chief.get(f"/standards/new/?{proposal}").content.decode()
    assert 'value="600"' in form
    assert 'value="2022-05"' in form
    done = chief.post(
        f"/standards/new/?{proposal}",
        {"value_URBAN_": "600", "start": "2022-05", "document_number": DOCUMENT, "document_date": "2022-04-01"},
        follow=True,
    )
    assert "草案" in done.content.decode()
    assert "提出新" not in desk(office.reviewer).get(reverse("what-if-list")).content.decode()


def test_the_families_by_filter_and_as_a_table(office: f.Office) -> None:
    awards = register(office)
    with act(Verb.LOAD_DEMO, acting_user=office.reviewer, on=TODAY):
        head = awards["孙三"].household.head
        type(head).objects.filter(pk=head.pk).update(name="=2+3")
    what_if = worked(started(office))
    reviewer, at = desk(office.reviewer), what_if.get_absolute_url()
    for query, there in (
        ({"band": 4}, {"赵一"}),
        ({"band": 1}, {"李四", "=2+3"}),
        ({"band": -1}, set()),
        ({"effect": "LEAVE"}, set()),
        ({"scheme": "DIBAO", "township": office.town.pk}, {"赵一", "李四", "=2+3"}),
        ({"township": office.other_town.pk}, set()),
    ):
        page = reviewer.get(at, query).context["page"]
        assert {line.household.head.name for line in page} == there, query
    exported = b"".join(reviewer.get(reverse("what-if-export", args=[what_if.pk]), {"band": 1}).streaming_content)
    rows = list(csv.DictReader(io.StringIO(exported.decode("utf-8-sig"))))
    assert {row["户主"] for row in rows} == {"李四", "'=2+3"}
    assert {(row["现行标准（元）"], row["增减（元）"]) for row in rows} == {("10.00", "50.00"), ("100.00", "50.00")}
    assert reviewer.get(reverse("what-if-export", args=[999])).status_code == 404
    for stranger in (office.caseworker, office.maker):
        assert desk(stranger).get(at).status_code == 403


def test_a_page_costs_the_same_however_many_families(office: f.Office, django_assert_max_num_queries) -> None:
    register(office)
    what_if = worked(started(office))
    for higher in range(601, 630):
        started(office, str(higher))
    client = desk(office.chief)
    for address in (what_if.get_absolute_url(), reverse("what-if-list")):
        with django_assert_max_num_queries(20):
            client.get(address)


# Small pieces


def test_bands_by_size() -> None:
    assert [band_of(fen) for fen in (1, 5_000, 5_001, 50_000, 50_001, -1, -10_001)] == [1, 1, 2, 4, 5, -1, -3]
    assert [band_label(band) for band in (1, 2, -5)] == ["增加 50 元以内", "增加 50–100 元", "减少 500 元以上"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1", "\r=1"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert safe_cell(text) == f"'{text}"
    assert list(csv_lines(("头",), [(-5, "文")])) == ["\ufeff头\r\n".encode(), "-5,文\r\n".encode()]


def test_lines_say_a_difference(office: f.Office) -> None:
    register(office)
    worked(started(office))
    assert not WhatIfLine.objects.filter(effect="").exists()
    assert WhatIfLine.objects.in_band(5).count() == 0

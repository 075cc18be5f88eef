"""The pages of the month: figures with the lists behind them, spreadsheets, and who sees what."""

import io
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import User
from apps.applications.tests.factories import undone
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.awards.tests import factories as f
from apps.awards.tests import register
from apps.reports.models import FrozenMonth
from apps.reports.tests import scene
from apps.reports.tests.test_figures import PUBLISHED


@pytest.fixture(scope="module")
def shared(django_db_setup: None, django_db_blocker: Any) -> Iterator[scene.County]:
    with undone(django_db_blocker):
        yield scene.county()


@pytest.fixture
def c(shared: scene.County) -> Iterator[scene.County]:
    with undone():
        yield shared


THROUGH = re.compile(r'data-label="[^"]*(户|人)"><a class="through" href="([^"]+)">([\d,]+)</a>')


def desk(user: User) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=user.pk), backend="django.contrib.auth.backends.ModelBackend")
    return client


def shown(user: User, address: str, **query: Any) -> str:
    response = desk(user).get(address, query)
    assert response.status_code == 200, response.content.decode()[:300]
    return response.content.decode()


def words(page: str) -> str:
    """The page's text, its blanks closed up."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


def opened(response: Any) -> Any:
    """The spreadsheet as a reader sees it."""
    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    return openpyxl.load_workbook(io.BytesIO(response.content))


def table_of(sheet: Any) -> list[tuple[Any, ...]]:
    """Head and rows below heading and note."""
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows(min_row=4)]


def test_the_month_reads_as_the_province_s_table(c: scene.County) -> None:
    page = words(shown(c.o.chief, reverse("report-month"), frozen=c.april.pk))
    for row in (
        "城乡低保 6 10 442 0.44 0.44",  # 4,417.00 ÷ 10 = 441.70; 0.4417 万元
        "城市低保 2 5 546 0.27 0.27",
        "农村低保 4 5 337 0.17 0.17",
        "其中渐退 1 2 188 0.04 0.04",  # 375 ÷ 2 = 187.5
        "城乡特困 1 2 908 0.18 0.18",
        "新站镇 3 6 564 0.34 1 2 908 0.18",  # 2,730 + 656 = 3,386.00 of six people
        "天岗镇 3 4 258 0.10 0 0 — 0.00",  # 375 + 246 + 410 = 1,031.00 of four
        "重残增发 2 576.00",
        "未成年增发 2 550.00",
    ):
        assert row in page, (row, page)
    assert "累计缺1月、2月、3月" in page
    newest = words(shown(c.o.chief, reverse("report-month")))
    assert "2022年5月" in newest
    assert "城市低保 3 6 501 0.30 0.57" in newest  # 3,005 ÷ 6; 3,005 + 2,730 = 5,735.00


def test_a_township_reads_its_own_month(c: scene.County) -> None:
    page = shown(c.o.stranger, reverse("report-month"), frozen=c.april.pk)
    assert "农村低保 3 4 258" in words(page)
    assert "新站镇" not in page
    assert "新站镇" not in shown(c.o.stranger, reverse("report-print", args=[c.april.pk]))
    assert "新站镇" not in shown(c.o.stranger, reverse("report-trends"))


@pytest.mark.parametrize("who", ["chief", "stranger"])
def test_every_number_with_a_list_behind_it_agrees_with_it(c: scene.County, who: str) -> None:
    user, followed = getattr(c.o, who), 0
    for frozen in (c.april, c.may):
        page = shown(user, reverse("report-month"), frozen=frozen.pk).replace("&amp;", "&")
        behind: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for what, address, number in THROUGH.findall(page):
            behind[address].append((what, number))
        for address, numbers in behind.items():
            heading = words(shown(user, address))
            for what, number in numbers:
                assert re.search(rf"\b{number} {what}", heading), (address, heading)
                followed += 1
        for address, number in re.findall(r'<b><a href="([^"]+)">(\d+)</a></b>', page):
            assert shown(user, address).count("row-link") == int(number)
            followed += 1
    assert followed > 15


def test_a_supplement_s_list_names_those_paid_under_it(c: scene.County) -> None:
    page = shown(c.o.chief, reverse("report-lines", args=[c.april.pk]), part="SEVERE_DISABILITY")
    assert "重残增发 2 人（户），576.00 元" in words(page)
    assert {name for name in ("赵一", "孙一", "李一", scene.FORMULA) if f">{name}</a>" in page} == {"赵一", "孙一"}
    assert "没有符合条件的" in shown(c.o.chief, reverse("report-lines", args=[c.april.pk]), part="ELDERLY")
    single = shown(c.o.chief, reverse("report-lines", args=[c.april.pk]), part="SINGLE")
    assert "单人户 1 人（户），246.00 元" in words(single)


def test_the_other_township_s_lines_are_not_there(c: scene.County) -> None:
    address = reverse("report-lines", args=[c.april.pk])
    assert "周一" in shown(c.o.stranger, address)
    for query in ({}, {"township": c.o.other_town.pk}, {"change": "NEW"}, {"part": "PHASE_OUT"}):
        assert "周一" not in shown(c.o.caseworker, address, **query)
    export = reverse("report-lines-export", args=[c.april.pk]) + f"?township={c.o.other_town.pk}"
    rows = table_of(opened(desk(c.o.caseworker).post(export, {"reason": "核对"})).active)
    assert {row[3] for row in rows[1:]} == {"新站镇"}
    assert desk(c.o.caseworker).get(reverse("report-lines", args=[999_999])).status_code == 404


def test_a_published_month_has_no_list_and_is_not_the_township_s(c: scene.County) -> None:
    call_command("freeze_figures", file=str(PUBLISHED), verbosity=0)
    province = FrozenMonth.objects.get(unit="吉林省", month="2024-11-01")
    page = words(shown(c.o.chief, reverse("report-month"), frozen=province.pk))
    assert "城市低保 200,917 257,980 624 16,088.53 32,156.95" in page
    assert "临时救助（累计） 90,805 1,125 10,219.92" in page
    assert "出处：吉林省民政厅" in page
    assert "没有逐户明细" in shown(c.o.chief, reverse("report-lines", args=[province.pk]))
    assert "吉林省" not in shown(c.o.caseworker, reverse("report-month"), frozen=province.pk)
    assert desk(c.o.caseworker).get(reverse("report-print", args=[province.pk])).status_code == 404


def test_the_spreadsheet_holds_numbers_and_no_formula(c: scene.County) -> None:
    book = opened(desk(c.o.chief).get(reverse("report-sheet", args=[c.april.pk])))
    assert book.sheetnames == ["月报", "乡镇（街道）", "增发"]
    month = {row[0].strip(): row[1:] for row in table_of(book["月报"])}
    assert month["城市低保"] == (2, 5, 546, 0.27, 0.27)
    assert all(isinstance(value, int | float) for value in month["农村低保"])
    head, *towns = table_of(book["乡镇（街道）"])
    assert head[0] == "区划代码"
    assert towns[0][:5] == ("220281100000", "新站镇", "城市", 2, 5)
    assert table_of(book["增发"])[1] == ("重残增发", 2, 0.06)


def test_a_list_leaves_with_a_reason_and_a_name_stays_a_name(c: scene.County) -> None:
    address = reverse("report-lines-export", args=[c.april.pk]) + "?kind=DIBAO_SINGLE&page=3"
    client = desk(c.o.reviewer)
    assert client.post(address, {"reason": ""}).status_code == 422
    assert not Record.objects.filter(verb=Verb.EXPORT).exists()
    sheet = opened(client.post(address, {"reason": "报送核对"})).active
    (row,) = table_of(sheet)[1:]
    assert row[1:8] == (scene.FORMULA, scene.FORMULA, "天岗镇", "农村", "单人户低保", 1, 246)
    assert {cell.data_type for cells in sheet.iter_rows() for cell in cells if cell.value is not None} <= {"s", "n"}
    record = Record.objects.get(verb=Verb.EXPORT)
    assert (record.user, record.reason, record.payload["rows"]) == (c.o.reviewer, "报送核对", 1)
    assert record.payload["conditions"] == {"kind": "DIBAO_SINGLE"}


def test_the_charts_say_in_words_and_tables_what_they_show(c: scene.County) -> None:
    page = shown(c.o.auditor, reverse("report-trends"))
    for ident in ("caseload", "money", "level", "supplements"):
        assert f'aria-labelledby="{ident}-title {ident}-desc"' in page
        assert f'<title id="{ident}-title">' in page
    assert "从2022年4月到2022年5月：低保 7 → 7 人；低保渐退 2 → 2 人；单人户低保 1 → 1 人；特困 2 → 2 人。" in page
    assert "城市低保 546 → 501 元" in page
    assert page.count("<details>") == 4
    assert not re.search(r"<svg[^>]*style=|<script>|style=\"", page)
    own = shown(c.o.auditor, reverse("report-trends"), township=c.o.other_town.pk)
    assert "低保 1 → 0 人；低保渐退 2 → 2 人；单人户低保 1 → 1 人。" in own


def test_before_the_first_month_the_pages_say_how_to_begin(db: None) -> None:
    o = f.office()
    f.office_date(scene.DECIDED)
    assert "还没有封存的月份" in shown(o.chief, reverse("report-month"))
    assert "还没有封存的月份" in shown(o.chief, reverse("report-trends"))
    assert "还没有办结的申请" in shown(o.chief, reverse("report-casework"))


def test_pages_cost_the_same_however_many_rows(db: None) -> None:
    asked = {}
    for households in (10, 1_000):
        with undone():
            asked[households] = statements(households)
    assert asked[10] == asked[1_000]
    assert max(asked[10].values()) <= 30, asked


def statements(households: int) -> dict[str, int]:
    """How many statements each page costs with a register of that size."""
    o = f.office()
    register.seed(o, households)
    frozen = scene.frozen_month(o, scene.APRIL)
    addresses = [reverse(name) for name in ("report-month", "report-trends", "report-casework", "report-cases")]
    addresses += [reverse(f"report-{name}", args=[frozen.pk]) for name in ("print", "sheet", "lines")]
    client, asked = desk(o.auditor), {}
    for address in addresses:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        asked[address.replace(str(frozen.pk), "n")] = len(queries)
    return asked

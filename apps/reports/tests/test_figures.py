"""The arithmetic of the table, and the province's own figures as its proof."""

import json
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.applications.tests import factories as f
from apps.core.refusal import Refused
from apps.reports.actions import record_figures
from apps.reports.enums import Source
from apps.reports.facts.months import table_of
from apps.reports.figures import Line, Sums, level_yuan, wan_yuan
from apps.reports.given import read_given
from apps.reports.models import FrozenMonth

PUBLISHED = Path(__file__).with_name("published.json")
MONTHS = json.loads(PUBLISHED.read_text(encoding="utf-8"))
BY_AREA = [(month, row) for month in MONTHS for row in month["figures"] if "area" in row]
TEMPORARY = [(month, row) for month in MONTHS for row in month["figures"] if "area" not in row]


@pytest.mark.parametrize(
    ("fen", "persons", "level"),
    [
        (139_600, 3, 465),  # 1396 ÷ 3 = 465.33
        (150, 1, 2),  # half a yuan goes up
        (149, 1, 1),
        (100_50, 201, 1),  # 100.50 ÷ 201 = 0.50
        (0, 5, 0),
        (500, 0, None),
    ],
)
def test_spending_a_person_is_rounded_half_up_to_the_yuan(fen: int, persons: int, level: int | None) -> None:
    assert level_yuan(fen, persons) == level


@pytest.mark.parametrize(
    ("fen", "wan"), [(0, "0.00"), (4_999, "0.00"), (5_000, "0.01"), (14_999, "0.01"), (16_912_900_000_00, "1691290.00")]
)
def test_wan_has_two_decimals_half_up(fen: int, wan: str) -> None:
    assert str(wan_yuan(fen)) == wan
    assert wan_yuan(-fen) == -wan_yuan(fen)


@given(st.integers(0, 10**15), st.integers(1, 10**7))
def test_rounding_is_exact_whatever_the_size(fen: int, persons: int) -> None:
    assert abs(Fraction(fen, 100 * persons) - level_yuan(fen, persons)) <= Fraction(1, 2)
    assert abs(Fraction(fen, 10**6) - Fraction(wan_yuan(fen))) <= Fraction(1, 200)


@pytest.fixture(scope="module")
def province(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[f.Office, dict[str, FrozenMonth]]]:
    with f.undone(django_db_blocker):
        o = f.office()
        call_command("freeze_figures", file=str(PUBLISHED), verbosity=0)
        months = {f"{one.month:%Y-%m}": one for one in FrozenMonth.objects.filter(unit="吉林省")}
        assert len(months) == len(MONTHS) == 5
        yield o, months


def line_of(lines: list[Line], row: dict[str, Any]) -> Line:
    (found,) = [line for line in lines if (line.group, line.area) == (row["kind"], row["area"]) and line.depth == 1]
    return found


@pytest.mark.parametrize(("month", "row"), BY_AREA, ids=lambda value: value.get("month") or value["kind"])
def test_every_published_level_comes_out(
    province: tuple[f.Office, dict[str, FrozenMonth]], month: dict[str, Any], row: dict[str, Any]
) -> None:
    """Persons and spending as published; 补助水平 and 万元 as our table works them out."""
    o, months = province
    line = line_of(table_of(months[month["month"]], o.auditor).lines, row)
    assert (line.month.households, line.month.persons) == (row["households"], row["persons"])
    assert line.month.level == row["published_level"]
    assert line.month.wan == Decimal(row["spending_wan"])


@pytest.mark.parametrize(("month", "row"), TEMPORARY, ids=lambda value: value.get("month", "临时救助"))
def test_temporary_assistance_is_told_for_the_year_so_far(
    province: tuple[f.Office, dict[str, FrozenMonth]], month: dict[str, Any], row: dict[str, Any]
) -> None:
    """November 2024 is September's sum and what came since: 78,605 + 12,200 people, 8,088.08 + 2,131.84 万元."""
    o, months = province
    year = table_of(months[month["month"]], o.auditor).temporary
    told = row["published_persons"], row["published_level"], Decimal(row["published_wan"])
    assert (year.persons, year.level, year.wan) == told


def test_town_and_country_make_the_whole_and_the_year_adds_its_months(
    province: tuple[f.Office, dict[str, FrozenMonth]],
) -> None:
    o, months = province
    table = table_of(months["2024-11"], o.auditor)
    for group in ("DIBAO", "TEKUN"):
        whole, town, country = [line for line in table.lines if line.group == group]
        assert whole.month == town.month + country.month
        assert whole.year == town.year + country.year
    # 2024-09 and 2024-11 are there: 16068.42 + 16088.53 万元 of urban 低保.
    assert table.lines[1].year.wan == Decimal("32156.95")
    assert [str(month) for month in table.missing] == [f"2024-{n:02d}" for n in (1, 2, 3, 4, 5, 6, 7, 8, 10)]
    assert table.all == Sums() + table.lines[0].month + table.lines[3].month


def test_a_month_is_taken_in_once_and_says_where_it_comes_from(province: tuple[f.Office, Any]) -> None:
    o, _ = province
    with pytest.raises(CommandError, match="已经封存"):
        call_command("freeze_figures", file=str(PUBLISHED), verbosity=0)
    month = read_given(PUBLISHED.read_text(encoding="utf-8"))[0]
    for wrong in ({"note": " "}, {"source": Source.RUN}):
        with pytest.raises(Refused) as refused:
            record_figures(type(month)(**{**vars(month), **wrong}), acting_user=User.objects.system(), on=f.OPENED)
        assert refused.value.code == "no_source"
    with pytest.raises(Refused) as refused:
        record_figures(month, acting_user=o.chief, on=f.OPENED)
    assert refused.value.code == "not_permitted"
    assert FrozenMonth.objects.count() == 5


def test_a_file_of_another_shape_is_refused_whole(db: None, tmp_path: Path) -> None:
    good = MONTHS[0]
    for broken in (
        [good, {"unit": "吉林省"}],
        [{**good, "figures": [{**good["figures"][0], "spending_wan": "0.0000001"}]}],
    ):
        path = tmp_path / "wrong.json"
        path.write_text(json.dumps(broken, ensure_ascii=False), encoding="utf-8")
        with pytest.raises(CommandError, match="读不出"):
            call_command("freeze_figures", file=str(path), verbosity=0)
    assert not FrozenMonth.objects.exists()

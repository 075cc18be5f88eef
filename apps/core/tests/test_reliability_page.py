"""The page that says which test stands for what names tests that are there, and all of the design's."""

import re

from django.conf import settings

PAGE = settings.BASE_DIR / "docs" / "reliability.md"
ASKED = {f"T{n:02}" for n in [*range(1, 10), *range(12, 32), *range(37, 41), 50, 51, 52, 57]}


def rows() -> list[list[str]]:
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


def test_every_test_of_the_design_has_its_row() -> None:
    named = [one for row in rows() for one in row[0].split(", ") if one]
    assert sorted(named) == sorted(ASKED)


def test_every_named_test_is_there_and_long_where_the_page_says_so() -> None:
    for _, _, where, is_long in rows():
        places = re.findall(r"`(apps/[\w/]+\.py)::(\w+)`", where)
        assert places, where
        long_ones = {"": [], "yes": places, "the second": places[1:]}[is_long]
        for path, name in places:
            source = (settings.BASE_DIR / path).read_text(encoding="utf-8")
            found = re.search(rf"((?:^@.*\n|^    .*\n|^\)\n)*)^def {name}\(", source, re.MULTILINE)
            assert found, f"{path}::{name}"
            marked = "@pytest.mark.slow" in found[1] or re.search(r"^pytestmark = .*mark\.slow", source, re.MULTILINE)
            assert bool(marked) == ((path, name) in long_ones), f"{path}::{name}"

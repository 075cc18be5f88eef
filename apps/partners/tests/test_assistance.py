"""专项救助: golden families, each with everything it may claim, read from 28号 §7–§11."""

from datetime import date
from typing import Any

import pytest

from apps.eligibility.policy.enums import DisabilityCategory as D
from apps.eligibility.policy.facts import Disability
from apps.partners.enums import Bureau, Field
from apps.partners.policy.assistance import Family, Item, Member, claims, in_force, shipped_items
from apps.partners.policy.passing import passed_on

DAY = date(2024, 5, 20)


def member(name: str, age: int, *categories: str, **known: Any) -> Member:
    return Member(ref=hash(name) % 1000, name=name, age=age, categories=frozenset(categories), **known)


def family(area: str, *members: Member, also: str = "") -> Family:
    held = frozenset().union(*(one.categories for one in members if not one.died)) | ({also} if also else frozenset())
    return Family(area, held, members)


def told(found: Family, day: date = DAY) -> dict[str, set[str]]:
    """Who may claim what; 全家 for the family."""
    listed: dict[str, set[str]] = {}
    for claim in claims(found, day, shipped_items()):
        who = claim.member.name if claim.member else "全家"
        listed.setdefault(who, set()).add(claim.item.item + ("?" if claim.ask else ""))
    return listed


GOLDEN: dict[str, tuple[Family, dict[str, set[str]]]] = {
    "a worker, a pupil and a disabled wife on dibao in town": (
        family(
            "URBAN",
            member("父", 39, "DIBAO"),
            member("子", 12, "DIBAO", student="COMPULSORY"),
            member("妻", 38, "DIBAO", disability=Disability(D.PHYSICAL, 2)),
        ),
        {
            "全家": {"public_rental?", "zero_employment?", "heating", "electricity"},
            "父": {"insurance_fixed", "job_service?", "legal_aid?", "worker_in_difficulty?"},
            "子": {"insurance_fixed", "school_aid"},
            # 肢体 2: severe, and without labour capacity, so no employment service.
            "妻": {"insurance_fixed", "disabled_living", "disabled_care?", "barrier_free?", "legal_aid?"},
        },
    ),
    "an old tekun alone in a village": (
        family("RURAL", member("老", 72, "TEKUN", disability=Disability(D.VISUAL, 1))),
        # Insurance in full; of the two disability subsidies neither.
        {
            "全家": {"dilapidated_house?", "heating", "electricity"},
            "老": {"insurance_full", "legal_aid?", "barrier_free?"},
        },
    ),
    "a low income family with a patient and a student": (
        family(
            "URBAN",
            member("母", 50, "LOW_INCOME", serious_illness=True),
            member("女", 20, "LOW_INCOME", student="UNDERGRADUATE"),
        ),
        {
            "全家": {"public_rental?", "zero_employment?"},
            "母": {
                "insurance_fixed_low_income",
                "medical_aid",
                "medical_case_by_case?",
                "job_service?",
                "legal_aid?",
                "worker_in_difficulty?",
            },
            "女": {"insurance_fixed_low_income", "university_aid", "legal_aid?"},
        },
    ),
    "a disabled child at no school, the family in need by its expenses": (
        family("RURAL", member("童", 8, "EXPENDITURE", disability=Disability(D.INTELLECTUAL, 3))),
        {"童": {"disabled_minor_schooling", "disabled_care?", "child_rehabilitation"}},
    ),
    "a death in a dibao family": (
        family("RURAL", member("亡", 80, "DIBAO", died=True), member("偶", 76, "DIBAO")),
        {
            "全家": {"dilapidated_house?", "heating", "electricity"},
            "亡": {"funeral"},
            "偶": {"insurance_fixed", "legal_aid?"},
        },
    ),
    "nobody in any category": (family("URBAN", member("甲", 40)), {}),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_a_family_may_claim_exactly_this(name: str) -> None:
    found, expected = GOLDEN[name]
    assert told(found) == expected


def test_what_is_not_declared_is_asked_not_denied() -> None:
    found = told(family("URBAN", member("甲", 15, "DIBAO", declared=False)))
    assert {"school_aid?", "disabled_living?", "medical_aid?"} <= found["甲"]
    assert "insurance_fixed" in found["甲"]  # turns on the category alone


@pytest.mark.parametrize(("age", "there"), [(2, False), (3, True), (6, True), (7, False)])
def test_ages_count_with_both_ends(age: int, there: bool) -> None:
    assert ("kindergarten_aid?" in told(family("URBAN", member("幼", age, "DIBAO")))["幼"]) is there


def test_before_the_document_nothing_is_owed() -> None:
    assert told(family("URBAN", member("甲", 40, "DIBAO")), date(2021, 10, 31)) == {}


def test_a_later_row_takes_the_place_of_an_earlier_one_and_an_ended_one_is_gone() -> None:
    def row(start: date, until: date | None = None) -> Item:
        return Item("x", "项", Bureau.HOUSING, "§9", "FAMILY", frozenset({"DIBAO"}), "", start, True, 5, 20, until)

    old, new = row(date(2021, 11, 1)), row(date(2024, 1, 1), date(2025, 1, 1))
    assert in_force(date(2023, 12, 31), (old, new)) == [old]
    assert in_force(date(2024, 1, 1), (new, old)) == [new]
    assert in_force(date(2025, 1, 1), (old, new)) == []


def test_every_item_says_where_it_stands_and_passes_on_no_more_than_it_needs() -> None:
    for item in shipped_items():
        assert item.clause in {"§7", "§8", "§9", "§10", "§11"}
        assert 1 <= item.accept_within <= 5 <= item.finish_within <= 60
        assert item.of in {"PERSON", "FAMILY"}
        assert item.what
        assert item.label
        fields = set(passed_on(item))
        assert (Field.DISABILITY in fields) == bool(item.disability)
    assert {item.bureau for item in shipped_items()} >= {
        Bureau.MEDICAL_INSURANCE, Bureau.EDUCATION, Bureau.HOUSING, Bureau.EMPLOYMENT, Bureau.DISABLED,
    }  # fmt: skip

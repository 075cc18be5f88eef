"""A family through the months: birthdays, new standards, 渐退 that starts, resumes and ends."""

from apps.eligibility.tests.builders import ADULT, event, member, played, played_lines

TEKUN_CHILD = {"obligors": [], "self_care_failures": 0}


def test_turning_seventy_in_may_pays_from_june():
    totals = played(event("2022-03-15", member("A", "1952-05-20", "HEAD")), until="2022-06")
    assert totals == {"2022-04": "550.00", "2022-05": "550.00", "2022-06": "825.00"}


def test_a_birthday_on_the_first_of_a_month_counts_from_the_next():
    totals = played(event("2022-03-15", member("A", "1952-05-01", "HEAD")), until="2022-06")
    assert totals["2022-05"] == "550.00"
    assert totals["2022-06"] == "825.00"


def test_a_birthday_on_the_last_of_a_month_counts_from_the_next():
    totals = played(event("2022-03-15", member("A", "1952-04-30", "HEAD")), until="2022-05")
    assert totals == {"2022-04": "550.00", "2022-05": "825.00"}


def test_born_on_29_february_turns_eighteen_on_the_28th():
    child = member("B", "2004-02-29", "CHILD")
    assert played(event("2022-01-10", ADULT, child), until="2022-03") == {"2022-02": "1375.00", "2022-03": "1100.00"}
    elder = member("A", "1952-02-29", "HEAD")
    assert played(event("2022-01-10", elder), until="2022-03") == {"2022-02": "550.00", "2022-03": "825.00"}


def test_becoming_an_adult_between_decisions_takes_nobody_out():
    child = member("B", "2004-05-20", "CHILD")
    totals = played(event("2022-03-15", ADULT, child), until="2022-12")
    assert totals["2022-12"] == "1100.00", "the gap is still for two until somebody decides"
    assert played(event("2022-03-15", ADULT, child), event("2022-07-01", ADULT, child), until="2022-08")["2022-08"] == (
        "550.00"
    )


def test_a_new_standard_moves_running_awards_and_late_decisions_alike():
    totals = played(event("2023-12-20"), until="2024-02")
    assert totals == {"2024-01": "560.00", "2024-02": "560.00"}


def test_a_new_standard_does_not_start_an_award():
    totals = played(event("2023-06-10", income="6700.00"), until="2024-02")
    assert set(totals.values()) == {"0.00"}


def test_single_person_and_tekun_follow_the_standard_and_the_wage():
    ill = {**ADULT, "serious_illness": True}
    totals = played(event("2023-11-10", ill, income="7000.00"), until="2024-01")
    assert totals == {"2023-12": "330.00", "2024-01": "336.00"}
    old = member("A", "1950-01-01", "HEAD", obligors=[], self_care_failures=1)
    early = played(event("2021-11-10", old), until="2022-01", area="RURAL")
    assert early == {"2021-12": "829.00", "2022-01": "841.00"}, "410 × 1.3 + 20 % of 1480, then of 1540"


def test_a_frozen_base_knows_no_new_standard_and_no_birthday():
    child = member("B", "2005-06-01", "CHILD")
    totals = played(
        event("2023-01-10", ADULT, child), event("2023-05-10", ADULT, child, income="14000.00"), until="2024-01"
    )
    assert totals["2023-05"] == "1375.00"
    assert totals["2023-06"] == totals["2024-01"] == "1031.25"


def test_of_several_decisions_in_one_month_the_last_counts():
    totals = played(event("2022-03-20", income="6600.00"), event("2022-03-05"), until="2022-05")
    assert totals == {"2022-04": "0.00", "2022-05": "0.00"}, "not on 低保 in March, so no 渐退 either"
    totals = played(event("2022-03-05", income="6600.00"), event("2022-03-05", income="1200.00"), until="2022-04")
    assert totals == {"2022-04": "450.00"}


def test_a_second_decision_of_the_month_replaces_the_first_one_s_phase_out():
    totals = played(
        event("2022-03-15"),
        event("2022-11-05", income="9000.00"),
        event("2022-11-20", income="1200.00"),
        event("2022-12-20", income="9000.00"),
        until="2023-01",
    )
    assert totals["2022-12"] == "450.00"
    assert totals["2023-01"] == "337.50", "the 渐退 of 5 November never began"


def test_phase_out_is_confirmed_by_each_review_and_runs_on():
    totals = played(
        event("2022-03-15"),
        event("2022-11-05", income="9000.00"),
        event("2023-05-05", income="8000.00"),
        event("2023-11-05", income="9500.00"),
        until="2024-07",
    )
    assert totals["2022-12"] == totals["2023-11"] == "412.50"
    assert totals["2023-12"] == totals["2024-05"] == "275.00"
    assert totals["2024-06"] == "0.00"


def test_twice_the_standard_stops_phase_out_and_there_is_no_way_back_but_dibao():
    totals = played(
        event("2022-03-15"),
        event("2022-11-05", income="9000.00"),
        event("2023-02-05", income="13200.00"),
        event("2023-04-05", income="9000.00"),
        until="2023-06",
    )
    assert totals["2023-02"] == "412.50"
    assert totals["2023-03"] == totals["2023-05"] == totals["2023-06"] == "0.00"


def test_resumed_less_than_twelve_months_later_uses_the_months_left():
    decisions = [event("2022-03-15"), event("2022-11-05", income="9000.00"), event("2023-02-05", income="1200.00")]
    # 2022-12 … 2023-02 used three months; 2023-03 is the first month without.
    resumed = played(*decisions, event("2024-01-10", income="9000.00"), until="2025-06")
    assert resumed["2024-02"] == "345.00", "(560 − 100) × 75 %, month 4 of 18"
    assert resumed["2024-11"] == "230.00", "month 13"
    assert resumed["2025-04"] == "230.00"
    assert resumed["2025-05"] == "0.00"
    anew = played(*decisions, event("2024-02-10", income="9000.00"), until="2025-09")
    assert anew["2024-03"] == anew["2025-02"] == "345.00"
    assert anew["2025-08"] == "230.00"
    assert anew["2025-09"] == "0.00"


def test_used_up_then_back_and_over_again_within_the_year_leaves_single_person_only():
    ill = {**ADULT, "serious_illness": True}
    lines = played_lines(
        event("2022-03-15", ill),
        event("2022-04-05", ill, income="9000.00"),
        event("2023-11-15", ill),
        event("2024-01-15", ill, income="9000.00"),
        until="2024-02",
    )
    assert lines["2023-10"] == [("DIBAO_PHASE_OUT", ["A"], "440.00")]
    assert lines["2023-11"] == []
    assert lines["2024-02"] == [("DIBAO_SINGLE", ["A"], "336.00")]


def test_single_person_is_not_being_on_dibao():
    ill = {**ADULT, "serious_illness": True}
    lines = played_lines(
        event("2022-03-15", ill, income="9000.00"), event("2022-06-15", ill, income="9100.00"), until="2022-07"
    )
    assert lines["2022-07"] == [("DIBAO_SINGLE", ["A"], "330.00")]


def test_the_certificate_that_makes_24_months_is_looked_at_once():
    disabled = member("B", disability={"category": "VISUAL", "grade": 4})
    totals = played(
        event("2022-03-15", ADULT, disabled),
        event("2022-11-05", ADULT, disabled, income="14000.00"),
        event("2023-01-05", ADULT, income="9000.00"),
        until="2024-12",
    )
    assert totals["2023-01"] == "825.00", "1100 × 75 %"
    assert totals["2023-02"] == "825.00", "the gap stays whole when B leaves"
    assert totals["2024-11"] == "550.00"
    assert totals["2024-12"] == "0.00"


def test_a_tekun_minor_s_award_ends_the_month_after_the_eighteenth_birthday():
    child = member("B", "2004-05-20", "CHILD", **TEKUN_CHILD)
    lines = played_lines(event("2022-03-15", ADULT, child), until="2022-06")
    assert lines["2022-05"] == [("TEKUN", ["B"], "869.00"), ("DIBAO", ["A"], "550.00")]
    assert lines["2022-06"] == [("DIBAO", ["A"], "550.00")]


def test_unless_at_school_and_then_a_review_lets_it_run_on():
    child = member("B", "2004-05-20", "CHILD", full_time_student="SENIOR_HIGH", **TEKUN_CHILD)
    lines = played_lines(event("2022-03-15", ADULT, child), event("2022-09-15", ADULT, child), until="2022-10")
    assert lines["2022-06"][0] == lines["2022-10"][0] == ("TEKUN", ["B"], "869.00")


def test_a_disabled_minor_s_ends_too_and_a_decision_grants_it_again():
    child = member("B", "2004-05-20", "CHILD", disability={"category": "MENTAL", "grade": 2}, **TEKUN_CHILD)
    grown = {**child, "coresident": True}
    lines = played_lines(event("2022-03-15", ADULT, child), event("2022-06-15", ADULT, grown), until="2023-01")
    assert [scheme for scheme, _, _ in lines["2022-05"]] == ["TEKUN", "DIBAO"]
    assert [scheme for scheme, _, _ in lines["2022-06"]] == ["DIBAO"]
    assert [scheme for scheme, _, _ in lines["2022-07"]] == ["TEKUN", "DIBAO"]
    assert lines["2023-01"] == lines["2022-07"]


def test_months_run_from_the_first_decision_through_until():
    assert list(played(event("2022-03-15"), until="2022-06")) == ["2022-04", "2022-05", "2022-06"]
    assert played(event("2022-03-15"), until="2022-03") == {}
    two = played(event("2022-05-15"), event("2022-03-15", income="13200.00"), until="2022-06")
    assert two == {"2022-04": "0.00", "2022-05": "0.00", "2022-06": "550.00"}


def test_a_decision_after_the_last_month_changes_nothing():
    assert played(event("2022-03-15"), event("2023-03-15", income="9000.00"), until="2022-05") == {
        "2022-04": "550.00",
        "2022-05": "550.00",
    }

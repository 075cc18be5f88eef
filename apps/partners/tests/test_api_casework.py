"""The interface of a bureau's program for changes, referrals, leads and alerts."""

from datetime import date

from django.urls import reverse

from apps.applications.models import Lead
from apps.applications.tests import factories as f
from apps.awards.models import Award
from apps.awards.tests.factories import number_of
from apps.households.models import Household
from apps.partners.enums import Bureau, Dataset
from apps.partners.models import Alert, Disclosure, Referral
from apps.partners.relay import publish_changes
from apps.partners.tests.factories import WHY, granted, partner, program
from apps.partners.tests.scene import referral_of

ON = f.PAY_DAY


def test_changes_come_by_cursor_with_the_fields_granted_and_one_disclosure_an_answer(
    o: f.Office, family: Household
) -> None:
    asking = program(o)
    granted(o, asking, Dataset.CHANGES, fields=["NAME", "ID_NUMBER", "SCHEME", "SINCE"])
    publish_changes(ON)
    first = asking.get("partner-api-changes", WHY | {"after": 0, "limit": 2}).json()
    assert (len(first["changes"]), first["more"], first["next"]) == (2, True, 2)
    second = asking.get("partner-api-changes", WHY | {"after": first["next"]}).json()
    assert (second["more"], second["next"]) == (False, 3)
    told = [*first["changes"], *second["changes"]]
    assert [one["sequence"] for one in told] == [1, 2, 3]
    assert {one["kind"] for one in told} == {"NEW"}
    assert set(told[0]["person"]) == {"name", "id_number", "scheme", "since"}
    assert told[0]["person"]["since"] == "2024-06-01"
    assert {one["person"]["name"] for one in told} == {"赵甲", "赵甲子", "赵甲妻"}
    assert asking.get("partner-api-changes", WHY | {"after": 0, "limit": 2}).json() == first
    assert asking.get("partner-api-changes", WHY | {"after": 3}).json() == {"changes": [], "next": 3, "more": False}
    beyond = asking.get("partner-api-changes", WHY | {"after": 4})
    assert (beyond.status_code, beyond.json()["code"], beyond.json()["field"]) == (404, "bad_cursor", "after")
    assert [one.persons for one in Disclosure.objects.order_by("pk")] == [2, 1, 2, 0]
    assert asking.get("partner-api-changes", {"after": 0}).status_code == 400


def test_another_township_s_changes_are_not_told(o: f.Office, family: Household) -> None:
    asking = program(o)
    granted(o, asking, Dataset.CHANGES, area=o.other_town)
    publish_changes(ON)
    assert asking.get("partner-api-changes", WHY).json()["changes"] == []


def test_a_referral_is_fetched_accepted_and_finished_by_the_bureau_s_program(o: f.Office, family: Household) -> None:
    asking = program(o)
    granted(o, asking, Dataset.REFERRALS, fields=["NAME", "PHONE", "NEED"])
    sent = referral_of(family, o.caseworker, ON)
    answer = asking.get("partner-api-referrals", WHY)
    (told,) = answer.json()["referrals"]
    assert told["person"] == {"name": "赵甲", "phone": "13900001234", "need": "孩子上学的路费"}
    assert told["accept_by"] == "2024-06-11"
    assert Referral.objects.get(pk=sent.pk).state == "FETCHED"
    for _ in range(2):  # sent twice under its key, it counts once
        accepted = asking.write_to(accept(str(sent.uuid)), {}, key="accept-17")
        assert (accepted.status_code, accepted.json()["state"]) == (200, "ACCEPTED")
    assert accepted.json()["finish_by"] == "2024-06-25"
    assert asking.post_to(accept(str(sent.uuid))).json()["code"] == "signature_missing"
    again = asking.write_to(accept(str(sent.uuid)), {}).json()
    assert (again["code"], again["message"]) == ("illegal_move", "这件转办现在是“办理中”，这一步不能办。")
    finish = reverse("partner-api-referral-finish", args=[sent.uuid])
    result = {"result": "HELPED", "note": "已资助 380 元", "finished_on": "2024-06-03"}
    assert asking.write_to(finish, result).status_code == 200
    other = asking.write_to(finish, result | {"note": "另一结果"})
    assert (other.status_code, other.json()["code"]) == (409, "illegal_move")
    assert Referral.objects.get(pk=sent.pk).result_note == "已资助 380 元"
    assert Referral.objects.get(pk=sent.pk).history.count() == 4
    # Closed, it names nobody any more: whoever opens an account later learns how it ended, not whose it was.
    later = program(o)
    granted(o, later, Dataset.REFERRALS)
    (told,) = later.get("partner-api-referrals", WHY).json()["referrals"]
    assert (told["state"], told["result"], told["finished_on"], told["person"]) == (
        "FINISHED", "HELPED", "2024-06-03", {},
    )  # fmt: skip
    assert Disclosure.objects.latest("pk").persons == 0
    beyond = later.get("partner-api-referrals", WHY | {"after": told["sequence"] + 1})
    assert (beyond.status_code, beyond.json()["code"]) == (404, "bad_cursor")


def accept(uuid: str) -> str:
    return reverse("partner-api-referral-accept", args=[uuid])


def test_another_bureau_s_referral_is_like_an_absent_one(o: f.Office, family: Household) -> None:
    sent = referral_of(family, o.caseworker, ON)
    partner(o, "蛟河市教育局", Bureau.EDUCATION)
    asking = program(o, "蛟河市教育局")
    granted(o, asking, Dataset.REFERRALS)
    assert asking.get("partner-api-referrals", WHY).json()["referrals"] == []
    absent = asking.write_to(accept("00000000-0000-0000-0000-000000000007"), {})
    foreign = asking.write_to(accept(str(sent.uuid)), {})
    assert (foreign.status_code, foreign.json()) == (absent.status_code, absent.json()) == (404, absent.json())
    assert Referral.objects.get(pk=sent.pk).state == "SENT"


def test_a_death_is_received_alike_for_known_and_unknown_and_stops_nothing(o: f.Office, family: Household) -> None:
    asking = program(o)
    granted(o, asking, Dataset.ALERTS)
    before = list(Award.objects.order_by("pk").values())
    head, stranger = family.head.full_id_number(), f.member("路人", date(1970, 1, 1)).number.text
    told = {"kind": "DEATH", "happened_on": "2024-06-01"}
    known, misspelt, unknown = (
        told | {"id_number": number, "name": name, "reference": f"公-{name}"}
        for number, name in ((head, family.head.name), (head, "错名"), (stranger, "路人"))
    )
    answers = [asking.write("partner-api-alert", said) for said in (known, misspelt, unknown) for _ in range(2)]
    assert {(one.status_code, one.content) for one in answers} == {(202, answers[0].content)}
    assert [one.person for one in Alert.objects.all()] == [family.head]
    # Something else under a number used before: refused alike, on file or not.
    for changed in ({"text": "另有说明"}, {"kind": "OTHER"}, {"id_number": number_of(date(1960, 1, 1))}):
        refused = [asking.write("partner-api-alert", said | changed) for said in (known, misspelt, unknown)]
        assert {(one.status_code, one.content) for one in refused} == {(409, refused[0].content)}
        assert (refused[0].json()["code"], refused[0].json()["field"]) == ("reference_used", "reference")
    assert Alert.objects.count() == 1
    assert list(Award.objects.order_by("pk").values()) == before
    later = asking.write("partner-api-alert", unknown | {"happened_on": "2024-06-04", "reference": "公-2"})
    assert (later.status_code, later.json()["field"]) == (409, "happened_on")


def test_a_lead_goes_to_the_township_of_its_village(o: f.Office) -> None:
    asking = program(o)
    granted(o, asking, Dataset.LEADS, area=o.town)
    told = {"name": "吴老伯", "circumstances": "住院自付八万。", "phone": "13900001234"}
    answer = asking.write("partner-api-lead", told | {"village": o.village.code})
    assert answer.status_code == 201
    assert answer.json()["contact_by"] == "2024-06-06"
    assert Lead.objects.get().village == o.village
    for code in (o.other_village.code, "000000000000", o.town.code):
        assert asking.write("partner-api-lead", told | {"village": code}).json()["field"] == "village"

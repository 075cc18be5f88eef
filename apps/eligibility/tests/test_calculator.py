"""The calculator for anyone: the same result as the office's, nothing kept, so many times from one address."""

import datetime as dt

import pytest
import redis
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.eligibility.calculator import Enquiry, Person, facts_of, likely
from apps.eligibility.models import Assessment
from apps.eligibility.policy.enums import AreaKind, Category, DisabilityCategory, Relation
from apps.eligibility.policy.facts import Disability
from apps.eligibility.policy.standards import Law
from apps.eligibility.views.calculator import TIMES
from apps.office.tests.factories import open_office

ON = dt.date(2024, 5, 20)
HEAD = Person(Relation.HEAD, 40)
CHILD = Person(Relation.CHILD, 10)
TYPED = {
    "p0-age": "40",
    "p1-relation": "SPOUSE",
    "p1-age": "38",
    "p2-relation": "CHILD",
    "p2-age": "10",
    "area": "URBAN",
}


def _likely(*people, income=0, savings=0, **more):
    return likely(Enquiry(AreaKind.URBAN, people or (HEAD,), income, savings, **more), as_of=ON, law=Law.shipped())


def test_a_family_on_paper():
    """Three in town with 9,600 a year: 560 × 3 − 800 = 880, and 280 for the child."""
    found = _likely(HEAD, Person(Relation.SPOUSE, 38), CHILD, income=960_000)
    assert (found.outcome.category, found.monthly) == (Category.DIBAO, 116_000)
    assert found.lines == [("差额", "全家", 88_000), ("未成年增发", "子女", 28_000)]
    assert found.meaning == "可能符合最低生活保障"
    assert any(step["rule"] == "dibao.gap" for step in found.steps)


def test_every_kind_of_answer_says_what_it_means():
    ill = Person(Relation.HEAD, 40, serious_illness=True)
    assert _likely(ill, income=1_000_000).outcome.category is Category.LOW_INCOME
    assert _likely(ill, income=1_000_000).monthly == 33_600, "单人户"
    spent = _likely(income=2_000_000, medical=1_500_000)
    assert (spent.outcome.category, spent.monthly) == (Category.EXPENDITURE, None)
    rich = _likely(income=9_999_900)
    assert rich.meaning.startswith("按所填情况")
    assert any("临时救助" in hint for hint in rich.hints)
    assert _likely(vehicle=True).outcome.category is Category.NONE
    assert _likely(savings=1_344_001).outcome.category is Category.NONE, "one fen over 24 months of 560"


def test_ages_are_whole_years_whatever_the_day():
    for day in (dt.date(2024, 2, 29), dt.date(2024, 12, 31)):
        enquiry = Enquiry(AreaKind.RURAL, (HEAD, Person(Relation.CHILD, 17), Person(Relation.CHILD, 18)), 0, 0)
        refs = {m.ref: day.year - m.birth_date.year for m in facts_of(enquiry, day).members}
        assert refs == {"本人": 40, "子女1": 17, "子女2": 18}


def test_the_old_and_the_disabled_are_told_of_what_was_not_asked():
    old = _likely(Person(Relation.HEAD, 72, Disability(DisabilityCategory.VISUAL, 1)))
    assert old.outcome.category is Category.DIBAO
    assert any("特困" in hint for hint in old.hints)
    assert not any("特困" in hint for hint in _likely().hints)


@pytest.fixture
def anyone(db):
    open_office()
    redis.Redis.from_url(settings.CELERY_BROKER_URL).flushdb()
    return Client()


def test_anyone_may_ask_without_a_login_and_nothing_is_kept(anyone):
    assert anyone.get("/calculator/").status_code == 200
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = anyone.post("/calculator/", {**TYPED, "income": "9,600"})
    text = page.content.decode()
    assert page.status_code == 200
    assert "1,160.00 元" in text
    assert "仅供参考" in text
    assert "待民政局确认" in text
    assert all(query["sql"].lstrip().upper().startswith("SELECT") for query in asked)
    assert not Assessment.objects.exists()
    assert not Session.objects.exists()
    assert page["Cache-Control"] == "no-store"
    assert "/provisions/" not in text, "the register is the office's; the reasons stand here in full"


def test_a_certificate_and_an_illness_weigh_as_in_the_office(anyone):
    page = anyone.post(
        "/calculator/",
        {**TYPED, "income": "0", "p1-certificate": "PHYSICAL-2", "p2-serious_illness": "on", "savings": "1000"},
    )
    text = page.content.decode()
    assert "2,352.00 元" in text, "560 × 3 + 336 + 336"
    assert "重残增发" in text
    assert "重病增发" in text


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"p0-age": ""}, "本人年龄"),
        ({"p0-age": "-1"}, "年龄"),
        ({"p2-age": "abc"}, "年龄"),
        ({"income": "很多"}, "收入"),
        ({"income": "1.234"}, "收入"),
        ({"income": "99999999"}, "零"),
        ({"income": ""}, "收入"),
        ({"area": "TOWN"}, "家住"),
        ({"p1-certificate": "VISUAL-9"}, "残疾人证"),
        ({"p1-relation": "HEAD"}, "关系"),
    ],
)
def test_what_cannot_be_read_is_told_beside_the_field_and_what_was_typed_stays(anyone, typed, told):
    page = anyone.post("/calculator/", {**TYPED, "income": "9600", "savings": "777.70", **typed})
    text = page.content.decode()
    assert page.status_code == 422
    assert "请先改好下面几处" in text
    assert told in text
    assert "777.70" in text
    assert "测算结果" not in text


def test_one_address_asks_so_many_times_and_others_are_not_hindered(anyone):
    for _ in range(TIMES):
        assert anyone.post("/calculator/", {**TYPED, "income": "0"}).status_code == 200
    stopped = anyone.post("/calculator/", {**TYPED, "income": "0", "savings": "777.70"})
    assert stopped.status_code == 429
    assert 0 < int(stopped["Retry-After"]) <= 600
    assert "777.70" in stopped.content.decode()
    assert anyone.get("/calculator/").status_code == 200, "reading is free"
    other = {"REMOTE_ADDR": "203.0.113.7"}
    assert anyone.post("/calculator/", {**TYPED, "income": "0"}, **other).status_code == 200


def test_one_line_of_version_six_is_one_address(anyone):
    for number in range(TIMES):
        anyone.post("/calculator/", TYPED, REMOTE_ADDR=f"2001:db8:1:2::{number:x}")
    assert anyone.post("/calculator/", TYPED, REMOTE_ADDR="2001:db8:1:2:ffff::1").status_code == 429
    assert anyone.post("/calculator/", TYPED, REMOTE_ADDR="2001:db8:1:3::1").status_code == 422


def test_the_broker_holds_no_address_and_forgets(anyone):
    anyone.post("/calculator/", TYPED, REMOTE_ADDR="203.0.113.9")
    broker = redis.Redis.from_url(settings.CELERY_BROKER_URL)
    (key,) = broker.keys("jiaohe:calculator:*")
    assert b"203.0.113" not in key
    assert 0 < broker.ttl(key) <= 600


def test_without_a_broker_nobody_is_let_through_and_the_page_says_so(anyone, settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    page = anyone.post("/calculator/", {**TYPED, "income": "0"})
    assert page.status_code == 503
    assert "过几分钟再试" in page.content.decode()


def test_forged_posts_are_refused(anyone):
    assert Client(enforce_csrf_checks=True).post("/calculator/", TYPED).status_code == 403

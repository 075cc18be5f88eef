"""The page bases in front of real users, real areas and the book of acts."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import path, reverse

from apps.accounts.models import Area, Posting, User
from apps.accounts.roles import Level, Role
from apps.audit.actions import act
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core.models import OfficeDate
from apps.core.navigation import Badge
from apps.core.pages import ActPage, DetailPage, Download, DownloadPage, ListPage, Page
from apps.core.refusal import Refused

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

TODAY = dt.date(2024, 5, 20)
TEMPLATES = {
    "areas.html": "{% extends 'base.html' %}{% load ui %}{% block content %}<section id='list'>"
    "{% for area in rows %}<p>{{ area.name }}</p>{% endfor %}{% pager page %}共{{ count }}</section>{% endblock %}",
    "area.html": "{% extends 'base.html' %}{% load ui %}{% block content %}"
    "{% can 'CONFIRM' as ok %}{% if ok %}可以确认{% endif %}{{ subject.name }} {{ today|date:'Y-m-d' }}{% endblock %}",
}


class Narrow(forms.Form):
    kind = forms.ChoiceField(label="类型", choices=Area.Kind.choices, required=False)


class Rename(forms.Form):
    name = forms.CharField(label="名称", max_length=60)
    note = forms.CharField(label="说明", required=False)


def rename(area: Area, *, acting_user: User, on: dt.date, name: str, note: str) -> Area:
    """Give an area another name; Refused when it has it already."""
    if area.name == name:
        raise Refused("same_name", "新名称与现名相同，请另起一个。", field="name")
    if note == "太晚":
        raise Refused("stale", "这个区划刚才已由别人改过，请看最新情况。", field="elsewhere")
    with act(Verb.LOAD_AREAS, acting_user=acting_user, on=on, subject=area):
        area.name = name
        area.save()
    return area


class AreaList(ListPage):
    model, filters, template_name, title, act, page_size = Area, Narrow, "areas.html", "区划", Verb.VIEW_CASES, 5

    def rows(self) -> Any:
        return super().rows().order_by("code")

    def narrow(self, rows: Any, chosen: dict[str, Any]) -> Any:
        return rows.filter(kind=chosen["kind"]) if chosen.get("kind") else rows


class AreaPage(DetailPage):
    model, template_name, title, nav = Area, "area.html", "一个区划", "household-list"


class RenamePage(ActPage):
    model, form_class, act, title, button = Area, Rename, Verb.VIEW_CASES, "改名", "改成这个名称"
    done, consequences = "已改名。", ("所有页面改用新名称。",)

    def perform(self, form: forms.Form) -> Area:
        return rename(self.subject, acting_user=self.request.user, on=self.today, **form.cleaned_data)

    def rings(self, result: Area) -> list[tuple[str, int]]:
        return [("tests.renamed", result.pk)]

    def done_url(self, result: Area) -> str:
        return reverse("area", args=[result.pk])


class RetiredPage(RenamePage):
    def precheck(self) -> None:
        raise Refused("retired", "这个区划已停用，请先启用再改名。")


class ListFile(DownloadPage):
    model, act = None, Verb.VIEW_CASES

    def file(self) -> Download:
        return Download("区划 名单.txt", [b"a", b"b"] if "pieces" in self.request.GET else b"ab", "text/plain")


class Broken(Page):
    template_name, title = "area.html", "坏页"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        raise Refused("waiting", "月度核定还在计算，请稍后再看。")


def elsewhere(request: Any) -> HttpResponse:
    return HttpResponse("")


def seven(user: Any, on: dt.date) -> Badge:
    return Badge(7, hot=True)


urlpatterns = [
    path("", elsewhere, name="worklist"),
    path("login/", elsewhere, name="login"),
    path("logout/", elsewhere, name="logout"),
    path("areas/", AreaList.as_view(), name="household-list"),
    path("areas/<int:pk>/", AreaPage.as_view(), name="area"),
    path("areas/<int:pk>/rename/", RenamePage.as_view(), name="rename"),
    path("areas/<int:pk>/retired/", RetiredPage.as_view(), name="retired"),
    path("areas/file/", ListFile.as_view(), name="file"),
    path("broken/", Broken.as_view(), name="broken"),
    path("system/", elsewhere, name="user-list"),
]


@pytest.fixture(autouse=True)
def _templates(settings: Any) -> None:
    engine = {**settings.TEMPLATES[0], "APP_DIRS": False}
    loaders = ["filesystem.Loader", "app_directories.Loader"]
    chain = [("django.template.loaders.locmem.Loader", TEMPLATES), *(f"django.template.loaders.{n}" for n in loaders)]
    engine["OPTIONS"] = {**engine["OPTIONS"], "loaders": chain}
    settings.TEMPLATES = [engine]


@pytest.fixture
def township() -> Area:
    """The caseworker's township, with seven villages, and another one they do not see."""
    county = Area(code="220281", name="蛟河市", level=Level.COUNTY, kind=Area.Kind.COUNTY)
    with act(Verb.LOAD_AREAS, acting_user=User.objects.system(), on=TODAY):
        OfficeDate.objects.update_or_create(defaults={"day": TODAY})
        county.save()
        own, other = (
            Area.objects.create(code=code, name=name, level=Level.TOWNSHIP, kind=Area.Kind.TOWN, parent=county)
            for code, name in (("220281100", "新站镇"), ("220281101", "天岗镇"))
        )
        for parent in (own, other):
            for number in range(7):
                code = f"{parent.code}{number:03}"
                name = f"{parent.name}{number}村"
                Area.objects.create(code=code, name=name, level=Level.VILLAGE, kind=Area.Kind.VILLAGE, parent=parent)
    return own


@pytest.fixture
def caseworker(township: Area) -> User:
    with act(Verb.CREATE_USER, acting_user=User.objects.system(), on=TODAY):
        user = User.objects.create(username="zhou", name="周明远")
        Posting.objects.create(user=user, area=township, role=Role.CASEWORKER, since=dt.date(2020, 1, 1))
    return user


@pytest.fixture
def desk(caseworker: User) -> Iterator[Client]:
    client = Client()
    client.force_login(caseworker, backend="django.contrib.auth.backends.ModelBackend")
    return client


def foreign() -> Area:
    return Area.objects.get(name="天岗镇3村")


def test_a_stranger_is_sent_to_the_door(client: Client, township: Area) -> None:
    answer = client.get("/areas/")
    assert (answer.status_code, answer["Location"]) == (302, "/login/?next=/areas/")
    assert client.post(f"/areas/{township.pk}/rename/", {"name": "甲"}).status_code == 302


def test_a_part_of_a_page_asked_without_login_moves_the_whole_page(client: Client, township: Area) -> None:
    answer = client.get("/areas/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/login/?next=/areas/")


def test_a_post_that_does_not_do_this_is_turned_away(township: Area, caseworker: User, desk: Client) -> None:
    with act(Verb.END_POSTING, acting_user=User.objects.system(), on=TODAY):
        caseworker.postings.update(until=TODAY)
    answer = desk.get("/areas/")
    assert answer.status_code == 403
    assert "这一页不归您的岗位办理" in answer.text


def test_the_list_shows_the_own_township_and_nothing_else(desk: Client) -> None:
    first, second = desk.get("/areas/"), desk.get("/areas/?page=2")
    assert "新站镇0村" in first.text
    assert "新站镇6村" in second.text
    assert "天岗镇" not in first.text + second.text
    assert "共8" in first.text
    assert first["Cache-Control"] == "no-store"


def test_a_filter_narrows_and_an_unreadable_one_is_left_out(desk: Client) -> None:
    assert "共7" in desk.get("/areas/?kind=VILLAGE").text
    assert "共8" in desk.get("/areas/?kind=NO_SUCH").text
    assert desk.get("/areas/?page=99").context["page"].number == 2


def test_a_longer_list_costs_no_more_queries(desk: Client) -> None:
    desk.get("/areas/")  # what is read once and kept
    counts = []
    for query, rows in (("?kind=TOWN", 1), ("", 5)):
        with CaptureQueriesContext(connection) as asked:
            assert len(desk.get("/areas/" + query).context["rows"]) == rows
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12


def test_what_is_foreign_answers_like_what_is_absent(desk: Client, township: Area) -> None:
    assert "新站镇 2024-05-20" in desk.get(f"/areas/{township.pk}/").text
    away, absent = desk.get(f"/areas/{foreign().pk}/"), desk.get("/areas/999999/")
    assert (away.status_code, absent.status_code) == (404, 404)
    assert "天岗镇" not in away.text
    for kind in ("rename", "retired"):
        assert desk.get(f"/areas/{foreign().pk}/{kind}/").status_code == 404
    assert desk.post(f"/areas/{foreign().pk}/rename/", {"name": "甲村"}).status_code == 404
    assert foreign().name == "天岗镇3村"


def test_the_frame_shows_who_when_and_where(desk: Client, township: Area) -> None:
    html = desk.get(f"/areas/{township.pk}/").text
    for text in ("周明远", "新站镇 · 经办人", "2024年5月20日 星期一", "工作日", "演示日期 2024年5月20日"):
        assert text in html
    assert 'href="/areas/" aria-current="page"' in html
    assert "用户与岗位" not in html  # their post does not open it
    assert "公示" not in html  # the page does not exist here
    assert "可以确认" not in html  # not their act


def test_a_badge_counts_beside_its_entry(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from apps.core import navigation

    badged = navigation.Entry("办理", "待办", "inbox", "worklist", badge=f"{__name__}.seven")
    monkeypatch.setattr(navigation, "ENTRIES", (badged,))
    assert '<span class="n hot">7<span class="visually-hidden">件</span></span>' in desk.get("/areas/").text


def test_an_act_shows_what_will_happen_and_does_it_once(desk: Client, township: Area, caseworker: User) -> None:
    asked = desk.get(f"/areas/{township.pk}/rename/").text
    assert "改成这个名称" in asked
    assert "所有页面改用新名称。" in asked
    answer = desk.post(f"/areas/{township.pk}/rename/", {"name": "新站新镇"}, follow=True)
    assert answer.redirect_chain == [(f"/areas/{township.pk}/", 302)]
    assert "已改名。" in answer.text
    township.refresh_from_db()
    assert township.name == "新站新镇"
    record = Record.objects.about(township).get()
    assert (record.user, record.on) == (caseworker, TODAY)


def test_the_doorbell_rings_only_for_what_was_done(
    desk: Client, township: Area, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as rung:
        desk.post(f"/areas/{township.pk}/rename/", {"name": "新站镇"})
    assert rung == []
    with django_capture_on_commit_callbacks() as rung:
        desk.post(f"/areas/{township.pk}/rename/", {"name": "新站新镇"})
    assert [call.args[0] for call in rung] == ["tests.renamed"]


def test_what_cannot_be_read_is_asked_for_again(desk: Client, township: Area) -> None:
    answer = desk.post(f"/areas/{township.pk}/rename/", {"name": "", "note": "写好的说明"})
    assert answer.status_code == 422
    assert "请填写名称。" in answer.text
    assert "写好的说明" in answer.text


def test_a_refusal_stands_beside_its_field(desk: Client, township: Area) -> None:
    answer = desk.post(f"/areas/{township.pk}/rename/", {"name": "新站镇", "note": "写好的说明"})
    assert answer.status_code == 409
    assert answer.context["form"].errors == {"name": ["新名称与现名相同，请另起一个。"]}
    assert "没有办成" in answer.text
    assert "写好的说明" in answer.text


def test_a_refusal_about_nothing_on_the_form_stands_above_it(desk: Client, township: Area) -> None:
    answer = desk.post(f"/areas/{township.pk}/rename/", {"name": "乙镇", "note": "太晚"})
    assert answer.status_code == 409
    assert answer.context["form"].non_field_errors() == ["这个区划刚才已由别人改过，请看最新情况。"]
    assert 'value="乙镇"' in answer.text


def test_an_act_that_cannot_be_done_now_asks_for_nothing(desk: Client, township: Area) -> None:
    answer = desk.get(f"/areas/{township.pk}/retired/")
    assert answer.status_code == 409
    assert "这个区划已停用，请先启用再改名。" in answer.text
    assert "<fieldset" not in answer.text


def test_a_refusal_anywhere_is_a_page_of_its_own(desk: Client) -> None:
    answer = desk.get("/broken/")
    assert answer.status_code == 409
    assert "月度核定还在计算，请稍后再看。" in answer.text


@pytest.mark.parametrize("query", ["", "?pieces"])
def test_a_file_keeps_its_chinese_name(desk: Client, query: str) -> None:
    answer = desk.get("/areas/file/" + query)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert content == b"ab"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%E5%8C%BA")
    assert answer["Cache-Control"] == "no-store"
    assert desk.post("/areas/file/").status_code == 405


def test_no_page_carries_style_or_script_in_it(desk: Client, township: Area) -> None:
    for address in ("/areas/", f"/areas/{township.pk}/rename/", "/nowhere/", "/broken/"):
        html = desk.get(address).text
        assert " style=" not in html
        assert "<style" not in html
        assert html.count("<script") == html.count("<script src=")
        assert "http://" not in html.replace("http://www.w3.org", "")
        assert "https://" not in html

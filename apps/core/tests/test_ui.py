"""What the building blocks of pages put on the paper."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import RequestContext, Template
from django.test import RequestFactory

from apps.core.month import Month
from apps.core.navigation import ENTRIES
from apps.core.refusal import Refused
from apps.core.templatetags.ui import TONES, icon, mask


def drawn(source: str, query: str = "", **given: object) -> str:
    """The template as a page of the office would draw it."""
    request = RequestFactory().get("/list/" + query)
    return Template("{% load ui %}" + source).render(RequestContext(request, given))


class IncomeForm(forms.Form):
    name = forms.CharField(label="姓名", help_text="与证件一致。")
    kind = forms.ChoiceField(label="收入种类", choices=[("", "请选择"), ("WAGE", "工资性收入")])
    area = forms.ChoiceField(label="居住地", widget=forms.RadioSelect, choices=[("URBAN", "城市"), ("RURAL", "农村")])
    since = forms.DateField(label="起始日期", required=False)
    amount = forms.CharField(label="金额", required=False)
    agreed = forms.BooleanField(label="已告知")


class Filters(forms.Form):
    scope = forms.ChoiceField(label="范围", required=False, choices=[("", "我的"), ("ALL", "全镇")])
    name = forms.CharField(label="姓名", required=False)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{% money 135500 %}", "1,355.00 元"),
        ("{% money 135500 unit='' %}", "1,355.00"),
        ("{% money 5 unit='元/月' %}", "0.05 元/月"),
        ("{% money absent %}", "—"),
        ("{% month day %}", "2026年3月"),
        ("{% month month %}", "2026年3月"),
        ("{% day day %}", "2026年3月15日"),
        ("{% day moment time=True %}", "2026年3月15日 10:42"),
        ("{% day absent %}", "—"),
        ("{{ day|weekday }}", "星期日"),
    ],
)
def test_money_and_dates_are_written_as_the_office_writes_them(source: str, text: str) -> None:
    moment = dt.datetime(2026, 3, 15, 2, 42, tzinfo=dt.UTC)
    assert drawn(source, day=dt.date(2026, 3, 15), month=Month(2026, 3), moment=moment, absent=None) == text


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("22028119860101123X", "220281********123X"),
        ("13804320000", "138****0000"),
        ("6217000000000001234", "***************1234"),
        ("1234567", "******7"),
        ("", "—"),
        (None, "—"),
    ],
)
def test_personal_numbers_are_masked(value: str | None, shown: str) -> None:
    assert mask(value) == shown


def test_every_icon_of_the_navigation_exists() -> None:
    for entry in ENTRIES:
        assert icon(entry.icon).count("<svg") == 1


def test_an_icon_is_decoration_unless_it_says_something() -> None:
    assert 'aria-hidden="true"' in icon("check-lg")
    assert 'aria-label="&quot;一致&quot;"' in icon("check-lg", '"一致"')


def test_a_state_is_a_word_and_a_colour() -> None:
    assert '<span class="badge-s good">已确认</span>' in drawn("{% status 'CONFIRMED' '已确认' %}")
    assert '<span class="badge-s plain">新状态</span>' in drawn("{% status 'NEVER_SEEN' '新状态' %}")
    assert '<span class="badge-s info">待放行</span>' in drawn("{% status 'APPROVED' '待放行' tone='info' %}")
    assert set(TONES.values()) == {"good", "warn", "bad", "info", "plain"}


def test_a_deadline_leads_with_what_is_left() -> None:
    due = SimpleNamespace(label="还剩 3 个工作日", tone="warn", sub="5月23日")
    html = drawn("{% deadline due %}", due=due)
    assert "badge-s warn" in html
    assert html.index("还剩 3 个工作日") < html.index("5月23日")
    assert "—" in drawn("{% deadline due %}", due=None)


def test_names_typed_by_people_never_become_markup() -> None:
    name = "<script>甲</script>"
    html = drawn(
        "{% sheet name %}{{ name }}{% endsheet %}{% fact name %}{{ name }}{% endfact %}{% badge name %}", name=name
    )
    assert "<script>" not in html
    assert html.count("&lt;script&gt;") == 5


def test_the_explanation_ends_in_the_amount() -> None:
    steps = [{"clause": "§5", "says": "差额 550.00 × 3 − 900.00", "result": "750.00"}]
    html = drawn("{% steps steps total=75000 total_note='自确认次月起' %}", steps=steps)
    assert html.index("§5") < html.index("差额 550.00") < html.index("750.00</span>") < html.index("750.00 元")
    assert "合计" not in drawn("{% steps steps %}", steps=steps)


def test_a_record_of_the_book_stands_in_the_timeline_as_it_is() -> None:
    entry = SimpleNamespace(
        on=dt.date(2024, 5, 20), get_verb_display=lambda: "受理", user=SimpleNamespace(name="周明远"), reason="材料齐全"
    )
    html = drawn("{% timeline entries %}", entries=[entry])
    for text in ("2024年5月20日", "受理", "周明远", "材料齐全"):
        assert text in html


def test_progress_asks_again_only_while_there_is_something_to_wait_for() -> None:
    assert 'hx-trigger="every 2s"' in drawn("{% progress 37 120 url='/months/1/' %}")
    assert "30%" in drawn("{% progress 37 120 url='/months/1/' %}")
    assert "hx-get" not in drawn("{% progress 120 120 url='/months/1/' %}")
    assert "0%" in drawn("{% progress 0 0 %}")


def test_a_field_is_tied_to_its_help_and_its_error() -> None:
    form = IncomeForm({"kind": "WAGE"})
    html = drawn("{% field form.name %}", form=form)
    assert 'aria-describedby="id_name-help id_name-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_name-help">与证件一致。' in html
    assert 'id="id_name-error">请填写姓名。' in html
    assert 'for="id_name"' in html


def test_errors_say_what_to_do_and_lead_to_the_field() -> None:
    html = drawn("{% errors form %}", form=IncomeForm({}))
    for line in ("请填写姓名。", "请选择收入种类。", "请选择居住地。", "请勾选这一项后再提交。"):
        assert line in html
    assert 'href="#id_area_0"' in html
    assert 'id="id_area_0"' in drawn("{% field form.area %}", form=IncomeForm({}))
    assert drawn("{% errors form %}", form=IncomeForm()).strip() == ""


def test_a_field_that_speaks_for_itself_is_left_alone() -> None:
    class Own(forms.Form):
        idnumber = forms.CharField(label="身份证号", error_messages={"required": "请对照证件填写 18 位身份证号。"})

    assert "请对照证件填写 18 位身份证号。" in drawn("{% field form.idnumber %}", form=Own({}))


def test_what_was_typed_stands_in_the_field_again() -> None:
    form = IncomeForm({"name": "赵某某", "area": "RURAL", "since": "2024-05-20", "amount": "10,8"})
    html = drawn("{% fields form %}", form=form)
    assert 'value="赵某某"' in html
    assert 'value="10,8"' in html
    assert 'type="date" name="since" value="2024-05-20"' in html
    assert html.count("checked") == 1


def test_radio_buttons_are_one_group_with_a_name() -> None:
    html = drawn("{% field form.area %}", form=IncomeForm())
    assert "<fieldset" in html
    assert "<legend>居住地</legend>" in html
    assert html.count('type="radio"') == 2
    assert html.count('id="id_area"') == 1


def test_an_amount_names_its_unit() -> None:
    html = drawn("{% field form.amount unit='元' width='short' %}", form=IncomeForm())
    assert 'inputmode="decimal"' in html
    assert '<span class="input-group-text">元</span>' in html


def test_a_refusal_is_not_the_form_s_fault() -> None:
    form = IncomeForm({})
    form.add_error(None, "这件申请刚才已由王同事受理。")
    html = drawn("{% errors form %}", query="?a=1", form=form, refused=Refused("stale", "已受理"))
    assert "没有办成" in html
    assert 'href="/list/?a=1"' in html


def test_a_chip_keeps_the_other_filters_and_returns_to_the_first_page() -> None:
    html = drawn("{% chips form.scope %}", query="?name=甲&page=3", form=Filters({"name": "甲"}))
    assert 'href="?name=%E7%94%B2&amp;scope=ALL"' in html
    assert 'aria-current="true">我的' in html


def test_the_pager_keeps_the_filters() -> None:
    page = Paginator(range(613), 50).get_page(4)
    html = drawn("{% pager page swap='#list' %}", query="?scope=ALL&page=4", page=page)
    assert "共 613 条，第 151–200 条" in html
    assert 'href="?scope=ALL&amp;page=5"' in html
    assert 'hx-target="#list"' in html
    assert 'aria-current="page">4' in html


def test_one_page_needs_no_pager_and_none_says_nothing() -> None:
    assert "共 2 条" in drawn("{% pager page %}", page=Paginator([1, 2], 50).get_page(1))
    assert drawn("{% pager page %}", page=Paginator([], 50).get_page(1)).strip() == ""


def test_a_narrowed_list_can_be_widened_again() -> None:
    assert "清除" in drawn("{% filterbar form %}", query="?name=甲", form=Filters({"name": "甲"}))
    assert "清除" not in drawn("{% filterbar form %}", form=Filters({}))


def test_an_open_reading_does_not_read_as_an_open_case() -> None:
    step = {"clause": "§5", "rule": "dibao.gap", "says": "差额", "result": "780.00"}
    assert "口径待民政局确认" not in drawn("{% steps steps %}", steps=[step])
    html = drawn("{% steps steps %}", steps=[step, {**step, "pending": True}])
    assert html.count('title="这一条的读法待民政局确认">口径待民政局确认</span>') == 1
    assert "口径待民政局确认：说的是条文的读法还没有书面答复，不是这件申请；不影响本件的办理。" in html


def test_only_a_field_that_stands_alone_does_without_its_caption() -> None:
    one = type("One", (forms.Form,), {"q": forms.CharField(widget=forms.TextInput(attrs={"placeholder": "姓名"}))})
    assert 'class="filterbar lone"' in drawn("{% filterbar form %}", form=one({}))
    two = type("Two", (one,), {"since": forms.DateField()})
    assert 'class="filterbar"' in drawn("{% filterbar form %}", form=two({}))


def test_an_empty_list_says_how_to_begin() -> None:
    html = drawn("{% empty '还没有家庭' icon='people' %}从 <a href='/new/'>新申请</a> 开始。{% endempty %}")
    assert "还没有家庭" in html
    assert "<a href='/new/'>新申请</a>" in html


def test_the_button_says_what_it_does() -> None:
    assert "确认，4月起发 1,355.00 元" in drawn("{% submit '确认，4月起发 1,355.00 元' icon='check-lg' %}")

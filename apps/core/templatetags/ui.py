"""The building blocks of pages: ``{% load ui %}``. Tones: good warn bad info plain.

Text    {% money fen %} 1,355.00 元 · {% money fen unit="" %} · {% month day %} 2026年3月 · {% day day %} 2026年3月15日
        {% day moment time=True %} · {% mask value %} 220281********123X · {% icon "check-lg" %}
Badges  {% status obj.state obj.get_state_display %} (tone="…" overrules TONES) · {% badge "县级确认" tone="warn" %}
        {% deadline due %} (due.label, due.tone, due.sub)
Blocks  {% sheet "收入" aside="3 人" icon="cash" link=url link_label="修改" %} … {% endsheet %}
        pad=True puts padding around running text; tables, lists and steps need none
        {% tile "今天要办" 4 tone="warn" href=url sub="…" %} inside <div class="tiles">
        {% fact "户主" %} … {% endfact %} inside <dl class="kv"> (class="kv left": values beside names)
        {% empty "还没有家庭" icon="people" %}说明怎样开始{% endempty %}
        {% steps assessment.steps total=fen total_note="自确认次月起" %} (clause, says, result[, tone])
        {% timeline entries %} (records of the book of acts, or anything with title, on|at, who, note, tone)
        {% progress done total url=… label="…" %} (polls url for the page with the same element)
Forms   <form method="post" data-guard> {% csrf_token %} {% errors form %} {% fields form %} or
        {% field form.amount unit="元" width="short" %} … {% submit "确认，4月起发 1,355.00 元" icon="check-lg" %}
        radios and check boxes become a fieldset with a legend; dates get the browser's picker
Lists   {% chips filters.state counts=counts %} (a choice field as links that keep the other filters) · {% pager page %}
        {% filterbar filters %} (the whole GET form); all three take swap="#list": htmx then replaces only that element
        {% can "CONFIRM" as ok %}{% if ok %}…{% endif %} whether the user may do an act today
HTML    <table class="t"> (td.num right-aligned; td data-label="…" becomes its name on a phone; <a class="row-link">
        makes the row clickable; class="t keep" inside <div class="scroll"> stays a table everywhere),
        <div class="two"> main + side, <div class="bar"> filters, <div class="actionbar"> sticky buttons, class="mut",
        class="sum" for the one big number. Blocks of base.html: sub, actions (beside the h1), content.
        No style="" and no inline script anywhere: the content security policy forbids them.
"""

import datetime as dt
import re
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.template.loader import get_template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from apps.core import clock, formlook
from apps.core.money import format_yuan
from apps.core.navigation import address

register = template.Library()
_AMOUNT = re.compile(r"-?[0-9]+\.[0-9]{2}")

# By value over all lifecycles; a state that means something else in one of them says its own ``tone=``.
_WORDS = {
    "good": "CONFIRMED ACTIVE RUNNING PAID CLOSED DONE APPLIED APPROVED RECONCILED NEW START UP REGULAR",
    "info": "SUBMITTED ACCEPTED INVESTIGATED PROPOSED PUBLICISED PENDING CALCULATING FROZEN SEALED QUEUED ENTITLED",
    "warn": "RETURNED CALCULATED SUSPENDED PHASE_OUT PHASE_OUT_STEP UNKNOWN REISSUE DOWN OPEN CORRECTION SUPPLEMENT",
    "bad": "REFUSED FAILED REJECTED QUARANTINED STOP UPHELD",
    "plain": "DRAFT WITHDRAWN ENDED CANCELLED VOID REPLACED SAME KEEP DISMISSED",
}
TONES = {word: tone for tone, words in _WORDS.items() for word in words.split()}


@register.simple_tag
def money(fen: int | None, unit: str = "元") -> str:
    """An amount in fen as yuan for people; an absent amount is a dash, never zero."""
    if fen is None:
        return "—"
    return f"{format_yuan(fen)} {unit}".strip()


@register.simple_tag
def month(value: Any) -> str:
    """2026年3月, of a date or a Month."""
    return "—" if value is None else f"{value.year}年{value.month}月"


@register.simple_tag
def day(value: dt.date | dt.datetime | None, time: bool = False) -> str:
    """2026年3月15日, with 10:42 on request; moments are shown in local time."""
    if value is None:
        return "—"
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    text = f"{value.year}年{value.month}月{value.day}日"
    return f"{text} {value:%H:%M}" if time else text


@register.filter
def weekday(value: dt.date) -> str:
    """星期二."""
    return "星期" + "一二三四五六日"[value.weekday()]


@register.simple_tag
def mask(value: str | None) -> str:
    """An identity number, telephone or account with its middle hidden."""
    text = str(value or "")
    if not text:
        return "—"
    head, tail = {18: (6, 4), 11: (3, 4)}.get(len(text), (0, 4 if len(text) > 8 else 1))
    return text[:head] + "*" * (len(text) - head - tail) + text[len(text) - tail :]


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A Bootstrap icon drawn in place; decoration unless it has a label."""
    drawing = _drawing(name)
    said = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return mark_safe(drawing.replace("<svg ", f'<svg focusable="false" {said} ', 1))  # noqa: S308


@cache
def _drawing(name: str) -> str:
    folder = files("js_lib_bootstrap_icons") / "static" / "bootstrap-icons"
    return (folder / f"{name}.svg").read_text(encoding="utf-8")


@register.inclusion_tag("components/badge.html")
def badge(label: str, tone: str = "plain", icon: str = "", hint: str = "") -> dict[str, str]:
    """A word with a colour; ``hint`` is what it says when pointed at."""
    return {"label": label, "tone": tone, "icon": icon, "hint": hint}


@register.inclusion_tag("components/badge.html")
def status(state: str, label: str = "", tone: str = "") -> dict[str, str]:
    """A state in words and colour."""
    return {"label": label or str(state), "tone": tone or TONES.get(str(state), "plain"), "icon": ""}


@register.inclusion_tag("components/deadline.html")
def deadline(due: Any) -> dict[str, Any]:
    """What is due when: ``due.label``, ``due.tone``, ``due.sub``."""
    return {"due": due}


@register.inclusion_tag("components/tile.html")
def tile(label: str, value: Any, tone: str = "", href: str = "", sub: str = "") -> dict[str, Any]:
    """A number with its name; a link when there is something behind it."""
    return {"label": label, "value": value, "tone": tone, "href": href, "sub": sub}


@register.filter
def figure(result: str | None) -> str:
    """A result of a step for people: an amount with its thousands set apart, a word as it is."""
    text = result or ""
    return f"{Decimal(text):,}" if _AMOUNT.fullmatch(text) else text


@register.filter
def deciding(steps: Any) -> list[Any]:
    """The steps that carry a figure, a category or a no."""
    return [step for step in steps if _of(step, "result") != "是"]


def _of(step: Any, name: str) -> Any:
    return step.get(name) if isinstance(step, dict) else getattr(step, name, None)


@register.inclusion_tag("components/steps.html", takes_context=True)
def steps(
    context: template.Context, steps: Any, total: int | None = None, total_label: str = "合计", total_note: str = ""
) -> dict[str, Any]:
    """The explanation sheet: clause, sentence, result, and the total in fen as the largest thing on the page.

    What was merely found to hold ("是") is folded away; the whole list is one click behind it. For whoever is logged in
    a clause leads to its provision.
    """
    everything = list(steps)
    telling = deciding(everything)
    return {
        "steps": telling,
        "provisions_url": address("provision-list")
        if getattr(context.get("user"), "is_authenticated", False)
        else None,
        "pending": any(_of(step, "pending") for step in everything),
        "everything": everything if len(telling) < len(everything) else [],
        "total": total,
        "total_label": total_label,
        "total_note": total_note,
    }


@register.inclusion_tag("components/timeline.html")
def timeline(entries: Any) -> dict[str, Any]:
    """What happened, in the order given."""
    return {"entries": entries}


@register.inclusion_tag("components/progress.html")
def progress(done: int, total: int, url: str = "", label: str = "进度", ident: str = "progress") -> dict[str, Any]:
    """How far long work is; asks ``url`` for a page with the same element every two seconds until it is through."""
    percent = done * 100 // total if total else 0
    return {"done": done, "total": total, "percent": percent, "url": url, "label": label, "ident": ident}


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: template.Context, page: Any, swap: str = "") -> dict[str, Any]:
    """Links to the other pages that keep the filters."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return {"page": page, "numbers": list(numbers), "request": context["request"], "swap": swap}


@register.inclusion_tag("components/chips.html", takes_context=True)
def chips(
    context: template.Context, bound: BoundField, label: str = "", swap: str = "", counts: dict[str, int] | None = None
) -> dict[str, Any]:
    """A choice field as a row of links; choosing one keeps the other filters and returns to the first page.

    ``counts`` says how many rows are behind a value; a value it does not name shows none.
    """
    query = context["request"].GET
    chosen = str(bound.value() or "")
    links = []
    for value, text in bound.field.choices:
        changed = query.copy()
        changed.pop("page", None)
        changed[bound.html_name] = str(value)
        count = (counts or {}).get(str(value))
        links.append({"text": text, "url": "?" + changed.urlencode(), "on": str(value) == chosen, "count": count})
    return {"links": links, "label": label or bound.label, "swap": swap}


@register.inclusion_tag("components/filterbar.html", takes_context=True)
def filterbar(context: template.Context, form: forms.BaseForm, swap: str = "", without: str = "") -> dict[str, Any]:
    """The GET form of a list in one line, with a way back to everything; ``without``: the fields shown as chips."""
    narrowed = any(context["request"].GET.get(bound.html_name) for bound in form)
    apart = without.split()
    shown = [bound for bound in form.visible_fields() if bound.name not in apart]
    # One field that says itself what to type needs no caption; of several each has its own.
    lone = len(shown) == 1 and bool(shown[0].field.widget.attrs.get("placeholder"))
    return {"form": form, "narrowed": narrowed, "swap": swap, "without": apart, "lone": lone}


@register.simple_tag(takes_context=True)
def can(context: template.Context, verb: str) -> bool:
    """Whether the user may do an act today, to show or leave out its button; the action asks again."""
    return context["request"].user.may(verb, on=context.get("today") or clock.today())


@register.simple_block_tag
def sheet(
    content: str, title: str, aside: str = "", icon: str = "", link: str = "", link_label: str = "", pad: bool = False
) -> str:
    """A white sheet with a heading."""
    given = {"title": title, "aside": aside, "icon": icon, "link": link, "link_label": link_label, "pad": pad}
    return _drawn("components/sheet.html", content=content, **given)


@register.simple_block_tag
def fact(content: str, label: str, tone: str = "") -> str:
    """One name and value of a ``<dl class="kv">``."""
    return format_html('<div class="{}"><dt>{}</dt><dd>{}</dd></div>', tone, label, content)


@register.simple_block_tag
def empty(content: str, title: str, icon: str = "inbox") -> str:
    """Nothing here yet, and how to begin."""
    return _drawn("components/empty.html", content=content, title=title, icon=icon)


@register.inclusion_tag("components/errors.html", takes_context=True)
def errors(context: template.Context, form: forms.BaseForm) -> dict[str, Any]:
    """Everything that stands in the way, on top of the form, each line a link to its field."""
    wrong = [(bound, formlook.anchor(bound), message) for bound in form for message in formlook.told(bound)]
    # Where things stand now is told by the subject's own page; the form would only open once more.
    subject = context.get("subject")
    latest = subject.get_absolute_url() if hasattr(subject, "get_absolute_url") else context["request"].get_full_path()
    return {"form": form, "wrong": wrong, "refused": context.get("refused"), "latest": latest}


@register.inclusion_tag("components/fields.html")
def fields(form: forms.BaseForm) -> dict[str, Any]:
    """All fields of a form in their order."""
    return {"form": form}


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, unit: str = "", width: str = "") -> dict[str, Any]:
    """One field: label, input, help and its error, tied together for screen readers. ``width``: short, month, wide."""
    drawn = formlook.dressed(bound, unit)
    look = {"kind": formlook.kind(bound.field.widget), "told": formlook.told(bound)}
    return {"field": bound, "input": drawn, "unit": unit, "width": width} | look


@register.inclusion_tag("components/submit.html")
def submit(label: str, tone: str = "primary", icon: str = "", name: str = "", value: str = "") -> dict[str, str]:
    """The button that says exactly what it does; goes off once."""
    return {"label": label, "tone": tone, "icon": icon, "name": name, "value": value}


def _drawn(name: str, **context: Any) -> SafeString:
    return get_template(name).render(context)

"""Awards in templates: ``{% load awards %}``, where they stand and what they are due."""

from datetime import date
from typing import Any

from django import template

from apps.awards.facts import due_of
from apps.awards.models import Award
from apps.core.month import Month
from apps.eligibility.law import law_in_force

register = template.Library()
LAW = "awards.law"


@register.inclusion_tag("components/badge.html")
def award_stage(award: Award, today: date) -> dict[str, Any]:
    """Where the award stands this month, in words and colour."""
    code, words = award.stage(Month.of(today).first())
    tone = {"RUNNING": "good", "PHASE_OUT": "warn", "WAITING": "info"}.get(code, "plain")
    return {"label": words, "tone": tone, "icon": ""}


@register.simple_tag(takes_context=True)
def award_due(context: template.Context, award: Award, today: date) -> int | None:
    """Fen due for this month, or for the first month of an award that waits; None when nothing is due any more."""
    # Asked for each row of a list: the law is read once a template.
    shared = context.render_context
    law = shared[LAW] if LAW in shared else shared.setdefault(LAW, law_in_force())
    return due_of(award, max(Month.of(today), Month.of(award.first_month)), law).total or None

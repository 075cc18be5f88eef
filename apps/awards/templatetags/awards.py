"""Awards in templates: ``{% load awards %}``, where they stand and what they are due."""

from datetime import date
from typing import Any

from django import template

from apps.awards.facts import due_of
from apps.awards.models import Award
from apps.core.month import Month

register = template.Library()


@register.inclusion_tag("components/badge.html")
def award_stage(award: Award, today: date) -> dict[str, Any]:
    """Where the award stands this month, in words and colour."""
    code, words = award.stage(Month.of(today).first())
    tone = {"RUNNING": "good", "PHASE_OUT": "warn", "WAITING": "info"}.get(code, "plain")
    return {"label": words, "tone": tone, "icon": ""}


@register.simple_tag
def award_due(award: Award, today: date) -> int | None:
    """Fen due for this month, or for the first month of an award that waits; None when nothing is due any more."""
    return due_of(award, max(Month.of(today), Month.of(award.first_month))).total or None

"""Provisions in templates: ``{% load provisions %}``, the values of the parameters a provision rests on."""

from datetime import date

from django import template

from apps.eligibility.law import law_in_force
from apps.eligibility.provisions import Figure, Provision

register = template.Library()
LAW = "provisions.law"


@register.simple_tag(takes_context=True)
def values_in_force(context: template.Context, provision: Provision, today: date) -> list[Figure]:
    """The values in force today, named and with their units; empty for a provision without parameters."""
    if not provision.named:
        return []
    # Asked for each row of the page: the law is read once a template.
    shared = context.render_context
    law = shared[LAW] if LAW in shared else shared.setdefault(LAW, law_in_force())
    return provision.figures(law, today)

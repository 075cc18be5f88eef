"""Which of the papers a case seldom has are there at all: asked once with the case, so that a page reads only those."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from apps.applications.transitions import ComplaintState

SELDOM = (
    "complaints",
    "collective_decisions",
    "deliveries",
    "difference_grounds",
    "followed_by",
    "objections",
    "revocations",
    "spot_checks",
    "waivers",
)


def traced(cases: QuerySet[Any]) -> QuerySet[Any]:
    """The cases, each knowing of which seldom papers it has any."""
    found = {}
    for name in SELDOM:
        relation = cases.model._meta.get_field(name)
        papers = relation.related_model._default_manager.filter(**{relation.field.name: OuterRef("pk")})
        found[f"any_{name}"] = Exists(papers)
    complaints = cases.model._meta.get_field("complaints").related_model._default_manager
    waiting = complaints.filter(application=OuterRef("pk"), state=ComplaintState.OPEN)
    return cases.annotate(**found, complaint_waits=Exists(waiting))


def rows_of(case: Any, name: str) -> QuerySet[Any]:
    """The papers of one kind; costs no query where the case was read ``traced`` and has none."""
    related = getattr(case, name)
    rows: QuerySet[Any] = related.all() if getattr(case, f"any_{name}", True) else related.none()
    return rows

"""What waits for the user as the second person, each thing with the way to its decision."""

from typing import Any

from django.urls import reverse

from apps.audit.verbs import Verb
from apps.core.pages import PAGE_SIZE, Page
from apps.payments.waiting import Kind, counted, kinds_of


class WaitingPage(Page):
    """Kind by kind, the longest waiting first."""

    template_name, title, act, nav = "payments/waiting.html", "待我核准", Verb.VIEW_PAYMENTS, "worklist"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Only kinds of which something waits are looked up."""
        user = self.request.user
        kinds = kinds_of(user, self.today)
        counts = counted(user, kinds)
        shown = [(kind, counts[kind.key], _lines(kind, user)) for kind in kinds if kind.key in counts]
        return super().get_context_data(**({"kinds": shown, "count": sum(counts.values())} | kwargs))


def _lines(kind: Kind, user: Any) -> list[dict[str, Any]]:
    rows = kind.rows(user).select_related(kind.by, *kind.beside).order_by(kind.on, "pk")[:PAGE_SIZE]
    return [
        {
            "what": row,
            "note": kind.note(row),
            "by": getattr(row, kind.by),
            "on": getattr(row, kind.on),
            "pages": [(reverse(page, args=[row.pk]), label) for page, label in kind.pages]
            or [(row.get_absolute_url(), "打开…")],
        }
        for row in rows
    ]

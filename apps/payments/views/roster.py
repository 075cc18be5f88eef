"""The roster 花名册: what finance and the bureau sign on paper before the batch is sent."""

from typing import Any

from apps.accounts.models import Area
from apps.audit.verbs import Verb
from apps.core.month import Month
from apps.core.pages import DetailPage
from apps.payments.facts import content_of, totals
from apps.payments.models import Batch, Instruction
from apps.payments.views.batch import SHORT

SIGNED_BY = ("制表", "复核", "民政局负责人", "财政部门（签章）")


class RosterPage(DetailPage):
    """To print: totals by township and scheme with lines to sign; of a township, or of all, every payment."""

    model, template_name, act, nav = Batch, "payments/roster.html", Verb.VIEW_PAYMENTS, "batch-list"

    @property
    def title(self) -> str:  # type: ignore[override]
        """As the paper is headed."""
        return f"{Month.of(self.subject.month).label()}社会救助资金发放花名册"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Sums, and the payments when asked for."""
        batch, user = self.subject, self.request.user
        rows, content = totals(batch), content_of(batch)
        townships = Area.objects.visible_to(user).townships().filter(name__in={row["township__name"] for row in rows})
        asked = self.request.GET.get("township", "")
        chosen = townships.filter(code=asked).first()
        payments = Instruction.objects.visible_to(user).standing().filter(batch=batch)
        payments = payments.select_related("township", "entitlement__household", "account__heir_of")
        if chosen:
            payments = payments.filter(township=chosen)
        shown = {
            "totals": rows,
            "content": content,
            "digest": content.sha256[:SHORT],
            "townships": townships,
            "chosen": chosen,
            "payments": payments.order_by("township__code", "entitlement_id") if chosen or asked == "all" else None,
            "signers": SIGNED_BY,
        }
        return super().get_context_data(**(shown | kwargs))

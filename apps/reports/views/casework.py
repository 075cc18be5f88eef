"""How cases are handled: what is open now, what came and was decided, why it was refused, and whether in time."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from apps.applications.deadlines import WHOLE
from apps.audit.verbs import Verb
from apps.awards.charts import bars
from apps.core.pages import Page
from apps.reports.charts import Series, columns
from apps.reports.facts.casework import LATE, RECEIVED, Flow, Span, flows, grounds, stages, timeliness_of
from apps.reports.views.months import scope_line


class CaseworkPage(Page):
    """The last twelve months; numbers lead to cases where the user may see cases."""

    template_name, title, act, nav = "reports/casework.html", "办理情况", Verb.VIEW_REPORTS, "report-month"

    def behind(self, **chosen: Any) -> str:
        """The address of the list behind a number."""
        if not self.request.user.may(Verb.VIEW_CASES, on=self.today):
            return ""
        query = urlencode({name: value for name, value in chosen.items() if value})
        return f"{reverse('report-cases')}?{query}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, span = self.request.user, Span.of_months_to(self.today)
        course, (everything, towns) = flows(user, span), timeliness_of(user, span)
        given = {
            "scope": scope_line(user, self.today),
            "span": span,
            "stages": bars((label, count, self.behind(state=state)) for state, label, count in stages(user)),
            "flows": [(flow, self.flow_urls(flow)) for flow in reversed(course)],
            "chart": chart_of(course) if any(flow.received or flow.decided for flow in course) else None,
            "grounds": bars(
                (label, count, self.behind(event="REFUSED", ground=ground))
                for ground, label, count in grounds(user, span)
            ),
            "timely": everything,
            "late_url": self.behind(event=LATE),
            "townships": [
                (name, figures, self.behind(event="DECIDED", township=pk), self.behind(event=LATE, township=pk))
                for pk, name, figures in towns
            ],
            "legal": f"法定 {WHOLE.length} 个工作日",
        }
        return super().get_context_data(**(given | kwargs))

    def flow_urls(self, flow: Flow) -> dict[str, str]:
        """The lists behind a month's numbers."""
        events = {"received": RECEIVED, "confirmed": "CONFIRMED", "refused": "REFUSED", "withdrawn": "WITHDRAWN"}
        return {name: self.behind(event=event, month=str(flow.month)) for name, event in events.items()}


def chart_of(course: list[Flow]) -> Any:
    """Received beside decided, month by month."""
    series = [
        Series("received", "受理", [flow.received for flow in course]),
        Series("decided", "办结", [flow.decided for flow in course]),
    ]
    return columns("flow", "每月受理与办结", "件", [flow.month for flow in course], series, beside=True)

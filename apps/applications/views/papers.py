"""The papers of a case, read once for its page."""

from dataclasses import dataclass
from typing import Any

from apps.applications.models import (
    Application,
    Appraisal,
    CollectiveDecision,
    Investigation,
    Notice,
    Objection,
    Opinion,
    SpotCheck,
    Step,
    Waiver,
)
from apps.applications.traces import rows_of
from apps.applications.transitions import ObjectionState


@dataclass(frozen=True)
class Papers:
    """Newest first, but for what is told in its order."""

    investigations: list[Investigation]
    appraisals: list[Appraisal]
    waivers: list[Waiver]
    studies: list[CollectiveDecision]
    opinions: list[Opinion]
    notices: list[Notice]
    objections: list[Objection]
    spot_checks: list[SpotCheck]

    @property
    def open_objections(self) -> list[Objection]:
        """Those that wait for an answer."""
        return [one for one in self.objections if one.state == ObjectionState.OPEN]

    @property
    def appraised(self) -> bool:
        """Whether the appraisal was held or left out with a ground."""
        return bool(self.appraisals) or any(one.step == Step.APPRAISAL for one in self.waivers)

    @property
    def spot_check(self) -> SpotCheck | None:
        """The newest draw in which the case was sampled."""
        return next((one for one in self.spot_checks if one.sampled), None)


def papers_of(case: Application) -> Papers:
    """All papers of one case."""

    def rows(name: str, *related: str) -> list[Any]:
        return list(rows_of(case, name).select_related(*related).order_by("-pk"))

    return Papers(
        investigations=rows("investigations", "by"),
        appraisals=rows("appraisals", "by"),
        waivers=rows("waivers", "by"),
        studies=rows("collective_decisions", "by"),
        opinions=rows("opinions", "by"),
        notices=rows("notices"),
        objections=rows("objections", "recorded_by", "answered_by"),
        spot_checks=rows("spot_checks", "draw", "by"),
    )

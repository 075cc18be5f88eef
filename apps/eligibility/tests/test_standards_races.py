"""Two at once over one standard: one approval of a proposal counts; of two proposals the last approved holds."""

from datetime import date
from functools import partial

import pytest

from apps.awards.tests import factories as f
from apps.awards.tests.test_races import at_once
from apps.eligibility.actions import approve_standard, reject_standard
from apps.eligibility.law import law_in_force, law_of
from apps.eligibility.models import ParameterValue
from apps.eligibility.policy.enums import AreaKind
from apps.eligibility.policy.standards import Law
from apps.eligibility.tests.builders_standards import proposed_standard, value
from jiaohe_aid.testing.own import OwnDatabase

TODAY, JULY = date(2024, 5, 20), date(2024, 7, 1)


@pytest.mark.integration
def test_two_at_one_standard(own_database: OwnDatabase) -> None:
    f.office_date(TODAY)
    office = f.office()
    by = {"acting_user": office.reviewer, "on": TODAY}
    once = proposed_standard(office.chief, on=TODAY, start=JULY)
    approve, reject = partial(approve_standard, once, **by), partial(reject_standard, once, reason="不", **by)
    done = at_once(approve, approve, reject)
    assert done.count("illegal_move") == 2
    first = law_in_force().digest()
    both = [proposed_standard(office.chief, on=TODAY, start=JULY, content=[value(text)]) for text in ("610", "620")]
    assert len(at_once(*(partial(approve_standard, one, **by) for one in both))) == 2
    kept = ParameterValue.objects.filter(change__in=both).order_by("version")
    assert len({one.version for one in kept}) == 2
    standing = law_in_force().row("dibao_standard", JULY, AreaKind.URBAN)
    assert standing.value == kept.last().value
    for digest in (first, Law.shipped().digest()):
        assert law_of(digest) is not None

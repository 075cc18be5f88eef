"""Each of the six supplements under the category it is paid by, to the fen: 550.00 in town, no income, seven people."""

from datetime import date

import pytest

from apps.awards.tests import factories as f
from apps.eligibility.policy.enums import PartKind as P
from apps.eligibility.policy.enums import Relation
from apps.reports.facts.months import parts_of, supplements_of, table_of
from apps.reports.figures import Sums
from apps.reports.tests import scene

pytestmark = pytest.mark.django_db

SEVEN = (
    f.member("吴一", date(1980, 1, 1)),
    f.member("吴残", date(1981, 1, 1), Relation.SPOUSE, grade=2),
    # A child, and seriously ill: 60 % as ill, not 50 % as a child.
    f.member("吴病", date(2012, 6, 1), Relation.CHILD, serious_illness=True),
    # 72 and disabled in the third grade: 60 % as both, not 50 % as old.
    f.member("吴老", date(1950, 1, 1), Relation.PARENT, grade=3),
    # The third of the family with a certificate, lightly: 55 %.
    f.member("吴二", date(1985, 1, 1), Relation.SIBLING, grade=4),
    f.member("周老", date(1951, 1, 1), Relation.PARENT),
    f.member("吴童", date(2015, 6, 1), Relation.CHILD),
)


def test_each_supplement_counts_under_the_category_it_is_paid_by() -> None:
    o = f.office()
    f.office_date(scene.DECIDED)
    f.granted(o, on=scene.DECIDED, members=SEVEN, income_fen=0)
    april = scene.frozen_month(o, scene.APRIL)
    parts = parts_of(april, o.auditor)
    assert {kind: (sums.persons, sums.fen) for kind, _, sums in supplements_of(parts)} == {
        P.SEVERE_DISABILITY: (1, 33000),  # 550 × 60 %
        P.SERIOUS_ILLNESS: (1, 33000),  # 550 × 60 %
        P.ELDERLY_DISABLED: (1, 33000),  # 550 × 60 %
        P.MULTI_DISABLED: (1, 30250),  # 550 × 55 %
        P.ELDERLY: (1, 27500),  # 550 × 50 %
        P.MINOR: (1, 27500),  # 550 × 50 %
    }
    assert parts[P.GAP] == Sums(0, 1, 385000)  # 550 × 7, of the family
    # 3,850.00 + 3 × 330.00 + 302.50 + 2 × 275.00
    (dibao,) = [line for line in table_of(april, o.auditor).lines if line.label == "城市低保"]
    assert dibao.month == Sums(1, 7, 569250)

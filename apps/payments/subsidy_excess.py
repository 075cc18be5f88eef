"""Who has too much of a 价格临时补贴, asked in passing: of one family, or whether anybody has.

Both begin with the few of whom something became known since, and ask the roll about them alone.
"""

from datetime import date, timedelta

from django.db import connection

from apps.households.models import Household
from apps.payments.enums import CorrectionState, ProposalState, RecalculationGround
from apps.payments.models import CorrectionLine, PriceIndex, SubsidyLine, SubsidyRun
from apps.payments.subsidies import known_linkage
from apps.payments.subsidy_roll import Excess, excess_of

# A publication older than that is asked about on its own page only.
A_YEAR = timedelta(days=366)

# The dead, the families whose month was corrected, and everybody when less a person is owed than was.
_SUSPECTS = """
    SELECT l.person_id FROM households_person p JOIN payments_subsidyline l ON l.person_id = p.id
    WHERE p.died_on < %(month)s AND l.month = %(month)s
    UNION
    SELECT l.person_id FROM payments_correctionline c
    JOIN payments_correction o ON o.id = c.correction_id AND o.state = 'CONFIRMED' AND NOT o.leaves
    JOIN payments_entitlement e ON e.household_id = c.household_id AND e.kind = 'SUBSIDY' AND e.month = c.month
    JOIN payments_subsidyline l ON l.entitlement_id = e.id
    WHERE c.month = %(month)s AND c.scheme <> 'PRICE_SUBSIDY'
    UNION
    SELECT l.person_id FROM payments_subsidyline l
    WHERE l.month = %(month)s AND EXISTS (
        SELECT FROM payments_subsidyrun r WHERE r.month = %(month)s AND r.state = 'APPROVED'
            AND (r.urban_fen > %(urban)s OR r.rural_fen > %(rural)s))
"""


def overpaid_lately(on: date) -> list[tuple[PriceIndex, int]]:
    """The publications of the last year whose subsidies somebody has too much of, and how many people.

    Those for which somebody proposed to put it right wait for another person already.
    """
    proposed = CorrectionLine.objects.filter(ground=RecalculationGround.PRICES)
    proposed = proposed.filter(correction__state=CorrectionState.PROPOSED)
    paid = SubsidyRun.objects.filter(state=ProposalState.APPROVED)
    rows = PriceIndex.objects.in_force().filter(published_on__gt=on - A_YEAR, paid_month__in=paid.values("month"))
    rows = rows.exclude(paid_month__in=proposed.values("month")).order_by("paid_month")
    counted = [(one, len(excess_of(one, suspects)) if (suspects := _suspects(one)) else 0) for one in rows]
    return [(one, people) for one, people in counted if people]


def _suspects(index: PriceIndex) -> list[int]:
    linkage = known_linkage(index)
    if linkage is None:
        return []
    given = {"month": index.paid_month, "urban": linkage.urban.a_person, "rural": linkage.rural.a_person}
    with connection.cursor() as cursor:
        cursor.execute(_SUSPECTS, given)
        return [person for (person,) in cursor.fetchall()]


def excess_in(household: Household) -> list[tuple[date, Excess]]:
    """Who of a family has too much of which month's subsidy, oldest first."""
    lines = SubsidyLine.objects.filter(entitlement__household=household).values_list("month", "person")
    months: dict[date, list[int]] = {}
    for month, person in lines:
        months.setdefault(month, []).append(person)
    rows = PriceIndex.objects.in_force().filter(paid_month__in=months).order_by("paid_month")
    known = [one for one in rows if known_linkage(one) is not None]
    return [(one.paid_month, had) for one in known for had in excess_of(one, months[one.paid_month])]

"""The year's money of the demo office, and how prices rose: entered from documents by one, approved by another."""

from datetime import date
from decimal import Decimal

from apps.awards.enums import SCHEMES
from apps.office.demo.office import Life, Office
from apps.payments.actions import approve_proposal, propose_appropriation, propose_price_index
from apps.payments.enums import FundSource

ANY_SCHEME = ""
TEKUN = SCHEMES[0][0]
# (on file since, source, scheme, fen, document)
DOCUMENTS = (
    (date(2024, 2, 2), FundSource.PROVINCIAL, ANY_SCHEME, 3_600_000_00, "吉财社〔2024〕17号"),
    (date(2024, 2, 5), FundSource.COUNTY, TEKUN, 400_000_00, "蛟财社〔2024〕5号"),
)


def appropriations(office: Office) -> Life:
    """Each document as it comes."""
    maker, checker = office.users["payments_maker"], office.users["payments_checker"]
    for on, source, scheme, fen, document in DOCUMENTS:
        yield on
        told = {"source": source, "scheme": scheme, "amount_fen": fen, "document": document, "issued_on": on}
        one = propose_appropriation(**told, acting_user=maker, on=on)
        approve_proposal(one, acting_user=checker, on=on)


# (published on, of the month, consumer prices, food, document); made up: April's starts the linkage, for May.
PRICES = (
    (date(2024, 4, 11), date(2024, 3, 1), "0.4", "-1.8", "蛟河调查队〔2024〕3号"),
    (date(2024, 5, 13), date(2024, 4, 1), "1.3", "6.2", "蛟河调查队〔2024〕4号"),
)


def prices(office: Office) -> Life:
    """Each publication as it comes."""
    chief, checker = office.users["bureau_chief"], office.users["payments_checker"]
    for on, month, cpi, food, document in PRICES:
        yield on
        told = {"cpi": Decimal(cpi), "food": Decimal(food), "document": document, "document_on": on}
        one = propose_price_index(month=month, published_on=on, **told, acting_user=chief, on=on)
        approve_proposal(one, acting_user=checker, on=on)

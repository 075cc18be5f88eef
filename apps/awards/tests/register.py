"""A register of thousands of running awards in a few statements, with a total known beforehand."""

from datetime import date

from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.models import Award, AwardMember, Decision
from apps.awards.tests import factories as f
from apps.awards.tests.factories import Office
from apps.eligibility.policy.enums import AreaKind
from apps.households.models import Household, Person

DECIDED, FIRST = date(2022, 3, 15), date(2022, 4, 1)
STANDARD_FEN = 55_000


def gap_fen(place: int) -> int:
    """What the household at that place is due by hand: 550.00 less its monthly income."""
    return STANDARD_FEN - 100 * (place % 500)


def seed(office: Office, households: int) -> int:
    """Single people aged 42 with an urban 低保 award each; the sum a month is due."""
    model = f.granted(office, on=DECIDED, members=(f.member("样一", date(1980, 1, 1)),), income_fen=0)
    with act(Verb.LOAD_DEMO, acting_user=office.reviewer, on=DECIDED):
        people = Person.objects.bulk_create(_person(place) for place in range(1, households))
        homes = Household.objects.bulk_create(_household(office, place, one) for place, one in enumerate(people, 1))
        decisions = Decision.objects.bulk_create(_decision(model.decision, home) for home in homes)
        awards = Award.objects.bulk_create(
            _award(model, home, decision, place)
            for place, (home, decision) in enumerate(zip(homes, decisions, strict=True), 1)
        )
        AwardMember.objects.bulk_create(
            AwardMember(award=award, person=home.head, first_month=FIRST)
            for award, home in zip(awards, homes, strict=True)
        )
    return sum(map(gap_fen, range(households)))


def _person(place: int) -> Person:
    return Person(
        name=f"样{place}",
        birth_date=date(1980, 1, 1),
        sex="MALE",
        id_number_sealed=b"-",
        id_number_index=place.to_bytes(32),
        id_number_mask="229999********0000",
    )


def _household(office: Office, place: int, head: Person) -> Household:
    return Household(
        number=f"样{place:06d}", head=head, township=office.town, village=office.town, area_kind=AreaKind.URBAN
    )


def _decision(model: Decision, home: Household) -> Decision:
    return Decision(
        household=home,
        kind=model.kind,
        decided_on=model.decided_on,
        effective_month=model.effective_month,
        decided_by_id=model.decided_by_id,
        assessment_id=model.assessment_id,
        sentence=model.sentence,
    )


def _award(model: Award, home: Household, decision: Decision, place: int) -> Award:
    (person,) = model.terms["people"]
    income = 12 * (STANDARD_FEN - gap_fen(place)) // 100
    terms = model.terms | {"people": [person | {"ref": str(home.head_id)}], "income": f"{income}.00"}
    return Award(
        household=home, township=home.township, scheme=model.scheme, decision=decision, first_month=FIRST, terms=terms
    )

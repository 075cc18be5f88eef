"""Two months of a small county with every kind of benefit, each amount known by hand (550 in 城, 410 in 乡).

新站镇, 城: 赵一 三人 1,355.00 (差额 750, 未成年 275, 重残 330). 李 四人: two on 低保 (1,100, and 275 for the boy who
turns 18 in April), grandfather 特困分散 715.00, great-uncle 特困集中 1,100.00. From May 王 550.00.
新站镇, 乡: 孙, 72 years old and severely disabled, 410 + 246 = 656.00. 天岗镇, 乡: 周 两人渐退, 75 % of 500 = 375.00;
a severely disabled 单人户, 60 % of 410 = 246.00; 郑 410.00 until April.

April: 城低保 2户5人 2,730.00; 乡低保 4户5人 1,687.00; 城特困 1户2人 1,815.00.
May: 城低保 3户6人 3,005.00; 乡低保 3户4人 1,277.00; 城特困 as before.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from apps.accounts.models import Area, User
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.actions import confirm_month, open_month, seal_month
from apps.awards.models import Award, Decision, MonthRun
from apps.awards.tests import factories as f
from apps.core.month import Month
from apps.eligibility.policy.enums import AreaKind, PartKind, Relation, Scheme, Support
from apps.eligibility.policy.facts import AwardFacts, Disability, Member, Part
from apps.eligibility.policy.facts_json import award_to_json
from apps.households.actions import open_household
from apps.households.family import Family, MemberEntry
from apps.households.models import Household
from apps.reports.actions import freeze_figures
from apps.reports.models import FrozenMonth

DECIDED, APRIL, MAY = date(2022, 3, 15), date(2022, 4, 1), date(2022, 5, 1)
FORMULA = "=1+1"


@dataclass
class County:
    """The office, its two frozen months, and the award by which the others are modelled."""

    o: f.Office
    model: Award
    april: FrozenMonth
    may: FrozenMonth


def county() -> County:
    """April and May 2022, sealed and frozen."""
    o = f.office()
    f.office_date(DECIDED)
    model = f.granted(o, on=DECIDED)
    _in_town(o, model)
    _in_the_country(o, model)
    april = frozen_month(o, APRIL)
    wang = at_home(o, "王一", AreaKind.URBAN)
    give(wang, Scheme.DIBAO, model, first_month=MAY)
    return County(o, model, april, frozen_month(o, MAY))


def _in_town(o: f.Office, model: Award) -> None:
    members = (
        f.member("李一", date(1980, 1, 1)),
        f.member("李童", date(2004, 4, 9), Relation.CHILD),
        f.member("李老", date(1940, 1, 1), Relation.PARENT),
        f.member("李叔", date(1942, 1, 1), Relation.OTHER),
    )
    li = at_home(o, "李一", AreaKind.URBAN, members)
    give(li, Scheme.DIBAO, model, names=("李一", "李童"))
    give(li, Scheme.TEKUN, model, names=("李老",))
    give(li, Scheme.TEKUN, model, names=("李叔",), support=Support.INSTITUTION)


def _in_the_country(o: f.Office, model: Award) -> None:
    sun = (f.member("孙一", date(1950, 3, 1), grade=2),)
    give(at_home(o, "孙一", AreaKind.RURAL, sun), Scheme.DIBAO, model)
    zhou = (f.member("周一", date(1980, 1, 1)), f.member("周二", date(1981, 1, 1), Relation.SPOUSE))
    base = (Part(PartKind.GAP, 50_000),)
    falling: dict[str, Any] = {"base": base, "phase_out_from": Month(2022, 4), "phase_out_months": 18}
    give(at_home(o, "周一", AreaKind.RURAL, zhou, o.other_town), Scheme.DIBAO_PHASE_OUT, model, **falling)
    give(at_home(o, FORMULA, AreaKind.RURAL, town=o.other_town), Scheme.DIBAO_SINGLE, model)
    give(at_home(o, "郑一", AreaKind.RURAL, town=o.other_town), Scheme.DIBAO, model, last_month=APRIL)


def at_home(
    o: f.Office,
    name: str,
    area: AreaKind,
    members: tuple[MemberEntry, ...] | None = None,
    town: Area | None = None,
) -> Household:
    """A family on file."""
    members = members or (f.member(name, date(1980, 1, 1)),)
    told = Family(area_kind=area, members=members, incomes=(), financial_assets=(), other_assets=())
    return open_household(told, township=town or o.town, acting_user=o.caseworker, on=DECIDED)


def give(
    home: Household,
    scheme: Scheme,
    model: Award,
    *,
    names: tuple[str, ...] = (),
    support: Support = Support.DISPERSED,
    first_month: date = APRIL,
    last_month: date | None = None,
    **terms: Any,
) -> Award:
    """An award of the members of these names (of all), from a month on, without income."""
    declared = {one.person: one.relation for one in home.memberships.select_related("person")}
    chosen = [person for person in declared if person.name in names or not names]
    facts = AwardFacts(
        scheme=scheme,
        area=AreaKind(home.area_kind),
        decided_on=DECIDED,
        people=tuple(_member(person, declared[person], support) for person in chosen),
        **({"income": 0, "base": (), "phase_out_from": None, "phase_out_months": None} | terms),
    )
    one_person = scheme in (Scheme.TEKUN, Scheme.DIBAO_SINGLE)
    with act(Verb.LOAD_DEMO, acting_user=User.objects.system(), on=DECIDED):
        return Award.objects.create(
            household=home,
            person=chosen[0] if one_person else None,
            township=home.township,
            scheme=scheme,
            decision=_decision(home, model),
            first_month=first_month,
            last_month=last_month,
            terms=award_to_json(facts),
        )


def _decision(home: Household, model: Award) -> Decision:
    return Decision.objects.create(
        household=home,
        kind=model.decision.kind,
        decided_on=DECIDED,
        effective_month=APRIL,
        decided_by_id=model.decision.decided_by_id,
        assessment_id=model.decision.assessment_id,
        sentence="测试",
    )


def _member(person: Any, relation: str, support: Support) -> Member:
    severe = Disability(f.DisabilityCategory.PHYSICAL, 2) if person.name in ("孙一", FORMULA) else None
    return Member(str(person.pk), person.birth_date, Relation(relation), disability=severe, support=support)


def sealed_month(o: f.Office, month: date) -> MonthRun:
    """Calculated, confirmed and sealed by three people."""
    f.office_date(month)
    run = f.calculate(open_month(month, acting_user=o.maker, on=month), on=month)
    return seal_month(confirm_month(run, acting_user=o.checker, on=month), acting_user=o.maker, on=month)


def frozen_month(o: f.Office, month: date) -> FrozenMonth:
    """Sealed, and its figures written down."""
    return freeze_figures(sealed_month(o, month), acting_user=User.objects.system(), on=month)

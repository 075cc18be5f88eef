"""The lives of cases: from the desk of the township to the bureau's decision, by the office's own acts."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from apps.applications.actions import (
    Handover,
    accept,
    answer_check,
    answer_rest,
    confirm,
    deliver,
    file_complaint,
    hold_appraisal,
    investigate,
    open_application,
    post_notice,
    propose,
    propose_revocation,
    refuse,
    request_check,
    return_for_correction,
    revoke,
    save_draft,
    start_review,
    submit,
    take_down_notice,
    withdraw,
)
from apps.applications.actions.assessing import content_digest, preview_case
from apps.applications.forms.intake.review import sections_on_file
from apps.applications.models import (
    Application,
    CheckRequest,
    CheckScope,
    ComplaintKind,
    Outcome,
    RefusalGround,
    RevocationGround,
    Way,
)
from apps.applications.transitions import State
from apps.core.workdays import add_workdays
from apps.eligibility.policy.enums import AssetKind
from apps.households.family import Family
from apps.households.models import Household
from apps.office.demo.drafts import typed_sections
from apps.office.demo.office import Desk, Life, Office
from apps.office.demo.papers import hand_in

SECOND_INVESTIGATORS = ("王立平", "孙桂芬", "韩冬", "崔英姬", "于海波")
CHECKED_BY = "省信息核对平台"
FINDINGS = (
    "入户核对户籍、居住和收入情况，与申报一致。",
    "邻里走访两户，家庭情况属实；现场查看住房和家电，无大额消费。",
    "核对残疾证、诊断证明原件，家中主要靠亲属接济。",
    "查看存折流水和土地承包合同，收入情况与申报相符。",
)
# Lives that come as far as the bureau's confirmation.
CONFIRMED = (State.CONFIRMED, State.REVOKED)
WAITING = (State.ACCEPTED, State.INVESTIGATED, State.PROPOSED, State.PUBLICISED)
OPINION = "经调查核实，情况属实，拟同意上报。"


@dataclass
class CaseLife:
    """One application of one family at one desk; ``until`` is the state in which it rests."""

    office: Office
    desk: Desk
    chance: Random
    family: Family
    until: State = State.CONFIRMED
    case: Application | None = None

    def new(self, start: date) -> Life:
        """A new application opened on that day, and what follows."""
        yield start
        self.case = open_application(self.desk.township, acting_user=self.desk.worker, on=start)
        if self.until not in CONFIRMED:
            self._type_in(start)
        if self.until != State.DRAFT:
            yield from self._submitted(start)

    def review(self, household: Household, start: date) -> Life:
        """The re-examination of a household on benefit, with what the family earns now."""
        yield start
        sections = sections_on_file(household, on=start)
        self.case = start_review(household, sections=sections, acting_user=self.desk.worker, on=start)
        if self.until == State.DRAFT:
            return
        self.family = replace(self.family, account=None, keeps_account=True, consent_on=start)
        yield from self._submitted(start)

    def _type_in(self, on: date) -> None:
        sections = typed_sections(self.family, half=self.until == State.DRAFT)
        name = self.family.head.name
        self.case = save_draft(self.case, sections, applicant_name=name, acting_user=self.desk.worker, on=on)

    def _submitted(self, on: date) -> Life:
        yield on
        worker = self.desk.worker
        self.case = submit(self.case, family=self.family, acting_user=worker, on=on)
        # Of four families on the way one has still to bring its papers.
        if self.until in WAITING and self.case.pk % 4:
            hand_in(self.case, self.family, acting_user=worker, on=on)
        if self.until == State.SUBMITTED:
            return
        on = add_workdays(on, 1)
        yield on
        if self.until == State.RETURNED:
            reason = "请补交近十二个月银行流水，并在授权书上补签共同生活成员姓名。"
            self.case = return_for_correction(self.case, reason=reason, acting_user=worker, on=on)
            return
        self.case = accept(self.case, acting_user=worker, on=on)
        if self.until == State.WITHDRAWN:
            on = add_workdays(on, 2)
            yield on
            self.case = withdraw(
                self.case, reason="申请人随子女迁往外地生活，书面要求撤回。", acting_user=worker, on=on
            )
        else:
            yield from self._checked(on)

    def _checked(self, on: date) -> Life:
        """Asked at once; the answers come the next working day, but for a case that waits for its visit."""
        request = request_check(self.case, acting_user=self.desk.worker, on=on)
        if self.until == State.ACCEPTED:
            return
        on = add_workdays(on, 1)
        yield on
        if self.until == State.INVESTIGATED:
            self._bank_knows_more(request, on)
        answer_rest(request, source_office=CHECKED_BY, as_of=on, acting_user=self.desk.worker, on=on)
        yield from self._investigated(on)

    def _bank_knows_more(self, request: CheckRequest, on: date) -> None:
        """3,000 yuan more than the family told: somebody has to ask before the opinion is signed."""
        declared = request.application.declaration.financialassets.filter(kind=AssetKind.DEPOSIT)
        told = sum(declared.values_list("amount_fen", flat=True))
        answer_check(
            request,
            person=request.application.household.head,
            scope=CheckScope.DEPOSIT,
            outcome=Outcome.FOUND,
            amount_fen=told + 300_000,
            source_office="蛟河农商银行",
            as_of=on,
            acting_user=self.desk.worker,
            on=on,
        )

    def _investigated(self, on: date) -> Life:
        on = add_workdays(on, 1)
        yield on
        refused = self.until == State.REFUSED
        self.case = investigate(
            self.case,
            visited_on=on,
            second_investigator=self.chance.choice(SECOND_INVESTIGATORS),
            family_member_present=self.family.head.name,
            agrees=not refused,
            findings="实际收入高于低保标准，与申请人当面核对无异议。" if refused else self.chance.choice(FINDINGS),
            signed=True,
            acting_user=self.desk.worker,
            on=on,
        )
        self._appraised(on, agrees=not refused)
        if self.until != State.INVESTIGATED:
            yield from self._proposed(on)

    def _appraised(self, on: date, *, agrees: bool) -> None:
        votes = self.chance.randint(5, 9)
        where = self.family.village.name if self.family.village else self.desk.township.name
        hold_appraisal(
            self.case,
            held_on=on,
            place=f"{where}会议室",
            participants="村（居）民代表、网格员、驻村干部",
            votes_for=votes if agrees else 1,
            votes_against=0 if agrees else votes,
            conclusion="多数认为情况属实。" if agrees else "多数认为家庭收入高于申报。",
            acting_user=self.desk.worker,
            on=on,
        )

    def _proposed(self, on: date) -> Life:
        on = add_workdays(on, 2)
        yield on
        refused = self.until == State.REFUSED
        text = "家庭人均收入不低于低保标准，拟不同意。" if refused else OPINION
        self.case = propose(self.case, agrees=not refused, text=text, acting_user=self.desk.leader, on=on)
        if refused:
            on = add_workdays(on, 3)
            yield on
            why = "经核对，家庭人均月收入高于现行低保标准，也没有可以扣减的刚性支出。"
            self.case = refuse(
                self.case, ground=RefusalGround.INCOME, text=why, acting_user=self.office.reviewer, on=on
            )
            yield from self._told(on)
            yield from self._objected(add_workdays(on, 3))
        elif self.until != State.PROPOSED:
            yield from self._publicised(on)

    def _publicised(self, on: date) -> Life:
        on = add_workdays(on, 1)
        yield on
        place = f"{self.family.village.name}公开栏" if self.family.village else self.desk.township.name
        self.case = post_notice(self.case, place=place, acting_user=self.desk.worker, on=on)
        ends = self.case.notice_ends_on
        yield ends + timedelta(days=1)
        for notice in self.case.notices.filter(taken_down_on=None):
            take_down_notice(notice, acting_user=self.office.system, on=ends + timedelta(days=1))
        if self.until in CONFIRMED:
            on = add_workdays(ends, 1 + self.chance.randint(0, 3))
            yield on
            self._confirm(on)
            yield from self._told(on)
        if self.until == State.REVOKED:
            yield from self._taken_back(add_workdays(on, 37))

    def _confirm(self, on: date) -> None:
        case = Application.objects.select_related("household", "declaration__household", "township").get(
            pk=self.case.pk
        )
        seen = content_digest(preview_case(case, on=on).to_json())
        self.case = confirm(case, seen=seen, acting_user=self.office.reviewer, on=on)

    def _told(self, decided_on: date) -> Life:
        on = add_workdays(decided_on, 2)
        yield on
        handover = Handover(on, Way.IN_PERSON, self.family.head.name, "本人")
        deliver(self.case, handover=handover, acting_user=self.desk.worker, on=on)

    def _objected(self, on: date) -> Life:
        """The family does not accept the refusal."""
        yield on
        text = "认为其子已分户并另过，收入不应计入，申请重新审查。"
        kind, worker = ComplaintKind.RECONSIDERATION, self.desk.worker
        file_complaint(self.case, kind=kind, received_on=on, text=text, acting_user=worker, on=on)

    def _taken_back(self, on: date) -> Life:
        """The yearly check of data finds what the family had hidden."""
        yield on
        text = "数据比对发现申请时已有一辆营运货车未申报，本人承认。"
        paper = propose_revocation(
            self.case, ground=RevocationGround.UNTRUE, text=text, acting_user=self.desk.worker, on=on
        )
        on = add_workdays(on, 2)
        yield on
        revoke(paper, acting_user=self.office.users["bureau_chief"], on=on)

"""Intake: one page of sections, each kept as a draft, and what the rules would say beside it."""

import secrets
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from apps.accounts.models import Area
from apps.accounts.roles import Level
from apps.applications.actions import open_application, save_draft, start_review, submit
from apps.applications.actions.intake import DESKS, EDITABLE, section_digest
from apps.applications.expected import papers_missing
from apps.applications.forms.intake.base import Setting
from apps.applications.forms.intake.draft import DERIVED, Draft
from apps.applications.forms.intake.known import look_up_members
from apps.applications.forms.intake.opening import OpeningForm
from apps.applications.forms.intake.papers import BANKS
from apps.applications.forms.intake.precheck import precheck
from apps.applications.forms.intake.review import sections_on_file
from apps.applications.forms.intake.typed import SECTIONS, Sections, Typed, read_typed, without
from apps.applications.models import Application, Applied, Kind
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core.month import Month
from apps.core.pages import ActPage, SubjectPage
from apps.core.refusal import Refused
from apps.households.family import CONSENT_VERSION
from apps.households.models import AccountState, BankAccount, Household, Person


class NewPage(ActPage):
    """Begin an application, or go on with one begun before."""

    form_class, act, template_name = OpeningForm, Verb.OPEN_APPLICATION, "applications/intake/new.html"
    title, button, done = "新申请", "开始填写", ""

    def form_arguments(self) -> dict[str, Any]:
        return {"user": self.request.user, "on": self.today}

    def perform(self, form: forms.Form) -> Application:
        if not form.townships:
            raise Refused("no_township", "您没有经办的乡镇，不能新建申请。")
        doing = {"acting_user": self.request.user, "on": self.today}
        case, sections = open_application(form.chosen(), scheme=form.cleaned_data["scheme"], **doing), form.sections()
        if not sections:
            return case
        look_up_members(sections, case, **doing)
        return save_draft(case, sections, **doing)

    def done_url(self, result: Application) -> str:
        return reverse("application-draft", args=[result.uuid])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        begun = Application.objects.visible_to(self.request.user).filter(state__in=EDITABLE)
        begun = begun.select_related("township", "opened_by").order_by("-pk")[:20]
        return super().get_context_data(**({"begun": begun} | kwargs))


class ReviewStart(ActPage):
    """Begin the re-examination of a household on benefit; asked by POST from the family's file."""

    model, act = Household, Verb.START_REVIEW
    http_method_names = ["post"]
    title, done, nav = "发起复核", "已按在档情况建立复核草稿，请逐节核对。", "household-list"

    def rows(self) -> QuerySet[Household]:
        return super().rows().select_related("head", "township", "village")

    def perform(self, form: forms.Form) -> Application:
        sections = sections_on_file(self.subject, on=self.today)
        return start_review(self.subject, sections=sections, acting_user=self.request.user, on=self.today)

    def refused(self, form: forms.Form, refused: Refused) -> HttpResponse:
        raise refused

    def done_url(self, result: Application) -> str:
        return reverse("application-draft", args=[result.uuid])


class IntakePage(SubjectPage):
    """What the pages of one draft have in common."""

    model, act, nav = Application, Verb.SAVE_DRAFT, "application-new"

    def rows(self) -> QuerySet[Application]:
        return super().rows().select_related("township", "household__head", "household__township")

    @cached_property
    def setting(self) -> Setting:
        """What the forms have to know besides what was typed."""
        user, case = self.request.user, self.subject
        villages = Area.objects.visible_to(user).filter(parent=case.township, level=Level.VILLAGE, is_active=True)
        sent = self.request.POST.get("applied-scheme", "")
        scheme = Applied(sent if sent in Applied.values else case.scheme)
        known = {
            "on": self.today,
            "township": case.township,
            "scheme": scheme,
            "villages": tuple(villages.order_by("code")),
        }
        if case.household is None:
            return Setting(**known)
        people = Person.objects.visible_to(user).filter(memberships__household=case.household).distinct()
        accounts = BankAccount.objects.visible_to(user).filter(household=case.household, state=AccountState.APPROVED)
        # The account of somebody who has died is not offered again, nor one of their heirs.
        accounts = accounts.filter(holder__died_on=None, heir_of=None)
        return Setting(
            **known,
            household=case.household,
            people={person.pk: person for person in people},
            account=accounts.select_related("holder").first(),
        )


class MissingPage(IntakePage):
    """一次性告知: everything that is missing, once, on one sheet of paper."""

    template_name, title = "applications/intake/missing.html", "一次性告知单"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        draft = Draft(self.subject.draft(), self.setting)
        gaps = draft.gaps()
        lists = [(spec.title, [gap for gap in gaps if gap.section == name]) for name, spec in SECTIONS.items()]
        lists.append(("材料", papers_missing(draft.family(), self.subject.documents.standing())))
        return super().get_context_data(**({"lists": [pair for pair in lists if pair[1]]} | kwargs))


class ConsentPage(IntakePage):
    """The authorisation and the promises on paper, with a line for everybody who signs."""

    template_name, title = "applications/intake/consent_sheet.html", "核对授权书和承诺书"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        draft = Draft(self.subject.draft(), self.setting)
        head = [draft.head] if draft.head else []
        signers = [(row.label, row.relation_label) for row in [*head, *(signer.of for signer in draft.signers)]]
        signers += [(row.label, f"义务人，{row.typed.get('kin', '')}".strip("，")) for row in draft.counted("obligors")]
        given = {"signers": signers, "promises": draft.rows["promises"], "version": CONSENT_VERSION}
        return super().get_context_data(**(given | kwargs))


class DraftPage(IntakePage):
    """The sections of one application before it is submitted. Saved on every button and, with scripts, every change."""

    template_name = "applications/intake/draft.html"

    @property
    def title(self) -> str:  # type: ignore[override]
        return "复核" if self.subject.kind == Kind.REVIEW else "新申请"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.subject.state not in EDITABLE:
            return redirect(self.subject.get_absolute_url())
        return self.shown(Draft(self.subject.draft(), self.setting), at=request.GET.get("at", ""))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user, stored = request.user, self.subject.draft()
        typed = read_typed(request.POST.dict(), stored, on=self.today)
        sections = without(typed.sections, request.POST.get("remove", ""))
        changed = self.changed(sections, stored)
        try:
            look_up_members(changed, self.subject, acting_user=user, on=self.today)
            self.subject = case = self.save(changed)
        except Refused as refused:
            # Someone else was faster: what they left is what the next save is compared with.
            self.subject = self.rows().get(pk=self.subject.pk)
            return self.answer(Draft({**stored, **sections}, self.setting), typed, changed, refused=refused)
        if request.POST.get("do") == "submit":
            return self.submit(case)
        if request.POST.get("do") == "attach":
            return redirect(reverse("document-attach", args=[case.uuid]))
        if request.htmx and request.htmx.target == "precheck":
            return self.answer(Draft(case.draft(), self.setting), typed, changed)
        at = request.POST.get("add", "")
        section = request.POST.get("save") or at
        anchor = f"#sec-{section}" if section in SECTIONS else ""
        return redirect(f"{request.path}{f'?at={at}' if at in SECTIONS else ''}{anchor}")

    def changed(self, sections: Sections, stored: Sections) -> Sections:
        """The sections this page has to save: those that differ, unless the page still shows what it was given."""
        seen, desks, desk = self.seen(), stored.get(DESKS, {}), self.request.POST.get("desk", "")
        return {
            name: data
            for name, data in sections.items()
            if data != stored.get(name, {})
            and not (desks.get(name) != desk and section_digest(data) == seen.get(name, ""))
        }

    def seen(self) -> dict[str, str]:
        """The digests of the sections as this page was given them."""
        return {name: self.request.POST.get(f"seen-{name}", "") for name in SECTIONS}

    def save(self, changed: Sections) -> Application:
        """Keep what changed, all of it or nothing."""
        chosen = self.setting.scheme
        if not changed and chosen == self.subject.scheme and self.subject.state in EDITABLE:
            return self.subject
        head = Draft(changed, self.setting).head if "members" in changed else None
        return save_draft(
            self.subject,
            changed,
            seen=self.seen(),
            desk=self.request.POST.get("desk", ""),
            applicant_name=head.name_text[:60] if head else "",
            scheme=chosen,
            acting_user=self.request.user,
            on=self.today,
        )

    def submit(self, case: Application) -> HttpResponse:
        """All sections together, then the action; what stands in the way is listed on top."""
        draft = Draft(case.draft(), self.setting, complete=True)
        family = draft.family()
        if draft.gaps() or family is None:
            return self.shown(draft, status=422, judged=True)
        try:
            submit(case, family=family, acting_user=self.request.user, on=self.today)
        except Refused as refused:
            if refused.code == "account_shared":
                draft.account.add_error(refused.field, refused.message)
            return self.shown(draft, status=409, refused=refused)
        messages.success(self.request, f"{case.applicant_name}一家的申请已提交，待受理。")
        return redirect(case.get_absolute_url())

    def answer(self, draft: Draft, typed: Typed, changed: Sections, refused: Refused | None = None) -> HttpResponse:
        """The parts of the page that follow from what was just typed; without scripts the whole page."""
        status = 409 if refused else 200
        if not (self.request.htmx and self.request.htmx.target == "precheck"):
            return self.shown(draft, status=status, refused=refused)
        self.template_name = "applications/intake/live.html"
        extra = {
            "touched": changed,
            "parts": [part for section, part in draft.parts() if section in changed],
            # Where the last empty row was begun another follows.
            "grown": [
                (name, draft.spare[name]) for name in typed.begun if not typed.empty.get(name) and name in draft.spare
            ],
            # Who came in as a member gets the rows that every member concerned has.
            "derived": [(name, row) for name in DERIVED for row in draft.rows[name] if not typed.shows(name, row.key)],
            "selects": draft.selects(typed.empty) if "members" in changed else (),
        }
        return self.shown(draft, status=status, refused=refused, **extra)

    def shown(self, draft: Draft, status: int = 200, **extra: Any) -> HttpResponse:
        """The page with these forms."""
        stored, documents = self.subject.draft(), self.subject.documents.standing().order_by("pk")
        context = {
            "draft": draft,
            "check": precheck(draft, self.subject),
            "digests": {name: section_digest(stored.get(name)) for name in SECTIONS},
            "desk": self.request.POST.get("desk") or secrets.token_urlsafe(9),
            "saved": self.saved(),
            "headcount": f"{len(draft.members)} 人" if draft.members else "",
            "window": f"申请前十二个月：{_month(Month.of(self.today) - 12)}至{_month(Month.of(self.today) - 1)}",
            "banks": BANKS,
            "consent_version": CONSENT_VERSION,
            "papers": documents,
            "papers_missing": papers_missing(draft.family(assume_nothing_owned=True), documents),
        }
        return self.render_to_response(self.get_context_data(**(context | extra)), status=status)

    def saved(self) -> Any:
        """When the draft was last saved."""
        kept = Record.objects.visible_to(self.request.user).about(self.subject).filter(verb=Verb.SAVE_DRAFT)
        return kept.values_list("at", flat=True).last()


def _month(month: Month) -> str:
    return f"{month.year}年{month.month}月"

"""Letters and forms for paper: each a page to print, and a PDF where the library for it is installed."""

from http import HTTPStatus
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from apps.applications.actions import letter_to_deliver
from apps.applications.deadlines import WHOLE
from apps.applications.letters import award_sentence, decision_title, letter_number, recognition_sentence
from apps.applications.models import Application, Ending, Letter, Revocation
from apps.applications.transitions import EndingState, RevocationState, State
from apps.audit.verbs import Verb
from apps.core import pdf
from apps.core.pages import DetailPage
from apps.core.workdays import add_workdays

DECIDED = (State.CONFIRMED, State.REFUSED, State.REVOKED)


class PrintPage(DetailPage):
    """A page for paper; ``?format=pdf`` hands out the same as a file, or is absent where the library is."""

    nav, act = "worklist", Verb.VIEW_CASES

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("format") != "pdf":
            return super().get(request, *args, **kwargs)
        if pdf.library() is None:
            raise Http404
        page = super().get(request, *args, **kwargs).render()
        name = content_disposition_header(False, f"{self.title}.pdf")
        content = pdf.pdf_of(page.content.decode())
        return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": name})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**({"as_pdf": pdf.library() is not None} | kwargs))


class NoticeSheet(PrintPage):
    """A notice for the board; once it is taken down only the bureau still reads what it said."""

    nav, act = "notice-list", Verb.VIEW_NOTICES

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.subject.taken_down_on and not request.user.scope().whole_county:
            told = {"title": "公示已撤下", "crumbs": (), "today": self.today, "down": self.subject.taken_down_on}
            return render(request, "applications/after/gone.html", told, status=HTTPStatus.GONE)
        return super().get(request, *args, **kwargs)


class CaseLetter(PrintPage):
    """A letter about one case."""

    model = Application
    word = ""

    def rows(self) -> QuerySet[Application]:
        # A family that moved here brings its earlier letters along.
        rows = Application.objects.readable_by(self.request.user)
        return rows.select_related("township", "village", "household__head", "assessment", "decided_by", "decision")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        number = letter_number(self.word, self.subject, self.subject.accepted_on)
        return super().get_context_data(**({"number": number} | kwargs))


class LetterPage(CaseLetter):
    """The decision: confirmed, refused or stopped, with its reasons and the right of appeal."""

    template_name = "applications/letter.html"

    @property
    def title(self) -> str:  # type: ignore[override]
        return decision_title(self.subject)

    def rows(self) -> QuerySet[Application]:
        return super().rows().filter(state__in=DECIDED)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case = self.subject
        refused = bool(case.refusal_ground)
        answer = case.assessment.answer
        given = {
            "refused": refused,
            "number": letter_number("不" if refused else "确", case, case.decided_on),
            "answer": answer,
            "awards": [award_sentence(award) for award in answer["awards"]],
            "recognition": "" if refused else recognition_sentence(answer["category"]),
        }
        return super().get_context_data(**(given | kwargs))


class AcceptanceLetter(CaseLetter):
    """受理通知书: since when the clocks run, and until when."""

    template_name, title, word = "applications/after/acceptance.html", "受理通知书", "受"

    def rows(self) -> QuerySet[Application]:
        return super().rows().exclude(accepted_on=None)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        until = add_workdays(self.subject.accepted_on, WHOLE.length)
        return super().get_context_data(**({"until": until, "days": WHOLE.length} | kwargs))


class ReceiptForm(CaseLetter):
    """送达回证: to be signed where the letter is handed over; filled in once that was recorded."""

    template_name, title, word = "applications/after/receipt.html", "送达回证", "送"

    def rows(self) -> QuerySet[Application]:
        return super().rows().filter(state__in=DECIDED)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case = self.subject
        waiting = letter_to_deliver(case)
        letter = waiting[0] if waiting else (Letter.REVOCATION if case.state == State.REVOKED else Letter.DECISION)
        given = {
            "number": letter_number(self.word, case, case.decided_on),
            "letter": "撤销确认通知书" if letter == Letter.REVOCATION else decision_title(case),
            "delivery": case.deliveries.filter(letter=letter).select_related("by").first(),
            "received": case.applicant_name,
        }
        return super().get_context_data(**(given | kwargs))


class RevocationLetter(PrintPage):
    """The confirmation is taken back: why, since when, and what may be done against it."""

    model, template_name, title = Revocation, "applications/after/revocation_letter.html", "撤销确认通知书"

    def rows(self) -> QuerySet[Revocation]:
        rows = super().rows().filter(state=RevocationState.APPROVED)
        return rows.select_related("application__township", "application__household", "decision")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        paper = self.subject
        given = {
            "case": paper.application,
            "number": letter_number("撤", paper.application, paper.decided_on),
            "stops": paper.decision.ended.exists(),
            "recognised": paper.application.decision.recognitions.exists(),
        }
        return super().get_context_data(**(given | kwargs))


class EndingLetter(PrintPage):
    """The support of a 特困 person ends: the case of 43号第24条, since when, and what may be done against it."""

    model, template_name, title = Ending, "applications/after/ending_letter.html", "终止特困人员救助供养通知书"

    def rows(self) -> QuerySet[Ending]:
        rows = super().rows().filter(state=EndingState.ENDED)
        return rows.select_related("award__household__head", "award__person", "township", "decision")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        ending = self.subject
        given = {
            "number": f"蛟民终〔{ending.decided_on.year}〕{ending.award.household.number}-{ending.pk}号",
        }
        return super().get_context_data(**(given | kwargs))

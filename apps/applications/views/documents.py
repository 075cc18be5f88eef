"""Papers of a case: handing in, taking back, opening."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

from apps.applications import actions
from apps.applications.actions.intake import EDITABLE
from apps.applications.expected import papers_missing
from apps.applications.forms.documents import AttachForm
from apps.applications.models import Application, Document, DocumentKind
from apps.audit.verbs import Verb
from apps.core.pages import ActPage, BelowSubject, DetailPage, Download, DownloadPage, SubjectPage
from apps.eligibility.facts import family_of


class PapersPage(BelowSubject, DetailPage):
    """The papers a family handed in, promised or signed; the case's page fetches them by itself."""

    model, template_name, title = Application, "applications/documents/papers.html", "材料、承诺与授权"
    nav, act = "worklist", Verb.VIEW_CASES

    def rows(self) -> QuerySet[Application]:
        rows = Application.objects.readable_by(self.request.user)
        return rows.select_related("township", "declaration__household__village")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**({"case": self.subject} | papers_handed_in(self.subject) | kwargs))


def papers_handed_in(case: Application) -> dict[str, Any]:
    """The attachments, those still expected, what was promised instead of proven, and who signed."""
    declared = case.declaration
    documents = list(case.documents.standing().select_related("uploaded_by").order_by("pk"))
    promises = list(case.promises.order_by("pk"))
    return {
        "documents": documents,
        "documents_missing": papers_missing(declared and family_of(declared), documents, promised=bool(promises)),
        "promises": [promise for promise in promises if promise.declaration_id == case.declaration_id],
        "consents": declared.consents.select_related("person").order_by("pk") if declared else [],
    }


class AttachPage(ActPage):
    """Files for a case; with scripts one after the other, saying how far it is."""

    model, act, nav = Application, Verb.ATTACH_DOCUMENT, "worklist"
    form_class, template_name = AttachForm, "applications/documents/attach.html"
    title, button = "添加材料", "上传"

    def rows(self) -> QuerySet[Application]:
        return super().rows().select_related("township", "declaration")

    @property
    def crumbs(self) -> list[tuple[str, str]]:  # type: ignore[override]
        return [(str(self.subject), self.back())]

    def back(self) -> str:
        """Where one came from: the draft while it is being filled in."""
        drafting = self.subject.state in EDITABLE
        return reverse("application-draft" if drafting else "application-detail", args=[self.subject.uuid])

    def form_arguments(self) -> dict[str, Any]:
        chosen = {"kind": self.request.GET.get("kind", "")}
        return {"names": names_in(self.subject), "initial": chosen}

    def perform(self, form: forms.Form) -> list[Document]:
        given = form.cleaned_data
        files = [(file.name, file.read()) for file in given["files"]]
        return actions.attach(
            self.subject,
            files=files,
            kind=DocumentKind(given["kind"]),
            member=given["member"],
            acting_user=self.request.user,
            on=self.today,
        )

    def done_message(self, result: list[Document]) -> str:
        return f"已收到 {len(result)} 份材料。"

    def done_url(self, result: Any) -> str:
        return f"{self.back()}#documents"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**({"back": self.back()} | kwargs))


def names_in(case: Application) -> list[str]:
    """The members a paper can be of: as typed, or as declared."""
    rows = case.draft().get("members", {}).get("members", [])
    typed = [row.get("name", "").strip() for row in rows]
    declared = case.declaration.members.select_related("person") if case.declaration else []
    return list(dict.fromkeys([name for name in typed if name] + [member.person.name for member in declared]))


class PaperPage(SubjectPage):
    """What pages of one paper have in common."""

    model, nav = Document, "worklist"

    def rows(self) -> QuerySet[Document]:
        return super().rows().select_related("application__township", "account__household__township")


class RemovePage(PaperPage, ActPage):
    """Take one paper back; asked by POST from the list it stands in."""

    act, done = Verb.REMOVE_DOCUMENT, "已移除，记录中仍可查到。"
    http_method_names = ["post"]

    def perform(self, form: forms.Form) -> Document:
        return actions.remove_document(self.subject, acting_user=self.request.user, on=self.today)

    def refused(self, form: forms.Form, refused: Any) -> HttpResponse:
        raise refused

    def done_url(self, result: Document) -> str:
        return f"{reverse('application-draft', args=[result.application.uuid])}#documents"


class OpenPage(PaperPage, DownloadPage):
    """Look at one paper, as a recorded act: an image in the browser, a PDF as a download."""

    act, http_method_names = Verb.OPEN_DOCUMENT, ["post"]

    def file(self) -> Download:
        content = actions.open_document(self.subject, acting_user=self.request.user, on=self.today)
        return Download(self.subject.full_name(), content, self.subject.content_type)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().get(request, *args, **kwargs)
        if self.subject.is_image:
            response.headers["Content-Disposition"] = "inline"
        return harmless(response)


class PreviewPage(PaperPage, DownloadPage):
    """The small picture of one image: enough to find it, not to read it."""

    act = Verb.OPEN_DOCUMENT

    def rows(self) -> QuerySet[Document]:
        return super().rows().standing().filter(has_preview=True)

    def file(self) -> Download:
        return Download("preview.jpg", self.subject.read("preview"), self.subject.content_type)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return harmless(super().get(request, *args, **kwargs))


def harmless(response: HttpResponseBase) -> HttpResponseBase:
    """Whatever slipped through may run nothing and belongs to no page of ours."""
    response._csp_update = {"sandbox": True}  # type: ignore[attr-defined]
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response

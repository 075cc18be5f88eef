"""The bases of all pages. Most screens are one of four: list, detail, act (form + one action), download.

How to build a page
-------------------
Every page sets ``title`` (a ``@property`` when it depends on the subject), ``template_name`` (extends ``base.html``),
``act`` (the Verb a user must be allowed; ``None``: everyone who is logged in) and, where it is not in the navigation
itself, ``nav`` (the url name of the entry to highlight) and ``crumbs`` ((label, url), …). ``self.today`` is the
office's day, asked once per request: the action's ``on``. The template finds ``title``, ``today`` and ``subject``.

    class HouseholdList(ListPage):                 # context: page (of rows), rows, filters, count
        model, filters, template_name = Household, HouseholdFilters, "households/list.html"
        title, act = "家庭档案", Verb.VIEW_HOUSEHOLDS
        def rows(self):                            # always start from super().rows(): that is the scope
            return super().rows().select_related("area").order_by("name", "pk")
        def narrow(self, rows, chosen):            # chosen: cleaned data of the GET form, valid fields only
            return rows.filter(state=chosen["state"]) if chosen.get("state") else rows

    class ApplicationPage(DetailPage):             # url has <uuid:uuid> or <int:pk>; foreign = absent = 404
        model, template_name = Application, "applications/detail.html"

    class ConfirmPage(ActPage):                    # GET: form and what will happen; POST: one action
        model, form_class, act = Application, ConfirmForm, Verb.CONFIRM
        title, button, done = "县级确认", "确认，4月起发 1,355.00 元", "已确认。"
        def form_arguments(self):                  # extra keyword arguments of the form
            return {"user": self.request.user}
        def perform(self, form):
            return confirm(self.subject, acting_user=self.request.user, on=self.today, **form.cleaned_data)

``Refused`` from the action becomes an error of the form (of the field when ``refused.field`` is one of its fields):
status 409, everything typed still there. An invalid form answers 422. ``Refused`` anywhere else shows ``409.html``: let
``precheck`` raise it when there is nothing to fill in. ``rings`` names the tasks to wake. An act without a subject (a
new case) leaves ``model`` None and says ``done_url``. The default template of an act is ``components/act_page.html``;
extend it (blocks form, below, other_buttons). Never put an identity number into a GET form: addresses are logged.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.generic import TemplateView

from apps.core import clock, doorbell
from apps.core.refusal import Refused

PAGE_SIZE = 50


def conflict(request: HttpRequest, refused: Refused) -> HttpResponse:
    """The page for an expected no outside a form, status 409."""
    return render(request, "409.html", {"title": "现在不能这样办", "refused": refused}, status=409)


class Page(LoginRequiredMixin, TemplateView):
    """A page for someone logged in who may do ``act``; keeps nothing in the browser's cache."""

    title: str = ""
    act: Any = None
    nav: str = ""
    crumbs: Sequence[tuple[str, str]] = ()

    @cached_property
    def today(self):
        """The office's day, the same through the whole request."""
        return clock.today()

    def permitted(self) -> bool:
        """Whether the user may open this page today."""
        return self.act is None or self.request.user.may(self.act, on=self.today)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not self.permitted():
            raise PermissionDenied("您的岗位不办理这项业务。")
        try:
            response = super().dispatch(request, *args, **kwargs)
        except Refused as refused:
            response = conflict(request, refused)
        response.headers["Cache-Control"] = "no-store"
        return response

    def handle_no_permission(self) -> HttpResponse:
        response = super().handle_no_permission()
        if self.request.headers.get("HX-Request") and response.status_code == 302:
            # A swapped-in login form in the middle of a page would lose the page around it.
            return HttpResponse(status=204, headers={"HX-Redirect": response["Location"]})
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        given = {"title": self.title, "crumbs": self.crumbs, "today": self.today}
        return super().get_context_data(**(given | kwargs))


class ListPage(Page):
    """Rows of ``model`` the user may see, narrowed by a GET form, fifty a page."""

    model: type[Model]
    filters: type[forms.Form] | None = None
    page_size = PAGE_SIZE

    def rows(self) -> QuerySet:
        """The rows before filters; overriders begin with ``super().rows()`` and give a total order."""
        return self.model.objects.visible_to(self.request.user)

    def narrow(self, rows: QuerySet, chosen: dict[str, Any]) -> QuerySet:
        """The rows that match the filters."""
        return rows

    def filter_form(self) -> forms.Form | None:
        """The bound GET form; override to hand it the user."""
        return self.filters(self.request.GET) if self.filters else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form, rows = self.filter_form(), self.rows()
        if form is not None:
            # An unreadable filter is shown beside its field and left out; the others still hold.
            form.is_valid()
            rows = self.narrow(rows, form.cleaned_data)
        page = Paginator(rows, self.page_size).get_page(self.request.GET.get("page"))
        shown = {"page": page, "rows": page.object_list, "count": page.paginator.count, "filters": form}
        return super().get_context_data(**(shown | kwargs))


class SubjectPage(Page):
    """A page about one row: found by ``uuid`` or ``pk`` of the address among what the user may see, else 404."""

    model: type[Model] | None = None

    def rows(self) -> QuerySet:
        """Where the subject is looked up; overriders begin with ``super().rows()``."""
        return self.model.objects.visible_to(self.request.user)

    def lookup(self) -> dict[str, Any]:
        """The part of the address that names the subject."""
        return {key: self.kwargs[key] for key in ("uuid", "pk") if key in self.kwargs}

    @cached_property
    def subject(self) -> Model | None:
        """The row this page is about; None for a page whose ``model`` is None."""
        return None if self.model is None else get_object_or_404(self.rows(), **self.lookup())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**({"subject": self.subject} | kwargs))


class BelowSubject:
    """A page one step below the page of its subject; named before the page class."""

    subject: Any

    @property
    def crumbs(self) -> Sequence[tuple[str, str]]:
        """The way back to it."""
        return [(str(self.subject), self.subject.get_absolute_url())]


class DetailPage(SubjectPage):
    """Shows one row."""


class ActPage(SubjectPage):
    """A form and one action: shows what will happen, does it once, says what happened."""

    template_name = "components/act_page.html"
    form_class: type[forms.Form] = forms.Form
    button = "确认"
    tone = "primary"
    done = "已办理。"
    consequences: Sequence[str] = ()

    def perform(self, form: forms.Form) -> Any:
        """Call the one action with ``acting_user`` and ``on``; its result is handed to ``done_url``."""
        raise NotImplementedError

    def precheck(self) -> None:
        """Raise Refused on GET when the act cannot be done now whatever is typed."""

    def form_arguments(self) -> dict[str, Any]:
        """Extra keyword arguments of the form, such as ``initial`` or the user for scoped choices."""
        return {}

    def rings(self, result: Any) -> Iterable[tuple[Any, ...]]:
        """The tasks to wake afterwards: (name, ids …)."""
        return ()

    def done_url(self, result: Any) -> str:
        """Where to go afterwards: back to the subject, or to what was made where there was none."""
        found: str = (result if self.subject is None else self.subject).get_absolute_url()
        return found

    def done_message(self, result: Any) -> str:
        """What to say afterwards; empty for nothing."""
        return self.done

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.subject is not None or self.model is None:
            self.precheck()
        return self.shown(self.form_class(**self.form_arguments()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _ = self.subject  # an unseen subject is a 404 before anything typed is judged
        form = self.form_class(data=request.POST, files=request.FILES, **self.form_arguments())
        if not form.is_valid():
            return self.shown(form, status=422)
        try:
            result = self.perform(form)
        except Refused as refused:
            return self.refused(form, refused)
        for task, *ids in self.rings(result):
            doorbell.ring(task, *ids)
        if text := self.done_message(result):
            messages.success(request, text)
        return redirect(self.done_url(result))

    def refused(self, form: forms.Form, refused: Refused) -> HttpResponse:
        """The form again with the refusal in it, over the row as it stands now."""
        if self.model is not None:
            # Someone else may have moved the row on; keep the old one only if it is out of sight now.
            self.subject = self.rows().filter(**self.lookup()).first() or self.subject
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        return self.shown(form, status=409, refused=refused)

    def shown(self, form: forms.Form, status: int = 200, **extra: Any) -> HttpResponse:
        """The page with this form."""
        return self.render_to_response(self.get_context_data(form=form, **extra), status=status)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        given = {"button": self.button, "tone": self.tone, "consequences": self.consequences}
        return super().get_context_data(**(given | kwargs))


@dataclass(frozen=True)
class Download:
    """A file to hand out: its name, its bytes (whole or in pieces) and their type."""

    name: str
    content: bytes | Iterable[bytes]
    content_type: str = "application/octet-stream"


class DownloadPage(SubjectPage):
    """Hands out a file; one whose handing out is an act is asked by POST: ``http_method_names = ["post"]``."""

    http_method_names = ["get", "head"]

    def file(self) -> Download:
        """The file; may raise Refused."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        given = self.file()
        headers = {"Content-Disposition": content_disposition_header(True, given.name)}
        if isinstance(given.content, bytes):
            return HttpResponse(given.content, content_type=given.content_type, headers=headers)
        return FileResponse(given.content, content_type=given.content_type, headers=headers)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.get(request, *args, **kwargs)

"""Papers of a case: what is taken, how it lies, who opens it."""

import logging
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from PIL import Image

from apps.applications.actions import attach, open_document, remove_document
from apps.applications.actions.documents import plain_name
from apps.applications.attachments import LARGEST, checked
from apps.applications.models import Application, Document, DocumentKind
from apps.applications.tests import factories as f
from apps.applications.tests.papers import PDF, picture, with_place
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core.crypto import SealBroken
from apps.core.refusal import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.DOCUMENTS_FOLDER = tmp_path / "documents"
    return settings.DOCUMENTS_FOLDER


@pytest.fixture
def o() -> f.Office:
    return f.office()


@pytest.fixture
def draft(o: f.Office) -> Application:
    return f.drafted(o)


def kept(o: f.Office, case: Application, content: bytes, name: str = "身份证.jpg") -> Document:
    (document,) = attach(
        case, files=[(name, content)], kind=DocumentKind.IDENTITY, member="赵甲", acting_user=o.caseworker, on=f.OPENED
    )
    return document


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def opened(user: Any, document: Document) -> HttpResponse:
    return client_of(user).post(reverse("document-open", args=[document.uuid]))


def nasty_names() -> list[str]:
    """A hundred names meant to break something."""
    stems = (
        "../../etc/passwd", "..\\..\\windows\\win.ini", "/etc/shadow", "C:\\boot.ini", "a/b/c.jpg", "con", "nul.jpg",
        "a\x00.jpg", "a\r\nSet-Cookie: x=1.jpg", "\u202egpj.exe", "\ufeff证.jpg", "照\u200b片.jpg", "'; DROP TABLE x",
        '"quoted".jpg', "<script>alert(1)</script>.jpg", "<img src=x onerror=alert(1)>.jpg", "%2e%2e%2fx.jpg", "x.php",
        "x.jpg.exe", ".htaccess", "...", "   ", "", ".", "~root", "$(reboot).jpg", "`id`.jpg", "a|b.jpg", "a;b.jpg",
        "a" * 300 + ".jpg", "字" * 300 + ".jpg", "😀.jpg", "e\u0301.jpg", "ﬁle.jpg", "x.jpg:stream", "x.jpg ",
        "file://x", "http://evil/x.jpg", "\\\\server\\share\\x.jpg", "{{ 7*7 }}.jpg", "%s%s%n.jpg", "\t.jpg", "-rf.jpg",
        "a\u2028b.jpg", "a\u2066b.jpg", "零\x7f.jpg", "x?.jpg", "x*.jpg", "x#y.jpg", "=cmd|' /C calc'!A0.jpg",
    )  # fmt: skip
    return [*stems, *(f"{stem}.pdf" for stem in stems)]


def test_a_hundred_nasty_names_do_no_harm(o: f.Office, draft: Application, folder: Path) -> None:
    names = nasty_names()
    assert len(names) == 100
    content = picture(size=(8, 8))
    for name in names:
        shown = plain_name(name)
        assert shown
        assert len(shown) <= 120
        assert not set(shown) & set("/\\\x00\r\n\u202e\u200b")
    for start in range(0, 100, 20):
        files = [(name, content) for name in names[start : start + 20]]
        attach(draft, files=files, kind=DocumentKind.OTHER, acting_user=o.caseworker, on=f.OPENED)
    written = [path for path in folder.rglob("*") if path.is_file()]
    assert len(written) == 200, "content and preview of each, all inside the folder"
    assert {path.suffix for path in written} == {".content", ".preview"}
    assert all(len(path.stem) == 32 for path in written)
    for document in (Document.objects.first(), Document.objects.all()[14], Document.objects.last()):
        response = opened(o.caseworker, document)
        assert response.status_code == 200
        assert "Set-Cookie: x" not in str(response.headers)
    page = client_of(o.caseworker).get(reverse("application-draft", args=[draft.uuid])).content.decode()
    assert "<script>alert" not in page
    assert "onerror" not in page


BAD = {
    "html": b"<!doctype html><script>alert(1)</script>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "exe": b"MZ\x90\x00",
    "zip": b"PK\x03\x04",
    "gif": b"GIF89a<script>",
    "empty": b"",
    "half a jpeg": picture()[:200],
    "half a png": picture("PNG")[:60],
    "jpeg by name": b"\xff\xd8\xff" + b"<script>alert(1)</script>",
    "half a pdf": b"%PDF-1.7\n1 0 obj",
    "pdf with a script": PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>"),
    "pdf with a hidden script": PDF.replace(b"/Catalog", b"/Catalog/AA<</O<</S/Java#53cript>>>>"),
    "pdf with a file inside": PDF.replace(b"/Catalog", b"/Catalog/Names<</EmbeddedFiles 3 0 R>>"),
    "pdf that starts programs": PDF.replace(b"/Catalog", b"/Catalog/X<</S/Launch/F(cmd.exe)>>"),
    "too large": b"\xff\xd8\xff" + b"\0" * LARGEST,
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_no_picture_or_plain_pdf_is_refused_whatever_its_name(
    o: f.Office, draft: Application, folder: Path, what: str
) -> None:
    before = Record.objects.count()
    with pytest.raises(Refused) as refused:
        kept(o, draft, BAD[what], "证件.jpg")
    assert refused.value.code.startswith("document_")
    assert refused.value.message.startswith("证件.jpg：")
    assert (Document.objects.count(), Record.objects.count()) == (0, before)
    assert not folder.exists()


def bomb() -> bytes:
    """A PNG that says it is 30000 × 30000."""
    out = BytesIO()
    Image.new("L", (1, 1)).save(out, "PNG")
    data = bytearray(out.getvalue())
    data[16:24] = (30000).to_bytes(4, "big") * 2
    data[29:33] = zlib.crc32(bytes(data[12:29])).to_bytes(4, "big")
    return bytes(data)


def test_a_picture_that_would_fill_the_memory_is_refused(o: f.Office, draft: Application) -> None:
    with pytest.raises(Refused, match=r"像素太多|打不开"):
        kept(o, draft, bomb())


def test_where_a_picture_was_taken_is_not_kept() -> None:
    content = with_place()
    assert Image.open(BytesIO(content)).getexif().get_ifd(0x8825)
    again = Image.open(BytesIO(checked(content).content))
    assert not again.getexif()
    assert "exif" not in again.info
    assert b"PhoneMaker" not in checked(content).content


def test_what_hides_behind_a_picture_is_gone() -> None:
    assert b"<script>" not in checked(picture() + b"<script>alert(1)</script>").content
    assert b"<script>" not in checked(picture("PNG", pnginfo=_text())).content


def _text() -> Any:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Comment", "<script>alert(1)</script>")
    return info


def test_it_lies_sealed_for_its_row_alone(o: f.Office, draft: Application, folder: Path) -> None:
    one, other = kept(o, draft, picture(), "赵甲.jpg"), kept(o, draft, picture(), "赵乙.jpg")
    raw = one.path("content").read_bytes()
    assert b"JFIF" not in raw
    assert one.path("content").stat().st_mode & 0o077 == 0
    assert "赵甲".encode() not in bytes(one.name_sealed)
    other.path("content").write_bytes(raw)
    with pytest.raises(SealBroken):
        other.read()


def test_a_picture_opens_in_the_browser_and_may_run_nothing(o: f.Office, draft: Application) -> None:
    response = opened(o.caseworker, kept(o, draft, picture("PNG")))
    assert response.headers["Content-Type"] == "image/jpeg"
    assert response.headers["Content-Disposition"] == "inline"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert response.headers["Cache-Control"] == "no-store"
    assert Image.open(BytesIO(response.content)).format == "JPEG"


def test_a_pdf_is_a_download(o: f.Office, draft: Application) -> None:
    document = kept(o, draft, PDF, "工资流水.pdf")
    response = opened(o.caseworker, document)
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"].startswith("attachment; filename")
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert response.content == PDF
    assert client_of(o.caseworker).get(reverse("document-preview", args=[document.uuid])).status_code == 404


def test_each_opening_is_a_recorded_act(o: f.Office, caplog: pytest.LogCaptureFixture) -> None:
    case = f.submitted(o)
    document = kept(o, case, picture(), "赵甲身份证.jpg")
    with caplog.at_level(logging.DEBUG):
        assert opened(o.reviewer, document).status_code == 200
    record = Record.objects.get(verb=Verb.OPEN_DOCUMENT)
    assert (record.user, record.subject_id, record.payload) == (o.reviewer, case.pk, {"document": str(document.uuid)})
    assert "赵甲身份证" not in caplog.text
    assert "赵甲身份证" not in str(list(Record.objects.values()))
    assert "打开附件" in client_of(o.auditor).get(case.get_absolute_url()).content.decode()


def test_who_does_not_see_the_family_does_not_see_its_papers(o: f.Office) -> None:
    document = kept(o, f.submitted(o), picture())
    preview = reverse("document-preview", args=[document.uuid])
    assert opened(o.stranger, document).status_code == 404
    assert client_of(o.stranger).get(preview).status_code == 404
    for user in (o.admin, o.maker, o.assistant):
        assert opened(user, document).status_code in {403, 404}
        assert client_of(user).get(preview).status_code in {403, 404}
    with pytest.raises(Refused, match="不能办理"):
        open_document(document, acting_user=o.maker, on=f.OPENED)
    assert not Record.objects.filter(verb=Verb.OPEN_DOCUMENT).exists()


def test_several_files_at_once_all_or_none(o: f.Office, draft: Application, folder: Path) -> None:
    at, client = reverse("document-attach", args=[draft.uuid]), client_of(o.caseworker)
    good, bad = SimpleUploadedFile("a.jpg", picture()), SimpleUploadedFile("b.jpg", b"<svg/>")
    answer = client.post(at, {"kind": "INCOME", "member": "", "files": [good, bad]})
    assert answer.status_code == 409
    assert "b.jpg：只收 JPG、PNG 图片和 PDF" in answer.content.decode()
    assert Document.objects.count() == 0
    files = [SimpleUploadedFile(f"{n}.png", picture("PNG")) for n in range(3)]
    answer = client.post(at, {"kind": "INCOME", "files": files})
    assert answer.url == reverse("application-draft", args=[draft.uuid]) + "#documents"
    assert Document.objects.filter(kind="INCOME", member="").count() == 3
    assert client.post(at, {"kind": "INCOME"}).status_code == 422


def test_taking_back_marks_the_row_and_only_before_submission(o: f.Office, draft: Application) -> None:
    document = kept(o, draft, picture())
    at = reverse("document-remove", args=[document.uuid])
    assert client_of(o.caseworker).get(at).status_code == 405
    assert client_of(o.caseworker).post(at).status_code == 302
    document.refresh_from_db()
    assert (document.removed_by, document.removed_on) == (o.caseworker, f.OPENED)
    assert document.history.count() == 2
    assert document.read(), "the content stays for the record"
    assert not draft.documents.standing().exists()
    handed_in = kept(o, f.submitted(o, f.the_zhaos(o, name="钱乙")), picture())
    with pytest.raises(Refused, match="已经提交"):
        remove_document(handed_in, acting_user=o.caseworker, on=f.OPENED)


def test_a_closed_case_takes_no_papers(o: f.Office) -> None:
    with pytest.raises(Refused, match="已经办结"):
        kept(o, f.withdrawn(o), picture())


def test_the_database_wants_somebody_who_removed_it(o: f.Office, draft: Application) -> None:
    document = kept(o, draft, picture())
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE applications_document SET removed_on = '2024-05-20' WHERE id = %s", [document.pk])

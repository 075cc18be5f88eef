"""Attaching papers to a case, taking them back, opening them."""

import hashlib
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from apps.accounts.models import User
from apps.accounts.roles import require
from apps.applications.actions.intake import EDITABLE
from apps.applications.attachments import Checked, checked
from apps.applications.models import Application, Document, DocumentKind
from apps.applications.transitions import OPEN
from apps.audit.actions import act, record
from apps.audit.verbs import Verb
from apps.core.crypto import seal_bytes
from apps.core.refusal import Refused

MOST_FILES = 20
MOST_PAPERS = 200
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def attach(
    application: Application,
    *,
    files: Sequence[tuple[str, bytes]],
    kind: DocumentKind,
    member: str = "",
    acting_user: User,
    on: date,
) -> list[Document]:
    """Keep files with an open case, each sealed under a name of its own; all of them or none.

    Refused("document_…") for what is no picture or PDF, is too large or broken; Refused("not_open") once it is decided.
    """
    require(acting_user, Verb.ATTACH_DOCUMENT, on=on, area=application.township)
    if not 0 < len(files) <= MOST_FILES:
        raise Refused("document_count", f"一次请选 1 至 {MOST_FILES} 个文件。", field="files")
    judged = [(name, judged_paper(name, content)) for name, content in files]
    payload: dict[str, Any] = {"kind": kind.value, "files": len(files)}
    with act(Verb.ATTACH_DOCUMENT, acting_user=acting_user, on=on, subject=application, **payload):
        case = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
        if case.state not in OPEN:
            raise Refused("not_open", "这件申请已经办结，不能再添加材料。")
        if case.documents.count() + len(files) > MOST_PAPERS:
            raise Refused("document_count", f"一件申请最多 {MOST_PAPERS} 份材料，请先移除重复的。", field="files")
        given: dict[str, Any] = {"application": case, "kind": kind, "member": member.strip()[:60]}
        return [keep(paper, name=name, acting_user=acting_user, on=on, **given) for name, paper in judged]


def judged_paper(name: str, content: bytes, *, field: str = "files") -> Checked:
    """What is kept of a file, refused under its own name beside the field it was chosen in."""
    try:
        return checked(content)
    except Refused as refused:
        raise Refused(refused.code, f"{plain_name(name)}：{refused.message}", field=field) from refused


def keep(paper: Checked, *, name: str, acting_user: User, on: date, **of: Any) -> Document:
    """Write a paper down and away, ``of`` a case or an account, with kind and member; part of an act."""
    document = Document(
        **of,
        content_type=paper.content_type,
        sha256=hashlib.sha256(paper.content).hexdigest(),
        size=len(paper.content),
        has_preview=bool(paper.preview),
        uploaded_by=acting_user,
        uploaded_on=on,
    )
    document.set_name(plain_name(name))
    # The row is written last: a file without a row is sealed waste, a row without its file would be a loss.
    _write(document, "content", paper.content)
    if paper.preview:
        _write(document, "preview", paper.preview)
    document.save()
    return document


def _write(document: Document, column: str, content: bytes) -> None:
    path = document.path(column)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("xb") as out:
        Path(out.name).chmod(0o600)
        out.write(seal_bytes(content, row=document.uuid, table="document", column=column))


def plain_name(name: str) -> str:
    """The last part of a file's name as it may be shown: no folders, no control or direction signs, not too long."""
    last = re.split(r"[/\\]", _UNPRINTABLE.sub("", name))[-1].strip(" .")
    stem, dot, ending = last.rpartition(".")
    if len(last) > 120:
        last = f"{stem[:100]}{dot}{ending[:10]}" if dot else last[:110]
    return last or "未命名"


def remove_document(document: Document, *, acting_user: User, on: date) -> Document:
    """Take a paper back while the application is being filled in; row and content stay for the record.

    Refused("not_a_draft") once it is submitted, and for a paper of an heir.
    """
    require(acting_user, Verb.REMOVE_DOCUMENT, on=on, area=document.township)
    if (case := document.application) is None:
        raise Refused("not_a_draft", "遗属代领的材料随账户一并核准，不能移除；有误的请退回后重新提出。")
    with act(Verb.REMOVE_DOCUMENT, acting_user=acting_user, on=on, subject=case, kind=document.kind):
        state = Application.objects.select_for_update(of=("self",)).get(pk=case.pk).state
        if state not in EDITABLE:
            raise Refused("not_a_draft", "这件申请已经提交，材料不能再移除；需要更改请先退回补正。")
        document = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
        if document.removed_on is None:
            document.removed_by, document.removed_on = acting_user, on
            document.save()
        return document


def open_document(document: Document, *, acting_user: User, on: date) -> bytes:
    """The content of a paper, as a recorded act; Refused("document_removed") for one that was taken back."""
    require(acting_user, Verb.OPEN_DOCUMENT, on=on, area=document.township)
    if document.removed_on is not None:
        raise Refused("document_removed", "这份材料已经移除，不能再打开；需要时请重新添加。")
    record(Verb.OPEN_DOCUMENT, acting_user=acting_user, on=on, subject=document.owner, document=str(document.uuid))
    return document.read()

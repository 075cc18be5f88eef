"""The papers of demo families: drawn specimens, one a kind for the whole family."""

from datetime import date
from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from apps.accounts.models import User
from apps.applications.actions import attach
from apps.applications.expected import papers_expected
from apps.applications.models import Application, DocumentKind
from apps.households.family import Family

SIZE, INK, PAPER = (900, 620), (60, 70, 80), (250, 249, 244)


def hand_in(case: Application, family: Family, *, acting_user: User, on: date) -> None:
    """All a counter asks of such a family."""
    for kind in dict.fromkeys(paper.kind for paper in papers_expected(family)):
        name = f"{kind.label}.jpg"
        attach(case, files=[(name, specimen(kind))], kind=kind, acting_user=acting_user, on=on)


@cache
def specimen(kind: DocumentKind) -> bytes:
    """A sheet that looks like a form and says that it is none."""
    sheet = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((24, 24, SIZE[0] - 24, SIZE[1] - 24), outline=INK, width=3)
    pen.text((60, 50), f"SPECIMEN / {kind.name}", fill=INK, font=ImageFont.load_default(40))
    for row in range(8):
        at = 150 + row * 54
        pen.line((60, at, SIZE[0] - 60 - (row * 97) % 260, at), fill=INK, width=2)
    pen.ellipse((640, 420, 800, 580), outline=(190, 60, 60), width=6)
    out = BytesIO()
    sheet.save(out, "JPEG", quality=80)
    return out.getvalue()

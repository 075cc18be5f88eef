"""What may become an attachment: judged by its content, never by its name; images are drawn anew.

A JPEG or PNG is opened, verified and encoded again: what else lay in the file (EXIF with the place it was taken, a
script behind the picture) is gone. A PDF cannot be drawn anew here; one with scripts, embedded files or actions is
refused, and every PDF is handed out as a download only, never shown inside the office's pages.
"""

import re
import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps

from apps.core.refusal import Refused

MEGABYTE = 1024 * 1024
LARGEST = 10 * MEGABYTE
MOST_PIXELS = 60_000_000
LONGEST_SIDE = 2600
PREVIEW_SIDE = 220
IMAGE, PDF = "image/jpeg", "application/pdf"

_MAGIC = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG"}
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|OpenAction|AA|XFA|GoToE|GoToR|SubmitForm)\b")


@dataclass(frozen=True)
class Checked:
    """What is kept: the content, its type, and for an image a small picture of it."""

    content: bytes
    content_type: str
    preview: bytes = b""


def checked(content: bytes) -> Checked:
    """What is kept of a file; Refused("document_…") with what to do instead."""
    if not content:
        raise Refused("document_empty", "文件是空的，请重新拍照或扫描。", field="files")
    if len(content) > LARGEST:
        raise Refused("document_too_large", "单个文件不能超过 10 MB，请压缩或分页后再传。", field="files")
    if content.startswith(b"%PDF-"):
        return _pdf(content)
    for magic, kind in _MAGIC.items():
        if content.startswith(magic):
            return _image(content, kind)
    raise Refused("document_type", "只收 JPG、PNG 图片和 PDF 文件，请拍照或扫描后再传。", field="files")


def _pdf(content: bytes) -> Checked:
    if b"%%EOF" not in content[-2048:]:
        raise Refused("document_broken", "PDF 文件不完整，请重新扫描。", field="files")
    plain = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)
    if _ACTIVE.search(plain):
        raise Refused("document_active", "PDF 里带有脚本、动作或内嵌文件，请打印后重新扫描。", field="files")
    return Checked(content, PDF)


def _image(content: bytes, kind: str) -> Checked:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=[kind]) as first:
                _not_a_bomb(first.size)
                first.verify()
            # verify() leaves the picture unusable: it is opened once more.
            with Image.open(BytesIO(content), formats=[kind]) as picture:
                upright = ImageOps.exif_transpose(picture)
                plain = _on_white(upright)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused("document_broken", "图片打不开，可能已损坏，请重新拍照。", field="files") from error
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    whole = _encoded(plain, 88)
    plain.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    return Checked(whole, IMAGE, _encoded(plain, 70))


def _not_a_bomb(size: tuple[int, int]) -> None:
    width, height = size
    if width * height > MOST_PIXELS:
        raise Refused("document_too_large", "图片的像素太多，请用较低的分辨率重新拍照或扫描。", field="files")


def _on_white(picture: Image.Image) -> Image.Image:
    """RGB without a transparent background, in a new image that remembers nothing of the file."""
    seen = picture.convert("RGBA")
    paper = Image.new("RGB", seen.size, "white")
    paper.paste(seen, mask=seen.getchannel("A"))
    return paper


def _encoded(picture: Image.Image, quality: int) -> bytes:
    out = BytesIO()
    picture.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()

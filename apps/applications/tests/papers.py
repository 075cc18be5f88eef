"""Files as people hand them in, good and bad."""

from io import BytesIO

from PIL import Image, ImageDraw

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def picture(kind: str = "JPEG", size: tuple[int, int] = (320, 200), **saved: object) -> bytes:
    """A photograph of nothing much."""
    drawn = Image.new("RGB", size, "white")
    ImageDraw.Draw(drawn).line((0, 0, *size), fill="black", width=3)
    out = BytesIO()
    drawn.save(out, kind, **saved)
    return out.getvalue()


def with_place() -> bytes:
    """A photograph that tells where and with what it was taken."""
    exif = Image.Exif()
    exif[0x010F] = "PhoneMaker"
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x8825] = {1: "N", 2: (43.0, 43.0, 12.0), 3: "E", 4: (127.0, 20.0, 30.0)}
    return picture(exif=exif)

"""Pictures of mails drawn anew, so that not one octet of a sender reaches a browser (SECURITY W10).

What decodes them is native code that was written for friendlier input: call this in a process of its own
(`webui.preview_child`). The type is what the first octets say, never a name or a header.
"""

from __future__ import annotations

from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

from mail.preview import CannotDraw, Preview

PIXELS: Final = 50_000_000
"""Of a picture as it was sent; what says more is not decoded."""
JPEG_PIXELS: Final = 200_000_000
"""A JPEG is decoded at a fraction of its size."""
QUALITY: Final = 82
_READERS: Final = ("PNG", "JPEG", "GIF", "WEBP")


def raster_type(octets: bytes) -> str | None:
    """Answer the type by the first octets, whatever its sender called it; None for all that can be more than dots."""
    if octets.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if octets.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if octets.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if octets.startswith(b"RIFF") and octets[8:12] == b"WEBP":
        return "image/webp"
    return None


def prepare() -> None:
    """Load what reads and writes pictures: it opens files, which may not be possible later."""
    Image.init()


def redraw(octets: bytes, side: int) -> Preview:
    """Answer the first frame upright, no side longer than `side` pixels; raise CannotDraw.

    Nothing but dots is taken over: no EXIF, no colour profile, no comment.
    """
    if raster_type(octets) is None:
        raise CannotDraw
    try:
        with Image.open(BytesIO(octets), formats=_READERS) as picture:
            return _drawn(picture, side)
    except (OSError, ValueError, SyntaxError, ArithmeticError, LookupError, MemoryError, EOFError) as error:
        raise CannotDraw from error
    except Image.DecompressionBombError as error:
        raise CannotDraw from error


def as_preview(picture: Image.Image, pages: int) -> Preview:
    """Write dots as WebP."""
    written = BytesIO()
    picture.save(written, "WEBP", quality=QUALITY, method=2)
    return Preview(written.getvalue(), picture.width, picture.height, pages)


def _drawn(picture: Image.Image, side: int) -> Preview:
    most = JPEG_PIXELS if picture.format == "JPEG" else PIXELS
    if not 0 < picture.width * picture.height <= most:
        raise CannotDraw
    picture.draft("RGB", (side, side))  # Of a JPEG alone; it is never made smaller than that.
    picture.load()
    upright = ImageOps.exif_transpose(picture)
    dots = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    dots.thumbnail((side, side))
    dots.info.clear()
    return as_preview(dots, 1)

"""Pages that others made, as parts of our documents: PDFs, and photos of paper."""

import io
import logging

from PIL import Image, ImageOps
from pypdf import PdfReader, PdfWriter
from pypdf.errors import DependencyError
from pypdf.generic import NameObject

# It mends what it can; of what it cannot, the error says enough.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)

# As much as a page of paper can use: about 220 dots per inch of A4.
_MOST_PIXELS = 2600
_QUALITY = 85
_PHOTOS = "JPEG", "PNG"
# What makes a page look as it does.
_LOOK = (
    "/Contents", "/Resources", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Group",
    "/Annots",
)  # fmt: skip


def open_pdf(data):
    """Open a PDF.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    pypdf.PdfReader

    Raises
    ------
    ValueError
        If its pages cannot be copied.
    """
    locked = pages = False
    try:
        reader = PdfReader(io.BytesIO(data))
        locked = reader.is_encrypted
        locked = locked and not reader.decrypt("")
        if not locked:
            copy = PdfWriter()  # what is damaged is found before anything is written
            for page in reader.pages:
                copy.add_page(page)
            pages = len(copy.pages)
            if pages != reader.root_object["/Pages"]["/Count"]:
                raise ValueError("pypdf leaves out what is no page")
    except DependencyError:
        locked = True  # by its owner only, but in a way that takes one more package to read
    except Exception:  # pypdf has no error that stands for all
        if not locked:
            raise ValueError("is damaged; open it and print it to a new PDF") from None
    if locked:
        raise ValueError("is protected by a password; print it to a new PDF and use that")
    if not pages:
        raise ValueError("has no pages; leave it out")
    return reader


def readable_photo(data):
    """Return a photo as a JPEG that stands upright and is no larger than paper needs.

    Parameters
    ----------
    data : bytes
        A JPEG or PNG.

    Returns
    -------
    bytes

    Raises
    ------
    ValueError
        If it is something else.
    """
    try:
        with Image.open(io.BytesIO(data), formats=_PHOTOS) as photo:
            upright = ImageOps.exif_transpose(photo)
            if upright.mode in ("RGBA", "LA", "P"):
                white = Image.new("RGBA", upright.size, "white")
                upright = Image.alpha_composite(white, upright.convert("RGBA"))
            upright = upright.convert("L" if upright.mode in ("1", "L") else "RGB")
            upright.thumbnail((_MOST_PIXELS, _MOST_PIXELS))
    except Image.DecompressionBombError:
        raise ValueError("has too many pixels; save it smaller") from None
    except (OSError, SyntaxError, ValueError):
        raise ValueError(
            "is none of what can be handed in: a notebook, a PDF, a JPEG or a PNG; save or export"
            " it as one of these"
        ) from None
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def fill_pages(pdf, readers):
    """Return a document with the pages of others in the place of its empty ones.

    Parameters
    ----------
    pdf : bytes
        Each of its bookmarks of the first level begins a part.
    readers : list of pypdf.PdfReader or None
        For each part the PDF that fills its pages.

    Returns
    -------
    bytes
    """
    if not any(readers):
        return pdf
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    chapters = [item for item in writer.outline if not isinstance(item, list)]
    starts = [writer.get_destination_page_number(item) for item in chapters]
    for start, reader in zip(starts, readers, strict=True):
        for at, page in enumerate(reader.pages if reader else ()):
            _fill(writer, writer.pages[start + at], page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _fill(writer, empty, page):
    """Make an empty page look like another one; what leads to it still does."""
    copy = writer.add_page(page)
    for name in (*_LOOK, "/StructParents", "/Tabs"):
        empty.pop(NameObject(name), None)
    for name in _LOOK:
        if name in copy:
            empty[NameObject(name)] = copy.raw_get(name)
    writer.remove_page(len(writer.pages) - 1)
